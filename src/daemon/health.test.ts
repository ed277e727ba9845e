import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Coverage } from '../cluster/snapshot.ts';
import { hour, minute } from '../lib/clock.ts';
import { judgeHealth, judgeReadiness } from './health.ts';

const now = 10 * hour;
const rows: [string, { completed?: number; running?: number; started?: number }, boolean][] = [
  ['just started', { started: 10 }, true],
  ['started 3 minutes ago and no cycle completed', { started: 3 * minute }, false],
  ['last cycle one period ago', { completed: hour }, true],
  ['last cycle exactly two periods ago', { completed: 2 * hour }, true],
  ['last cycle more than two periods ago (A13)', { completed: 2 * hour + 1 }, false],
  ['a cycle hangs (A13)', { completed: minute, running: 3 * minute }, false],
  ['a cycle runs', { completed: minute, running: 1000 }, true],
];

for (const [what, { completed, running, started = 9 * hour }, ok] of rows) {
  test(`${what}: ${ok ? 'healthy' : 'not healthy'}`, () => {
    const health = judgeHealth({
      now,
      startedAt: now - started,
      completedAt: completed === undefined ? undefined : now - completed,
      runningSince: running === undefined ? undefined : now - running,
      frequency: hour,
    });
    assert.equal(health.ok, ok, health.why);
  });
}

const seen = (pods: Coverage['state'], nodes: Coverage['state']): Coverage[] => [
  { source: 'pods', state: pods, count: 0, ...(pods === 'partial' && { reason: 'connection refused' }) },
  { source: 'nodes', state: nodes, count: 0 },
  { source: 'certificates', state: 'absent', count: 0 },
];
const readiness: [string, Coverage[] | undefined, string[], boolean, RegExp][] = [
  ['before the first cycle', undefined, [], false, /first cycle has not completed/],
  ['everything is seen', seen('complete', 'complete'), [], true, /^revision r is in force$/],
  ['one source is not seen', seen('partial', 'complete'), ['pods'], true, /it could not see pods$/],
  ['nothing is seen', seen('partial', 'denied'), ['pods', 'nodes'], false, /cannot be seen: connection refused/],
];
for (const [what, coverage, unseen, ok, why] of readiness) {
  test(`${what}: ${ok ? 'ready' : 'not ready'}`, () => {
    const ready = judgeReadiness({ seen: coverage, unseen, revision: 'r' });
    assert.equal(ready.ok, ok);
    assert.match(ready.why, why);
  });
}

test('who sees nothing is not restarted for it, and says so (A13)', () => {
  const state = { now, startedAt: 0, completedAt: now, runningSince: undefined, frequency: hour };
  assert.deepEqual(judgeHealth({ ...state, unseen: ['pods', 'nodes'] }), {
    ok: true,
    why: 'last cycle completed 0s ago; it could not see pods and nodes',
  });
});
