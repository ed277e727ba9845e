import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ContainerState, Event, Pod } from '../objects.ts';
import type { Snapshot } from '../snapshot.ts';
import { projectObject } from './index.ts';
import { quantity } from './quantity.ts';
import { rows } from './rows.ts';
import { snapshotOf } from './snapshot-of.ts';

const now = Date.parse('2026-11-24T09:00:00Z');
const read = (...objects: unknown[]): Snapshot => snapshotOf(objects, { now });
const named = (apiVersion: string, kind: string, rest: object = {}): object => ({
  apiVersion,
  kind,
  metadata: { name: 'it', namespace: 'shop' },
  ...rest,
});
const podOf = (spec: object, status: object = {}): Pod => {
  const [pod] = read(named('v1', 'Pod', { spec, status })).pods;
  assert.ok(pod);
  return pod;
};

test('quantities are cores and bytes', () => {
  const rows: [text: unknown, value: number | undefined][] = [
    ['250m', 0.25],
    ['1', 1],
    ['0.5', 0.5],
    ['1Gi', 1073741824],
    ['1.5Ki', 1536],
    ['1e3', 1000],
    ['1E', 1e18],
    ['129M', 129e6],
    ['100n', 1e-7],
    ['700m', 0.7],
    [2, 2],
    ['-1', -1],
    ['12 Gi', undefined],
    ['much', undefined],
    ['', undefined],
    [null, undefined],
  ];
  for (const [text, value] of rows) assert.equal(quantity(text), value, String(text));
});

test('an object that says too little is dropped with its reason, never fatal', () => {
  const rows: [raw: unknown, reason: string][] = [
    [null, 'is no object'],
    ['text', 'is no object'],
    [{ metadata: { name: 'a' } }, 'has no kind'],
    [{ kind: 'Pod', metadata: {} }, 'has no name'],
    [{ kind: 'Pod' }, 'has no name'],
  ];
  const snapshot = read(...rows.map(([raw]) => raw), named('v1', 'Pod'));
  assert.deepEqual(
    snapshot.dropped.map(({ reason }) => reason),
    rows.map(([, reason]) => reason),
  );
  assert.equal(snapshot.pods.length, 1);
});

test('an object with nothing but a name is read, whatever its kind', () => {
  const kinds: [apiVersion: string, kind: string, list: keyof Snapshot][] = [
    ['v1', 'Pod', 'pods'],
    ['v1', 'Node', 'nodes'],
    ['v1', 'Namespace', 'namespaces'],
    ['apps/v1', 'Deployment', 'workloads'],
    ['apps/v1', 'ReplicaSet', 'workloads'],
    ['apps/v1', 'StatefulSet', 'workloads'],
    ['apps/v1', 'DaemonSet', 'workloads'],
    ['v1', 'ReplicationController', 'workloads'],
    ['apps/v1', 'ControllerRevision', 'controllerRevisions'],
    ['batch/v1', 'Job', 'jobs'],
    ['batch/v1', 'CronJob', 'cronJobs'],
    ['v1', 'Service', 'services'],
    ['discovery.k8s.io/v1', 'EndpointSlice', 'endpoints'],
    ['v1', 'Endpoints', 'endpoints'],
    ['networking.k8s.io/v1', 'Ingress', 'ingresses'],
    ['v1', 'PersistentVolumeClaim', 'claims'],
    ['v1', 'PersistentVolume', 'volumes'],
    ['storage.k8s.io/v1', 'StorageClass', 'storageClasses'],
    ['autoscaling/v2', 'HorizontalPodAutoscaler', 'autoscalers'],
    ['policy/v1', 'PodDisruptionBudget', 'budgets'],
    ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'webhooks'],
    ['admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'webhooks'],
    ['v1', 'ResourceQuota', 'quotas'],
    ['v1', 'ServiceAccount', 'serviceAccounts'],
    ['v1', 'ConfigMap', 'configMaps'],
    ['networking.k8s.io/v1', 'NetworkPolicy', 'networkPolicies'],
    ['coordination.k8s.io/v1', 'Lease', 'leases'],
    ['cert-manager.io/v1', 'Certificate', 'certificates'],
    ['v1', 'Event', 'events'],
    ['events.k8s.io/v1', 'Event', 'events'],
    ['metrics.k8s.io/v1beta1', 'PodMetrics', 'podUsage'],
    ['metrics.k8s.io/v1beta1', 'NodeMetrics', 'nodeUsage'],
    ['serving.knative.dev/v1', 'Service', 'others'],
    ['example.com/v1', 'Backup', 'others'],
    ['', 'Deployment', 'workloads'],
    ['example.com/v1', 'constructor', 'others'],
    ['example.com/v1', 'ToolboxList', 'others'],
  ];
  for (const [apiVersion, kind, list] of kinds) {
    // Missing, null and of the wrong type: what unknown servers and cut dumps hold.
    for (const rest of [
      {},
      { spec: null, status: null },
      { spec: [], status: 'x', data: 1, items: [1], webhooks: {}, subsets: null },
    ]) {
      const held = read(named(apiVersion, kind, rest))[list];
      assert.ok(Array.isArray(held) && held.length === 1, `${apiVersion} ${kind}`);
    }
  }
});

