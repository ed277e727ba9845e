import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revisionWith, service } from '../../test/support/revision.ts';
import {
  finding,
  judgeOnce,
  makeRun,
  noon,
  object,
  ref,
  type Step,
  workload,
  worldOf,
} from '../../test/support/triage.ts';
import type { Finding } from '../analysis/finding.ts';
import type { Change } from '../changes/change.ts';
import { refName } from '../cluster/world.ts';
import type { ServiceEntry } from '../config/revision.ts';
import { minute } from '../lib/clock.ts';

const ago = (minutes: number): number => noon - minutes * minute;
const podsOf = (said: string, wanted = 1): Pick<Finding, 'pods'> => {
  const { namespace = '', name } = ref(said);
  return { pods: Array.from({ length: wanted }, (_, index) => ({ kind: 'Pod', namespace, name: `${name}-${index}` })) };
};
const notReady = (said: string, parts: Partial<Finding> = {}): Finding =>
  finding('not-ready', said, { ...podsOf(said), ...parts });
const deadNode = finding('node-not-ready', 'Node n1', { since: ago(1), reads: ['nodes'] });
const pendingClaim = finding('volume-pending', 'PersistentVolumeClaim shop/data', { since: ago(1) });
const missing = (said: string): Finding =>
  finding('config-error', said, { cause: 'missing-configmap', related: [ref('ConfigMap shop/settings')] });
