import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownIssue, revisionWith, service } from '../../test/support/revision.ts';
import { finding, judgeOnce, makeRun, noon, object, type Step, workload, worldOf } from '../../test/support/triage.ts';
import { fields } from '../cluster/project/read.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import type { ServiceEntry } from '../config/revision.ts';
import { minute } from '../lib/clock.ts';
import { toRfc3339 } from '../lib/duration.ts';
import type { ServiceStateName } from './incident.ts';

const ago = (minutes: number): number => noon - minutes * minute;
const cronJob = [object('batch/v1', 'CronJob shop/shop', { spec: { schedule: '0 3 * * *' } })];
const front = (ready: boolean): unknown[] => [
  object('v1', 'Service shop/shop', { spec: { selector: { app: 'shop' }, ports: [{ port: 80 }] } }),
  object('discovery.k8s.io/v1', 'EndpointSlice shop/shop-x', {
    metadata: { labels: { 'kubernetes.io/service-name': 'shop' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready } }],
    ports: [],
  }),
];
const scaler = (min: number): unknown[] => [
  object('autoscaling/v2', 'HorizontalPodAutoscaler shop/shop', {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
      minReplicas: min,
      maxReplicas: 9,
    },
    status: { currentReplicas: 3, desiredReplicas: 6 },
  }),
];

type Row = {
  when: string;
  entry?: Partial<ServiceEntry>;
  priority?: 'P0' | 'P2';
  cluster: unknown[][];
  findings?: Step['findings'];
  unseen?: SourceName[];
  issues?: ReturnType<typeof knownIssue>[];
  is: ServiceStateName;
  since?: number;
};

const rows: Row[] = [
  { when: 'all ready', cluster: [workload('Deployment shop/shop', { wanted: 3 })], is: 'healthy' },
  {
    when: 'none of 2 ready for 4 minutes',
    cluster: [workload('Deployment shop/shop', { wanted: 2, ready: 0, since: ago(4) })],
    is: 'down',
    since: ago(4),
  },
  {
    when: '1 of 2 ready',
    cluster: [workload('Deployment shop/shop', { wanted: 2, ready: 1, since: ago(4) })],
    is: 'degraded',
    since: ago(4),
  },
  {
    when: 'none ready, but all of it is optional',
    entry: { optional: true },
    cluster: [workload('Deployment shop/shop', { ready: 0 })],
    is: 'degraded',
  },
  {
    when: 'its optional workload has none ready',
    entry: { optionalWorkloads: ['worker'] },
    cluster: [workload('Deployment shop/web'), workload('Deployment shop/worker', { ready: 0 })],
    is: 'degraded',
  },
  {
    when: 'one of its two workloads has none ready',
    cluster: [workload('Deployment shop/web', { wanted: 3 }), workload('Deployment shop/worker', { ready: 0 })],
    is: 'down',
  },
  {
    when: 'fewer ready than an autoscaler asked for, but its minimum',
    cluster: [workload('Deployment shop/shop', { wanted: 6, ready: 3 }), scaler(3)],
    is: 'healthy',
  },
  {
    when: "fewer ready than the autoscaler's minimum",
    cluster: [workload('Deployment shop/shop', { wanted: 6, ready: 2 }), scaler(3)],
    is: 'degraded',
  },
  { when: 'a P0 that wants 0 replicas', cluster: [workload('Deployment shop/shop', { wanted: 0 })], is: 'down' },
  {
    when: 'a P2 that wants 0 replicas',
    priority: 'P2',
    cluster: [workload('Deployment shop/shop', { wanted: 0 })],
    is: 'healthy',
  },
  {
    when: 'a P0 that wants 0 replicas as a known issue expects',
    cluster: [workload('Deployment shop/shop', { wanted: 0 })],
    issues: [
      knownIssue('night off', ['shop'], {
        type: 'windows',
        windows: [{ says: 'daily', repeats: 'weekly', days: [1, 2, 3, 4, 5, 6, 7], start: 0, end: 1440 }],
      }),
    ],
    is: 'healthy',
  },
  {
    when: 'ready pods that its Service does not reach',
    cluster: [workload('Deployment shop/shop'), front(false)],
    is: 'down',
  },
  {
    when: 'ready pods that its Service reaches',
    cluster: [workload('Deployment shop/shop'), front(true)],
    is: 'healthy',
  },
  {
    when: 'an error on a workload that is ready',
    cluster: [workload('Deployment shop/shop')],
    findings: [finding('certificate-expiring', 'Deployment shop/shop', { since: ago(7) })],
    is: 'degraded',
    since: ago(7),
  },
  {
    when: 'a warning on a workload that is ready',
    cluster: [workload('Deployment shop/shop')],
    findings: [finding('usage-near-limit', 'Deployment shop/shop', { level: 'warning' })],
    is: 'healthy',
  },
  {
    when: 'a custom check that found its pods',
    cluster: [workload('Deployment shop/shop')],
    findings: [finding('custom', 'Deployment shop/shop')],
    is: 'healthy',
  },
  {
    when: 'an error that the Markdown ignores',
    cluster: [workload('Deployment shop/shop')],
    findings: [
      finding('restarting', 'Deployment shop/shop', {
        ignored: { because: 'namespace shop', at: { file: 'a', line: 1, column: 1 } },
      }),
    ],
    is: 'healthy',
  },
  { when: 'nothing of that name', cluster: [workload('Deployment other/other')], is: 'absent' },
  {
    when: 'nothing of that name where Deployments could not be read',
    cluster: [],
    unseen: ['deployments'],
    is: 'unknown',
  },
  {
    when: 'ready, but pods could not be read',
    cluster: [workload('Deployment shop/shop')],
    unseen: ['pods'],
    is: 'unknown',
  },
  {
    when: 'ready, but endpoints could not be read',
    cluster: [workload('Deployment shop/shop')],
    unseen: ['endpointslices'],
    is: 'unknown',
  },
  {
    when: 'ready, and jobs, which it has none of, could not be read',
    cluster: [workload('Deployment shop/shop')],
    unseen: ['jobs'],
    is: 'healthy',
  },
  { when: 'a CronJob on schedule', cluster: [cronJob], is: 'healthy' },
  {
    when: 'a CronJob without a success in time',
    cluster: [cronJob],
    findings: [finding('cron-missed', 'CronJob shop/shop', { since: ago(90) })],
    is: 'down',
    since: ago(90),
  },
  {
    when: 'a crash loop on a single replica counts from its beginning, not from the last restart',
    cluster: [workload('Deployment shop/shop', { ready: 0, since: ago(1) })],
    findings: [finding('crash-loop', 'Deployment shop/shop', { since: ago(20) })],
    is: 'down',
    since: ago(20),
  },
];

