import assert from 'node:assert/strict';
import { test } from 'node:test';
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
