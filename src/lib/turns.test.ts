import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapInTurns, nextTurn, runInTurns, runToEnd, type Work } from './turns.ts';

/** Work of so many steps that notes each of them. */
function* steps(count: number, note: (step: number) => void): Work<string> {
  for (let step = 1; step <= count; step++) {
    note(step);
    yield;
  }
  return 'done';
}

test('at once and in turns the result is the same', async () => {
  const triple = (): Work<number[]> => mapInTurns([1, 2, 3, 4, 5], (one) => one * 3, 2);
  assert.deepEqual(runToEnd(triple()), [3, 6, 9, 12, 15]);
  assert.deepEqual(await runInTurns(triple(), { slice: 0 }), [3, 6, 9, 12, 15]);
});

test('others have their turn after each slice, and not before it is over', async () => {
  const seen: (number | string)[] = [];
  let clock = 0;
  const work = steps(6, (step) => {
    seen.push(step);
    clock += 5;
    if (step === 1) setImmediate(() => seen.push('another'));
    if (step === 4) setImmediate(() => seen.push('one more'));
  });
  assert.equal(await runInTurns(work, { slice: 10, elapsed: () => clock }), 'done');
  assert.deepEqual(seen, [1, 2, 'another', 3, 4, 'one more', 5, 6]);
});

test('what fits into one slice waits for nobody', async () => {
  let others = 0;
  setImmediate(() => others++);
  await runInTurns(
    steps(1000, () => undefined),
    { elapsed: () => 0 },
  );
  assert.equal(others, 0);
  await nextTurn();
  assert.equal(others, 1);
});

test('what the work throws is thrown, after a turn as well', async () => {
  const failing = (): Work<string> =>
    steps(3, (step) => {
      if (step === 3) throw new Error('step 3');
    });
  assert.throws(() => runToEnd(failing()), /step 3/);
  await assert.rejects(runInTurns(failing(), { slice: 0 }), /step 3/);
});