for (const { when, entry, priority = 'P0', cluster, findings = [], unseen = [], issues = [], is, since } of rows) {
  test(`state: ${when} is ${is}`, () => {
    const revision = revisionWith({ services: [service(`${priority} shop`, entry)], knownIssues: issues });
    const [state] = judgeOnce({ revision, world: worldOf(cluster, { unseen }), findings }).services;
    assert.equal(state?.state, is, state?.because ?? '');
    if (since !== undefined) assert.equal(state?.since, since);
  });
}

const revision = revisionWith({ services: [service('P0 shop')] });
const up = worldOf([workload('Deployment shop/shop', { since: noon })]);
const downSince = (at: number) =>
  worldOf([workload('Deployment shop/shop', { ready: 0, since: at, created: ago(60) })]);

test('state: a workload that was deleted is down since it was missed, one that never was is absent', () => {
  const { run } = makeRun({ revision, world: up });
  run();
  const [state] = run({ at: noon + minute, world: worldOf([workload('Deployment other/other')]) }).services;
  assert.deepEqual([state?.state, state?.since], ['down', noon + minute]);
  assert.match(state?.because ?? '', /Deployment shop\/shop is gone: it was there when last seen/);
});

test('state: an edit that lists a workload by its name takes it from the rest of its namespace, which has not lost it', () => {
  const rest = service('P2 rest', { namespace: 'shop' });
  const world = worldOf([workload('Deployment shop/shop')]);
  const { run } = makeRun({ revision: revisionWith({ services: [rest] }), world });
  assert.equal(run().services[0]?.state, 'healthy');
  const edited = revisionWith({ services: [rest, service('P0 shop', { namespace: 'shop' })] });
  const after = run({ at: noon + minute, revision: edited });
  assert.deepEqual(
    after.services.map(({ name, state }) => `${name} ${state}`),
    ['rest absent', 'shop healthy'],
  );
});

test('state: what was scaled to 0 is down since it was last seen well, not since somebody last wrote its spec', () => {
  const managedFields = [{ manager: 'kubectl', operation: 'Apply', time: toRfc3339(ago(60)) }];
  const shop = (parts: object) => {
    const [owner, ...pods] = workload('Deployment shop/shop', parts);
    const metadata = { ...fields(fields(owner)['metadata']), managedFields };
    return worldOf([[{ ...fields(owner), metadata }, ...pods]]);
  };
  const { run } = makeRun({ revision, world: shop({ since: ago(60) }) });
  run();
  const [state] = run({ at: noon + minute, world: shop({ wanted: 0, ready: 0 }) }).services;
  assert.deepEqual([state?.state, state?.since], ['down', noon]);
  const [first] = judgeOnce({ revision, world: shop({ wanted: 0, ready: 0 }) }).services;
  assert.deepEqual([first?.state, first?.since], ['down', ago(60)]);
});

test('state: ready for 4 minutes does not interrupt a downtime, ready for 6 does', () => {
  for (const [ready, since] of [
    [4, ago(10)],
    [6, noon + 6 * minute],
  ] as [number, number][]) {
    const { run } = makeRun({ revision, world: downSince(ago(10)) });
    run();
    assert.equal(run({ world: up }).services[0]?.state, 'healthy');
    // No cycle looks in between.
    const back = noon + ready * minute;
    const [state] = run({ at: back, world: downSince(back) }).services;
    assert.deepEqual([state?.state, state?.since], ['down', since]);
  }
});

test('state: a downtime goes on while nobody could see, and while the monitor was not running', () => {
  const { run } = makeRun({ revision, world: downSince(ago(10)) });
  run();
  const blind = worldOf([workload('Deployment shop/shop', { ready: 0 })], { unseen: ['pods'] });
  assert.equal(run({ at: noon + minute, world: blind }).services[0]?.state, 'unknown');
  const [state] = run({ at: noon + 180 * minute, world: downSince(noon) }).services;
  assert.deepEqual([state?.state, state?.since], ['down', ago(10)]);
});

test('a service that was known by its name has lost it when that is gone, whatever else is in its namespace', () => {
  for (const parts of [{}, { namespace: 'shop' }]) {
    const revision = revisionWith({ services: [service('P0 shop', parts)] });
    const worker = workload('Deployment shop/worker');
    const { run } = makeRun({ revision, world: worldOf([workload('Deployment shop/shop'), worker]) });
    run();
    const [state] = run({ at: noon + 10 * minute, world: worldOf([worker]) }).services;
    assert.deepEqual(
      [state?.state, state?.because],
      ['down', 'Deployment shop/shop is gone: it was there when last seen'],
    );
  }
});