test('lists of every kind are flattened; their items take the kind from the list', () => {
  const item = { metadata: { name: 'it' } };
  const snapshot = read(
    { apiVersion: 'v1', kind: 'PodList', items: [item] },
    {
      apiVersion: 'v1',
      kind: 'List',
      items: [named('v1', 'Node'), { apiVersion: 'apps/v1', kind: 'DeploymentList', items: [item] }],
    },
    { apiVersion: 'v1', kind: 'ServiceList', items: null },
    [named('batch/v1', 'Job')],
  );
  const { pods, nodes, workloads, jobs, services, dropped } = snapshot;
  assert.deepEqual(
    [pods, nodes, workloads, jobs, services, dropped].map((list) => list.length),
    [1, 1, 1, 1, 0, 0],
  );
});

test('a whole cluster covers all but what not every cluster tells; else only what was named', () => {
  const state = (snapshot: Snapshot, source: string): string | undefined =>
    snapshot.coverage.find((one) => one.source === source)?.state;
  const whole = read(named('v1', 'Pod'), named('cert-manager.io/v1', 'Certificate'));
  assert.deepEqual(
    ['pods', 'nodes', 'certificates', 'podmetrics', 'logs'].map((one) => state(whole, one)),
    ['complete', 'complete', 'complete', 'absent', 'absent'],
  );
  const some = snapshotOf([named('v1', 'Pod')], { now, covers: ['nodes'] });
  assert.deepEqual([state(some, 'nodes'), state(some, 'pods')], ['complete', 'absent']);
  assert.equal(state(snapshotOf([], { now, logs: [] }), 'logs'), 'complete');
});

test('the cluster is known by its kube-system namespace', () => {
  const snapshot = read({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'u-1' } });
  assert.equal(snapshot.cluster.id, 'u-1');
  assert.equal(read().cluster.id, 'unknown');
});

test('values of the environment stay behind, where they come from is kept', () => {
  const pod = podOf({
    containers: [
      {
        name: 'main',
        env: [
          { name: 'PASSWORD', value: 'hunter2' },
          { name: 'URL', valueFrom: { secretKeyRef: { name: 'db', key: 'url', optional: true } } },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        ],
        envFrom: [{ configMapRef: { name: 'all' } }],
      },
    ],
  });
  assert.deepEqual(pod.containers[0]?.env, [
    { name: 'PASSWORD' },
    { name: 'URL', from: { kind: 'Secret', name: 'db', key: 'url', optional: true } },
    { name: 'IP', from: { kind: 'Field', optional: false } },
  ]);
  assert.deepEqual(pod.containers[0]?.envFrom, [{ kind: 'ConfigMap', name: 'all', optional: false }]);
  assert.ok(!JSON.stringify(pod).includes('hunter2'));
});

test('a projected volume is one per source, and the token that every pod gets is none', () => {
  const pod = podOf({
    volumes: [
      {
        name: 'all',
        projected: { sources: [{ configMap: { name: 'a' } }, { secret: { name: 'b', items: [{ key: 'k' }] } }] },
      },
      { name: 'kube-api-access-x1', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } },
      { name: 'data', persistentVolumeClaim: { claimName: 'data-0' } },
      { name: 'creds', secret: { secretName: 'c', optional: true } },
      { name: 'scratch', emptyDir: { sizeLimit: '1Gi' } },
    ],
  });
  assert.deepEqual(pod.volumes, [
    { name: 'all', configMap: { name: 'a', optional: false, keys: [] } },
    { name: 'all', secret: { name: 'b', optional: false, keys: ['k'] } },
    { name: 'data', claim: 'data-0' },
    { name: 'creds', secret: { name: 'c', optional: true, keys: [] } },
    { name: 'scratch', emptyDir: { sizeLimit: 2 ** 30 } },
  ]);
});

