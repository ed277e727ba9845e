import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, minute } from '../lib/clock.ts';
import { judgeHealth } from './health.ts';

const now = 10 * hour;
const rows: [string, { completed?: number; running?: number; started?: number }, boolean][] = [
  ['just started', { started: 10 }, true],
  ['started 3 minutes ago and no cycle completed', { started: 3 * minute }, false],
  ['last cycle one period ago', { completed: hour }, true],
  ['last cycle exactly two periods ago', { completed: 2 * hour }, true],
  ['last cycle more than two periods ago', { completed: 2 * hour + 1 }, false],
  ['a cycle hangs', { completed: minute, running: 3 * minute }, false],
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
