import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { play } from './support/reload/play.ts';
import { schedules } from './support/reload/steps.ts';

/** So many random schedules; `npm run test:schedules` asks for more. */
const runs = Number(process.env['K8S_MONITOR_SCHEDULES'] ?? 500);
/** The same ones each time, so that a change is judged by itself; another seed draws others, and that of a failure is printed. */
const seed = Number(process.env['K8S_MONITOR_SEED'] ?? 7);

test('sources, record and process through random schedules: P1, P2, P3, P4 and P6 of the reload hold', async () => {
  assert.ok(runs > 0);
  await fc.assert(
    fc.asyncProperty(schedules, (schedule) => play(schedule)),
    { numRuns: runs, seed },
  );
});

test('each cycle is judged and kept under one revision, whatever happens meanwhile: P5 of the reload holds', async () => {
  await fc.assert(
    fc.asyncProperty(schedules, (schedule) => play(schedule, { cycles: 'real' })),
    { numRuns: Math.ceil(runs / 20), seed },
  );
});