test('pods of one template share what is read of it, and keep what is their own', () => {
  const spec = (node: string, token: string): object => ({
    nodeName: node,
    containers: [
      { name: 'main', image: 'shop:1', volumeMounts: [{ name: `kube-api-access-${token}`, mountPath: '/t' }] },
    ],
  });
  const [a, b, c] = [
    podOf(spec('n1', 'aaaaa')),
    podOf(spec('n2', 'bbbbb')),
    podOf({ containers: [{ name: 'other' }] }),
  ];
  assert.equal(a.containers, b.containers);
  assert.notEqual(a.containers, c.containers);
  assert.deepEqual([a.node, b.node], ['n1', 'n2']);
  assert.throws(() => a.containers.pop(), TypeError, 'what is shared cannot be changed');
});

test('states of a container', () => {
  const at = Date.parse('2026-11-24T08:00:00Z');
  const rows: [raw: object, state: ContainerState | undefined][] = [
    [{ running: { startedAt: '2026-11-24T08:00:00Z' } }, { is: 'running', since: at }],
    [{ running: {} }, { is: 'running' }],
    [{ waiting: { reason: 'CrashLoopBackOff' } }, { is: 'waiting', reason: 'CrashLoopBackOff' }],
    [
      { terminated: { reason: 'Error', exitCode: 1, finishedAt: '2026-11-24T08:00:00Z', startedAt: null } },
      { is: 'terminated', reason: 'Error', exitCode: 1, finishedAt: at },
    ],
    [{}, undefined],
  ];
  for (const [state, expected] of rows) {
    assert.deepEqual(podOf({}, { containerStatuses: [{ name: 'main', state }] }).statuses[0]?.state, expected);
  }
});

test('what cluster users write is cleaned and capped', () => {
  const pod = podOf({}, { message: '\u001b[31mred\u001b[0m\u202e \u200bok', reason: 'x'.repeat(5000) });
  assert.equal(pod.message, 'red ok');
  assert.equal(pod.reason?.length, 1024);
});

test('annotations are those that are read; never the last applied object', () => {
  const snapshot = read({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      annotations: {
        'deployment.kubernetes.io/revision': '7',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'k8s-monitor.io/bundle': 'b1',
        'vault.example.com/token': 'secret',
      },
      managedFields: [
        { manager: 'kubectl-edit', time: '2026-11-24T08:00:00Z' },
        { manager: 'helm', time: '2026-11-24T07:00:00Z' },
        { manager: 'kube-controller-manager', time: '2026-11-24T08:30:00Z', subresource: 'status' },
      ],
      ownerReferences: [
        { kind: 'A', name: 'a', uid: '1' },
        { kind: 'B', name: 'b', uid: '2', controller: true },
      ],
    },
  });
  const [web] = snapshot.workloads;
  assert.deepEqual(web?.annotations, { 'deployment.kubernetes.io/revision': '7', 'k8s-monitor.io/bundle': 'b1' });
  assert.equal(web?.revision, 7);
  assert.deepEqual(web?.changedBy, { manager: 'kubectl-edit', at: Date.parse('2026-11-24T08:00:00Z') });
  assert.deepEqual(
    web?.owners.map(({ kind }) => kind),
    ['B', 'A'],
    'the controller comes first',
  );
});

test('replicas that are not told are 1 wanted and 0 there; a DaemonSet wants what its status says', () => {
  const { workloads } = read(
    named('apps/v1', 'Deployment'),
    named('apps/v1', 'StatefulSet', { spec: { replicas: 0 }, status: { replicas: 0 } }),
    named('apps/v1', 'DaemonSet', { status: { desiredNumberScheduled: 3, numberReady: 2, numberUnavailable: 1 } }),
  );
  assert.deepEqual(
    workloads.map(({ wanted, ready, unavailable, hasStatus }) => [wanted, ready, unavailable, hasStatus]),
    [
      [1, 0, 0, false],
      [0, 0, 0, true],
      [3, 2, 1, true],
    ],
  );
});

test('Events of both APIs tell about what, how often and when', () => {
  const at = (time: string): number => Date.parse(`2026-11-24T${time}Z`);
  const [core, fresh, bare] = read(
    named('v1', 'Event', {
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'u', fieldPath: 'spec.containers{main}' },
      reason: 'BackOff',
      message: 'Back-off',
      type: 'Warning',
      count: 5,
      firstTimestamp: '2026-11-24T08:00:00Z',
      lastTimestamp: '2026-11-24T08:10:00Z',
      source: { component: 'kubelet' },
    }),
    named('events.k8s.io/v1', 'Event', {
      regarding: { kind: 'Pod', namespace: 'shop', name: 'web' },
      note: 'no nodes',
      eventTime: '2026-11-24T08:00:00.123456Z',
      series: { count: 9, lastObservedTime: '2026-11-24T08:20:00.000000Z' },
      reportingController: 'default-scheduler',
    }),
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'bare', creationTimestamp: '2026-11-24T08:30:00Z' },
      firstTimestamp: null,
    },
  ).events;
  const shown = (event: Event | undefined): unknown[] => [
    event?.count,
    event?.first,
    event?.last,
    event?.message,
    event?.component,
  ];
  assert.deepEqual(shown(core), [5, at('08:00:00'), at('08:10:00'), 'Back-off', 'kubelet']);
  assert.deepEqual(core?.about, {
    kind: 'Pod',
    namespace: 'shop',
    name: 'web',
    uid: 'u',
    fieldPath: 'spec.containers{main}',
  });
  assert.deepEqual(shown(fresh), [9, at('08:00:00.123'), at('08:20:00'), 'no nodes', 'default-scheduler']);
  assert.deepEqual(shown(bare), [1, at('08:30:00'), at('08:30:00'), '', undefined]);
});