const front = object('v1', 'Service shop/web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });

type Row = {
  when: string;
  services?: ServiceEntry[];
  cluster: unknown[][];
  findings: Finding[];
  /** Each incident as `root <- victims`. */
  incidents: string[];
};

const forty = Array.from({ length: 40 }, (_, index) => `Deployment team-${index % 7}/app-${index}`);

const rows: Row[] = [
  {
    when: 'a dead node with 40 pods is one incident',
    cluster: forty.map((said) => workload(said, { ready: 0 })),
    findings: [deadNode, ...forty.map((said) => notReady(said))],
    incidents: [`Node n1 <- ${forty.join(', ')}`],
  },
  {
    when: 'a crash loop on the dead node is a fault of its own',
    cluster: [workload('Deployment shop/web', { ready: 0 })],
    findings: [deadNode, finding('crash-loop', 'Deployment shop/web', podsOf('Deployment shop/web'))],
    incidents: ['Deployment shop/web', 'Node n1'],
  },
  {
    when: 'a workload that also fails elsewhere is not explained by the node',
    cluster: [workload('Deployment shop/web', { wanted: 2, ready: 0, nodes: ['n1', 'n2'] })],
    findings: [deadNode, notReady('Deployment shop/web', podsOf('Deployment shop/web', 2))],
    incidents: ['Deployment shop/web', 'Node n1'],
  },
  {
    when: 'what failed long before the node is not explained by it',
    cluster: [workload('Deployment shop/web', { ready: 0 })],
    findings: [deadNode, notReady('Deployment shop/web', { since: ago(30) })],
    incidents: ['Deployment shop/web', 'Node n1'],
  },
  {
    when: 'a second fault behind a root stands alone',
    cluster: [workload('Deployment shop/web', { ready: 0 })],
    findings: [
      deadNode,
      notReady('Deployment shop/web'),
      finding('image-pull', 'Deployment shop/web', podsOf('Deployment shop/web')),
    ],
    incidents: ['Deployment shop/web', 'Node n1 <- Deployment shop/web'],
  },
  {
    when: 'several findings on one workload are one incident, the telling one leads',
    cluster: [workload('Deployment shop/web', { ready: 0 })],
    findings: [
      notReady('Deployment shop/web'),
      finding('rollout-stuck', 'Deployment shop/web'),
      finding('config-error', 'Deployment shop/web', { cause: 'missing-secret' }),
    ],
    incidents: ['Deployment shop/web'],
  },
  {
    when: 'a Service and an Ingress without endpoints hang under the workload behind them',
    cluster: [
      workload('Deployment shop/web', { ready: 0 }),
      [
        front,
        object('networking.k8s.io/v1', 'Ingress shop/www', {
          spec: {
            rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] } }],
          },
        }),
      ],
    ],
    findings: [
      finding('crash-loop', 'Deployment shop/web'),
      finding('no-endpoints', 'Service shop/web'),
      finding('ingress-broken', 'Ingress shop/www'),
    ],
    incidents: ['Deployment shop/web <- Service shop/web, Ingress shop/www'],
  },
  {
    when: 'the chain is followed to its end: Service, workload, node',
    cluster: [workload('Deployment shop/web', { ready: 0 }), [front]],
    findings: [deadNode, notReady('Deployment shop/web'), finding('no-endpoints', 'Service shop/web')],
    incidents: ['Node n1 <- Deployment shop/web, Service shop/web'],
  },
  {
    when: 'a Service whose selector is wrong is its own root',
    cluster: [
      workload('Deployment shop/web'),
      [object('v1', 'Service shop/web', { spec: { selector: { app: 'wbe' }, ports: [{ port: 80 }] } })],
    ],
    findings: [finding('no-endpoints', 'Service shop/web', { cause: 'service-selector' })],
    incidents: ['Service shop/web'],
  },
  {
    when: 'a claim that one workload alone mounts is a part of it: the workload is named',
    cluster: [workload('StatefulSet shop/db', { ready: 0, claim: 'data' })],
    findings: [
      pendingClaim,
      finding('unschedulable', 'StatefulSet shop/db', { cause: 'volume-binding', ...podsOf('StatefulSet shop/db') }),
    ],
    incidents: ['StatefulSet shop/db <- PersistentVolumeClaim shop/data'],
  },
  {
    when: 'a claim that two workloads mount explains both',
    cluster: [
      workload('Deployment shop/web', { ready: 0, claim: 'data' }),
      workload('Deployment shop/api', { ready: 0, claim: 'data' }),
    ],
    findings: [
      pendingClaim,
      finding('unschedulable', 'Deployment shop/web', { cause: 'volume-binding', ...podsOf('Deployment shop/web') }),
      finding('unschedulable', 'Deployment shop/api', { cause: 'volume-binding', ...podsOf('Deployment shop/api') }),
    ],
    incidents: ['PersistentVolumeClaim shop/data <- Deployment shop/web, Deployment shop/api'],
  },
  {
    when: 'a Service before a workload scaled to zero only shows it',
    cluster: [
      workload('Deployment shop/web', { wanted: 0 }),
      [object('v1', 'Service shop/web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })],
    ],
    findings: [
      finding('no-replicas', 'Deployment shop/web', { cause: 'scaled-to-zero' }),
      finding('no-endpoints', 'Service shop/web', { cause: 'scaled-to-zero' }),
    ],
    incidents: ['Deployment shop/web <- Service shop/web'],
  },
  {
    when: 'two workloads that miss the same ConfigMap are one incident',
    cluster: [workload('Deployment shop/web', { ready: 0 }), workload('Deployment shop/api', { ready: 0 })],
    findings: [missing('Deployment shop/web'), missing('Deployment shop/api')],
    incidents: ['ConfigMap shop/settings <- Deployment shop/web, Deployment shop/api'],
  },
  {
    when: 'one workload that misses a ConfigMap is the root itself',
    cluster: [workload('Deployment shop/web', { ready: 0 })],
    findings: [missing('Deployment shop/web')],
    incidents: ['Deployment shop/web'],
  },
  {
    when: 'a declared dependency that is down explains who needs it',
    services: [service('P0 shop', { dependsOn: ['db'] }), service('P1 db')],
    cluster: [
      workload('Deployment shop/shop', { ready: 0 }),
      workload('StatefulSet data/db', { ready: 0, since: ago(1) }),
    ],
    findings: [
      finding('oom-killed', 'StatefulSet data/db', { since: ago(1) }),
      finding('crash-loop', 'Deployment shop/shop', { cause: 'exit-code' }),
    ],
    incidents: ['StatefulSet data/db <- Deployment shop/shop'],
  },
  {
    when: 'a dependency that is only degraded explains nothing',
    services: [service('P0 shop', { dependsOn: ['db'] }), service('P1 db')],
    cluster: [
      workload('Deployment shop/shop', { ready: 0 }),
      workload('StatefulSet data/db', { wanted: 3, ready: 2, since: ago(1) }),
    ],
    findings: [
      finding('oom-killed', 'StatefulSet data/db', { since: ago(1) }),
      finding('crash-loop', 'Deployment shop/shop', { cause: 'exit-code' }),
    ],
    incidents: ['Deployment shop/shop', 'StatefulSet data/db'],
  },
  {
    when: 'a dependency that another one needs and is well with is not the cause of an unnamed failure',
    services: [service('P0 shop', { dependsOn: ['db'] }), service('P1 cart', { dependsOn: ['db'] }), service('P1 db')],
    cluster: [
      workload('Deployment shop/shop', { ready: 0 }),
      workload('Deployment cart/cart'),
      workload('StatefulSet data/db', { ready: 0, since: ago(1) }),
    ],
    findings: [
      finding('oom-killed', 'StatefulSet data/db', { since: ago(1) }),
      finding('crash-loop', 'Deployment shop/shop', { cause: 'exit-code' }),
    ],
    incidents: ['Deployment shop/shop', 'StatefulSet data/db'],
  },
  {
    when: 'a missing Secret is not the fault of the dependency',
    services: [service('P0 shop', { dependsOn: ['db'] }), service('P1 db')],
    cluster: [
      workload('Deployment shop/shop', { ready: 0 }),
      workload('StatefulSet data/db', { ready: 0, since: ago(1) }),
    ],
    findings: [
      finding('oom-killed', 'StatefulSet data/db', { since: ago(1) }),
      finding('config-error', 'Deployment shop/shop', { cause: 'missing-secret' }),
    ],
    incidents: ['Deployment shop/shop', 'StatefulSet data/db'],
  },
  {
    when: 'two that depend on each other each stand alone',
    services: [service('P1 a', { dependsOn: ['b'] }), service('P1 b', { dependsOn: ['a'] })],
    cluster: [workload('Deployment x/a', { ready: 0 }), workload('Deployment x/b', { ready: 0 })],
    findings: [finding('crash-loop', 'Deployment x/a'), finding('crash-loop', 'Deployment x/b')],
    incidents: ['Deployment x/a', 'Deployment x/b'],
  },
  {
    when: 'a dependency that the logs name explains without being declared',
    cluster: [workload('Deployment shop/api', { ready: 0 }), workload('Deployment shop/web', { ready: 0 }), [front]],
    findings: [
      finding('image-pull', 'Deployment shop/web', { since: ago(1) }),
      finding('crash-loop', 'Deployment shop/api', {
        cause: 'dependency-unreachable',
        related: [ref('Service shop/web')],
      }),
    ],
    incidents: ['Deployment shop/web <- Deployment shop/api'],
  },
  {
    when: "the Jobs of a CronJob are the CronJob's incident",
    cluster: [
      [
        object('batch/v1', 'CronJob shop/nightly', { spec: { schedule: '0 3 * * *' } }),
        object('batch/v1', 'Job shop/nightly-29473', {
          metadata: {
            ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid: 'x', controller: true }],
          },
          spec: { template: { spec: { containers: [] } } },
        }),
      ],
    ],
    findings: [finding('job-failed', 'Job shop/nightly-29473'), finding('cron-missed', 'CronJob shop/nightly')],
    incidents: ['CronJob shop/nightly'],
  },
];

