import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HistoryStep, rolledOut, type Template, template } from '../../test/support/rollouts.ts';
import { noon, object, workload, worldOf } from '../../test/support/triage.ts';
import { minute } from '../lib/clock.ts';
import { toRfc3339 } from '../lib/duration.ts';
import { findChanges } from './find-changes.ts';

const ago = (minutes: number): number => noon - minutes * minute;
const secret = 'hunter2-in-clear';
const http = (path: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  httpGet: { path, port: 8080 },
  ...more,
});

/** What differs between two templates, as people read it. */
const rows: [what: string, before: Template, after: Template, says: string[]][] = [
  [
    'the image',
    template({ image: 'shop:1.4.1' }),
    template({ image: 'shop:1.4.2' }),
    ['image: image of app: shop:1.4.1 -> shop:1.4.2'],
  ],
  [
    'names of environment variables, never their values',
    template({ env: [{ name: 'OLD', value: secret }] }),
    template({
      env: [
        { name: 'NEW', value: secret },
        { name: 'DB', valueFrom: { secretKeyRef: { name: 'db', key: 'url' } } },
      ],
    }),
    ['env: environment of app: NEW added, DB (Secret db) added, OLD removed'],
  ],
  [
    'where a variable comes from',
    template({ env: [{ name: 'DB', valueFrom: { configMapKeyRef: { name: 'a', key: 'url' } } }] }),
    template({ env: [{ name: 'DB', valueFrom: { configMapKeyRef: { name: 'b', key: 'url' } } }] }),
    ['env: environment of app: DB (ConfigMap b) added, DB (ConfigMap a) removed'],
  ],
  [
    'a whole ConfigMap',
    template(),
    template({ envFrom: [{ configMapRef: { name: 'settings' } }] }),
    ['env: environment of app: all of ConfigMap settings added'],
  ],
  [
    'a probe',
    template({ readinessProbe: http('/ready') }),
    template({ readinessProbe: http('/healthz', { periodSeconds: 5 }) }),
    [
      'probe: readiness probe of app: http /ready :8080 every 10s, 3 failures -> http /healthz :8080 every 5s, 3 failures',
    ],
  ],
  [
    'a probe that is gone',
    template({ livenessProbe: { tcpSocket: { port: 80 } } }),
    template(),
    ['probe: liveness probe of app: tcp :80 every 10s, 3 failures -> none'],
  ],
  [
    'requests and limits',
    template({ resources: { requests: { cpu: '100m' }, limits: { memory: '512Mi' } } }),
    template({ resources: { requests: { cpu: '500m' }, limits: { memory: '128Mi' } } }),
    ['resources: requests of app: cpu 0.1 -> cpu 0.5', 'resources: limits of app: memory 512Mi -> memory 128Mi'],
  ],
  [
    'the command, which may hold a secret, only as changed',
    template({ command: ['serve', `--password=${secret}`] }),
    template({ command: ['serve'] }),
    ['command: command of app changed'],
  ],
  [
    'volumes',
    template({}, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'old' } }] }),
    template({}, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'new' } }] }),
    ['volumes: volumes: data (claim new) added, data (claim old) removed'],
  ],
  [
    'a container more and one less',
    template(),
    { containers: [{ name: 'proxy', image: 'envoy:1' }] },
    ['image: container proxy added with image envoy:1', 'other: container app removed'],
  ],
  [
    'the service account and where it runs',
    template({}, { serviceAccountName: 'a' }),
    template({}, { serviceAccountName: 'b', nodeSelector: { disk: 'ssd' } }),
    ['other: service account: a -> b', 'other: node selector: none -> disk=ssd'],
  ],
  [
    'several things, the most telling first',
    template({ image: 'shop:1' }),
    template({ image: 'shop:2', command: ['x'], env: [{ name: 'A', value: secret }] }),
    ['image: image of app: shop:1 -> shop:2', 'command: command of app changed', 'env: environment of app: A added'],
  ],
  ['nothing that is compared: a restart', template(), template(), []],
];

for (const [what, before, after, says] of rows) {
  test(`changes: ${what}`, () => {
    const changes = findChanges(
      worldOf([
        rolledOut([
          { name: 'web-a', revision: 1, at: ago(60), template: before },
          { name: 'web-b', revision: 2, at: ago(5), template: after },
        ]),
      ]),
    );
    assert.deepEqual(
      changes.map(({ details }) => details.map((one) => `${one.what}: ${one.says}`)),
      [says],
    );
    assert.doesNotMatch(JSON.stringify(changes), new RegExp(secret), 'a value of the environment is in no text');
    assert.match(
      changes[0]?.says ?? '',
      says.length > 0 ? /^rollout of Deployment shop\/web to revision 2: / : /: restarted, nothing/,
    );
  });
}