test('endpoints: a condition that is not told is true, subsets of the older form are joined', () => {
  const { endpoints } = read(
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'web-x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: [
        { addresses: ['10.0.0.1'], targetRef: { kind: 'Pod', namespace: 'shop', name: 'web-1' } },
        { addresses: ['10.0.0.2'], conditions: { ready: false } },
      ],
      ports: [{ port: 80 }],
    },
    named('v1', 'Endpoints', {
      subsets: [{ addresses: [{ ip: '10.0.0.3' }], notReadyAddresses: [{ ip: '10.0.0.4' }], ports: [{ port: 1 }] }],
    }),
  );
  assert.deepEqual(
    endpoints.map(({ service, ready, notReady }) => [service, ready.map(({ ip }) => ip), notReady.map(({ ip }) => ip)]),
    [
      ['web', ['10.0.0.1'], ['10.0.0.2']],
      ['it', ['10.0.0.3'], ['10.0.0.4']],
    ],
  );
  assert.deepEqual(endpoints[0]?.ready[0]?.target, { kind: 'Pod', namespace: 'shop', name: 'web-1' });
});

test('ingresses of both APIs name their Services; a resource as a backend is none', () => {
  const path = (backend: object): object => ({
    spec: { rules: [{ host: 'h', http: { paths: [{ path: '/', backend }] } }] },
  });
  const { ingresses } = read(
    named('networking.k8s.io/v1', 'Ingress', path({ service: { name: 'web', port: { number: 80 } } })),
    named('networking.k8s.io/v1', 'Ingress', path({ service: { name: 'web', port: { name: 'http' } } })),
    named('extensions/v1beta1', 'Ingress', path({ serviceName: 'web', servicePort: 'http' })),
    named('networking.k8s.io/v1', 'Ingress', path({ resource: { kind: 'Bucket', name: 'b' } })),
  );
  assert.deepEqual(
    ingresses.map(({ backends }) => backends.map(({ service, port }) => `${service}:${port}`)),
    [['web:80'], ['web:http'], ['web:http'], []],
  );
});

test("a kubelet's summary tells how full volumes are", () => {
  const summary = {
    node: { nodeName: 'n1' },
    pods: [
      {
        podRef: { namespace: 'shop', name: 'db-0' },
        volume: [
          {
            name: 'data',
            capacityBytes: 100,
            availableBytes: 1,
            pvcRef: { name: 'data-db-0' },
            inodes: 10,
            inodesFree: 2,
          },
          { name: 'x' },
        ],
      },
    ],
  };
  assert.deepEqual(read(summary).volumeUsage, [
    {
      namespace: 'shop',
      pod: 'db-0',
      volume: 'data',
      claim: 'data-db-0',
      capacity: 100,
      available: 1,
      inodes: 10,
      inodesFree: 2,
    },
  ]);
});

test('an item of a list is what the list says', () => {
  const projected = projectObject({ metadata: { name: 'it' } }, { kind: 'Node', apiVersion: 'v1' });
  assert.ok('source' in projected && projected.source === 'nodes');
});

test('no object of any kind, however odd, is fatal', () => {
  const field = fc.constantFrom(
    'metadata',
    'spec',
    'status',
    'template',
    'containers',
    'items',
    'labels',
    'conditions',
    'ports',
  );
  const odd = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('value')),
      fc.dictionary(field, tie('value')),
    ),
  })).value;
  const kinds = fc.constantFrom(
    ...rows.map(({ kind, groups }) => ({ kind, apiVersion: groups[0] ? `${groups[0]}/v1` : 'v1' })),
  );
  fc.assert(
    fc.property(kinds, odd, odd, odd, (of, metadata, spec, status) => {
      const named = typeof metadata === 'object' && !Array.isArray(metadata) ? { ...metadata, name: 'it' } : metadata;
      read({ ...of, metadata: named, spec, status, data: spec, webhooks: status, endpoints: spec, subsets: status });
    }),
    { numRuns: 200 },
  );
});