for (const { when, services = [], cluster, findings, incidents } of rows) {
  test(`roots: ${when}`, () => {
    const judgement = judgeOnce({ revision: revisionWith({ services }), world: worldOf(cluster), findings });
    const said = judgement.incidents.map(({ subject, victims }) =>
      [refName(subject), victims.map(refName).join(', ')].filter(Boolean).join(' <- '),
    );
    assert.deepEqual(said.sort(), incidents);
  });
}

test('roots: an incident has the severity of its worst victim, and says who suffers', () => {
  const revision = revisionWith({ services: [service('P0 shop'), service('P2 cart')] });
  const world = worldOf([
    workload('Deployment shop/shop', { ready: 0, since: ago(1) }),
    workload('Deployment cart/cart', { ready: 0 }),
  ]);
  const [incident] = judgeOnce({
    revision,
    world,
    findings: [deadNode, notReady('Deployment cart/cart'), notReady('Deployment shop/shop')],
  }).incidents;
  assert.deepEqual([incident?.severity, incident?.services.sort()], ['SEV-1', ['cart', 'shop']]);
  assert.match(incident?.says ?? '', /fails with it: Deployment cart\/cart and Deployment shop\/shop/);
  assert.match(incident?.evidence.at(-1)?.text ?? '', /1 pod of Deployment shop\/shop on n1, which failed first/);
});