const first: HistoryStep = { name: 'web-a', revision: 1, at: ago(600), template: template({ image: 'shop:1' }) };
const second: HistoryStep = { name: 'web-b', revision: 2, at: ago(60), template: template({ image: 'shop:2' }) };
const back: HistoryStep = { ...first, revision: 3 };
const rolledBack = (parts: Parameters<typeof rolledOut>[1]) =>
  findChanges(worldOf([rolledOut([second, back], parts)]))[0];

test('changes: the first revision is no change, the last of several is', () => {
  assert.deepEqual(findChanges(worldOf([rolledOut([first])])), []);
  const [change, ...more] = findChanges(
    worldOf([rolledOut([{ name: 'web-c', revision: 3, at: ago(5), template: template() }, first, second])]),
  );
  assert.partialDeepStrictEqual(change, { at: ago(5), from: 'web-b', to: 'web-c', fromRevision: 2, revision: 3 });
  assert.deepEqual(more, []);
});

test('changes: a rollback reuses an old ReplicaSet: its first new pod dates it', () => {
  const change = rolledBack({ runs: 'web-a', podsSince: ago(7) });
  assert.partialDeepStrictEqual(change, { at: ago(7), from: 'web-b', to: 'web-a', fromRevision: 2, revision: 3 });
  assert.equal(change?.details[0]?.says, 'image of app: shop:2 -> shop:1');
});

test('changes: a rollback whose pods are not there yet is dated by its progress, by who changed it, else by what it undid', () => {
  const progressing = (at: number): unknown[] => [
    { type: 'Progressing', status: 'True', lastTransitionTime: toRfc3339(at) },
  ];
  const managedFields = [{ manager: 'kubectl-rollout', operation: 'Update', time: toRfc3339(ago(6)) }];
  assert.equal(rolledBack({ wanted: 0, conditions: progressing(ago(5)), managedFields })?.at, ago(5));
  assert.equal(rolledBack({ wanted: 0, conditions: progressing(ago(700)), managedFields })?.at, ago(6));
  assert.equal(rolledBack({ wanted: 0, conditions: progressing(ago(700)) })?.at, ago(60));
});

for (const kind of ['StatefulSet', 'DaemonSet'] as const) {
  test(`changes: a ${kind} has its ControllerRevisions`, () => {
    const [change] = findChanges(worldOf([rolledOut([first, second], { kind })]));
    assert.partialDeepStrictEqual(change, {
      id: `rollout/${kind}/shop/web/2`,
      at: ago(60),
      from: 'web-a',
      to: 'web-b',
      says: `rollout of ${kind} shop/web to revision 2: image of app: shop:1 -> shop:2`,
    });
    const [undone] = findChanges(worldOf([rolledOut([second, back], { kind, runs: 'web-a', podsSince: ago(7) })]));
    assert.partialDeepStrictEqual(undone, { at: ago(7), to: 'web-a' });
  });
}

test('changes: scaled to zero by whom and when; a status is no change, and without an author there is no moment', () => {
  const scaled = (managedFields?: unknown[]) => rolledOut([], { wanted: 0, ...(managedFields && { managedFields }) });
  const managedFields = [
    { manager: 'kubectl-scale', operation: 'Update', subresource: 'scale', time: toRfc3339(ago(3)) },
    { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status', time: toRfc3339(ago(1)) },
  ];
  assert.deepEqual(
    findChanges(worldOf([scaled(managedFields)])).map(({ kind, at, says }) => [kind, at, says]),
    [['scale', ago(3), 'Deployment shop/web: replicas set to 0 by kubectl-scale']],
  );
  assert.deepEqual(findChanges(worldOf([scaled()])), []);
});

test('changes: a DaemonSet that fits no node was not scaled, and a ReplicaSet of a Deployment is not its own', () => {
  const managedFields = [{ manager: 'helm', operation: 'Update', time: toRfc3339(ago(3)) }];
  assert.deepEqual(findChanges(worldOf([rolledOut([], { kind: 'DaemonSet', wanted: 0, managedFields })])), []);
  const [, ...sets] = rolledOut([first]);
  assert.deepEqual(findChanges(worldOf([sets, [object('v1', 'Service shop/web')]])), []);
});

test('changes: histories of workloads with one name in two namespaces stay apart', () => {
  const other = workload('Deployment cart/cart');
  assert.deepEqual(
    findChanges(worldOf([rolledOut([first, second]), other])).map(({ subject }) => subject.name),
    ['web'],
  );
});
