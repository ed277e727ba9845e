import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rolledOut } from '../../../test/support/rollouts.ts';
import { noon, object, worldOf } from '../../../test/support/triage.ts';
import { type CheckId, checkIds } from '../../config/checks.ts';
import { defaultThresholds } from '../../config/thresholds.ts';
import { day, hour, type Millis, minute, second } from '../../lib/clock.ts';
import { toRfc3339 } from '../../lib/duration.ts';
import { findProblems } from '../find-problems.ts';
import { checks } from './index.ts';

/** How long what each check sees may last before it is told, where neither Markdown nor the cause says otherwise. */
const graces: [CheckId, Millis][] = [
  ['image-pull', minute],
  ['not-ready', 3 * minute],
  ['unschedulable', 2 * minute],
  ['node-not-ready', 90 * second],
  ['rollout-stuck', 10 * minute],
  ['autoscaler-stuck', 15 * minute],
  ['budget-violated', 15 * minute],
  ['job-overdue', 12 * hour],
];
for (const [id, grace] of graces) {
  test(`grace: ${id}`, () => assert.equal(checks.find((check) => check.id === id)?.grace, grace));
}

test('grace: every check publishes one', () => {
  assert.deepEqual(checks.map(({ id }) => id).sort(), [...checkIds].sort());
  for (const { id, grace } of checks) assert.ok(Number.isFinite(grace) && grace >= 0, id);
});

const find = (world: ReturnType<typeof worldOf>) =>
  findProblems({
    world,
    now: noon,
    thresholds: defaultThresholds,
    ignores: [],
    firstSeen: {},
    probes: [],
    customResults: [],
  });

function filling(free: number, inodesFree = 0.5) {
  const world = worldOf([]);
  const used = { namespace: 'shop', pod: 'db-0', volume: 'data', claim: 'data', capacity: 1000, inodes: 1000 };
  world.snapshot.volumeUsage.push({ ...used, available: free * 1000, inodesFree: inodesFree * 1000 });
  world.snapshot.coverage = world.snapshot.coverage.map((one) =>
    one.source === 'volumestats' ? { ...one, state: 'complete' } : one,
  );
  return worldSeeing(world);
}
/** The lookups of a world whose snapshot was changed by hand. */
const worldSeeing = (world: ReturnType<typeof worldOf>) => ({ ...world, seen: () => true });

const expiring = (left: Millis) =>
  worldOf([
    object('cert-manager.io/v1', 'Certificate shop/www', {
      spec: { dnsNames: ['shop.example'] },
      status: { notAfter: toRfc3339(noon + left) },
    }),
  ]);

const limits: [what: string, world: ReturnType<typeof worldOf>, level: string | undefined][] = [
  ['a volume with 16 % free', filling(0.16), undefined],
  ['a volume with 15 % free', filling(0.15), 'warning'],
  ['a volume with 4 % free', filling(0.04), 'warning'],
  ['a volume with 3 % free', filling(0.03), 'error'],
  ['a volume with 14 % of its inodes free', filling(0.5, 0.14), 'warning'],
  ['a volume with 2 % of its inodes free', filling(0.5, 0.02), 'error'],
  ['a certificate with 7 days and a second left', expiring(7 * day + second), undefined],
  ['a certificate with 7 days left', expiring(7 * day), 'warning'],
  ['a certificate with a day left', expiring(day), 'error'],
];
for (const [what, world, level] of limits) {
  test(`limit: ${what}: ${level ?? 'nothing'}`, () => {
    const found = find(world).filter(({ check }) => check === 'volume-filling' || check === 'certificate-expiring');
    assert.deepEqual(
      found.map((one) => one.level),
      level ? [level] : [],
    );
  });
}

const waiting = (reason: string, more: object = {}): object => ({ waiting: { reason, ...more } });
const ended = (reason: string): object => ({
  terminated: { reason, exitCode: 1, finishedAt: toRfc3339(noon - 20 * second) },
});

/** A pod of a rollout that began a minute ago. */
function rollingOut(status: object): ReturnType<typeof worldOf> {
  const steps = [
    { name: 'web-a', revision: 1, at: noon - 600 * minute },
    { name: 'web-b', revision: 2, at: noon - minute },
  ];
  const parts = { runs: 'web-b', podsSince: noon - minute, wanted: 2, ready: 0, updated: 1, replicas: 3 };
  const objects = rolledOut(steps, parts) as { kind: string; status?: { containerStatuses?: unknown } }[];
  for (const one of objects)
    if (one.kind === 'Pod' && one.status)
      one.status.containerStatuses = [{ name: 'app', image: 'web:1', ready: false, restartCount: 5, ...status }];
  return worldOf(objects);
}

const node = object('v1', 'Node n1', {
  metadata: { creationTimestamp: toRfc3339(noon - minute) },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'MemoryPressure', status: 'True', lastTransitionTime: toRfc3339(noon - minute) },
    ],
  },
});

const neverHeld: [CheckId, ReturnType<typeof worldOf>][] = [
  ['crash-loop', rollingOut({ state: waiting('CrashLoopBackOff'), lastState: ended('Error') })],
  ['oom-killed', rollingOut({ state: waiting('CrashLoopBackOff'), lastState: ended('OOMKilled') })],
  ['image-pull', rollingOut({ state: waiting('ErrImagePull', { message: 'not found' }) })],
  [
    'config-error',
    rollingOut({ state: waiting('CreateContainerConfigError', { message: 'configmap "x" not found' }) }),
  ],
  ['node-pressure', worldOf([node])],
];
for (const [id, world] of neverHeld) {
  test(`an expected disruption never holds ${id}`, () => {
    const found = find(world).filter(({ check }) => check === id);
    assert.deepEqual(
      found.map(({ expectedUntil }) => expectedUntil),
      [undefined],
    );
  });
}

test('an expected disruption holds what is not ready in the same rollout', () => {
  const [found] = find(
    rollingOut({ state: { running: { startedAt: toRfc3339(noon - minute) } }, restartCount: 0 }),
  ).filter(({ check }) => check === 'not-ready');
  assert.equal(found?.expectedUntil, noon + 9 * minute);
});