test('roots: where the cause is unknown, what changed before is a candidate', () => {
  const change: Change = {
    id: 'rollout/Deployment/shop/shop/2',
    kind: 'rollout',
    subject: ref('Deployment shop/shop'),
    at: ago(3),
    details: [{ what: 'image', says: 'image of app: 1 -> 2' }],
    says: 'rollout of Deployment shop/shop to revision 2: image of app: 1 -> 2',
  };
  const world = worldOf([workload('Deployment shop/shop', { ready: 0 })]);
  const [incident] = judgeOnce({
    revision: revisionWith(),
    world,
    findings: [finding('not-ready', 'Deployment shop/shop')],
    changes: [change],
  }).incidents;
  assert.equal(incident?.changes[0]?.id, change.id);
  assert.match(incident?.candidates[0]?.because ?? '', /changed 3m before it began/);
});

const revision = revisionWith({ services: [service('P1 shop')] });
const settled = (step: Step): ReturnType<typeof makeRun> => {
  const made = makeRun({ revision, ...step });
  made.run();
  made.run({ at: noon + minute });
  return made;
};

test('roots: a better root found later is an update of the same incident, others become part of it', () => {
  const world = worldOf([
    workload('Deployment shop/shop', { ready: 0 }),
    workload('Deployment shop/api', { ready: 0 }),
  ]);
  const victims = [notReady('Deployment shop/shop'), notReady('Deployment shop/api')];
  const { run } = settled({ world, findings: victims });
  const { incidents, events } = run({ at: noon + 2 * minute, findings: [...victims, deadNode] });
  assert.deepEqual(
    incidents.map(({ id, subject, state, absorbedBy }) => [id, refName(subject), state, absorbedBy]).sort(),
    [
      ['i-1', 'Node n1', 'open', undefined],
      ['i-2', 'Deployment shop/api', 'absorbed', 'i-1'],
    ],
  );
  assert.ok(events.some(({ type }) => type === 'root-revised') && events.some(({ type }) => type === 'absorbed'));
});

test('roots: victims of a node that came back have a moment to follow; who stays broken then stands alone', () => {
  const world = worldOf([
    workload('Deployment shop/shop', { ready: 0 }),
    workload('Deployment shop/api', { ready: 0 }),
  ]);
  const victims = [notReady('Deployment shop/shop'), notReady('Deployment shop/api')];
  const { run } = settled({ world, findings: [deadNode, ...victims] });
  const back = run({ at: noon + 2 * minute, findings: victims });
  assert.deepEqual(
    back.incidents.map(({ id, state }) => [id, state]),
    [['i-1', 'recovering']],
  );
  const still = run({ at: noon + 4 * minute, findings: victims.slice(0, 1) });
  assert.deepEqual(
    still.incidents.map(({ id, state }) => [id, state]),
    [['i-1', 'recovering']],
  );
  const alone = run({ at: noon + 5 * minute });
  assert.deepEqual(alone.incidents.map(({ id, subject, state }) => [id, refName(subject), state]).sort(), [
    ['i-1', 'Node n1', 'resolved'],
    ['i-2', 'Deployment shop/shop', 'settling'],
  ]);
});
