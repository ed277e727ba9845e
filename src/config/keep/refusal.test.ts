import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemIn, startKeeper } from '../../../test/support/keeper.ts';
import { minute, second } from '../../lib/clock.ts';

const bad = { orchestrator: 'bad', agents: 'a1' };
const good = { orchestrator: 'o1', agents: 'a1' };

test('a refusal that lasts is told once after five minutes, and that it is over', async () => {
  const { write, told, pass } = startKeeper();
  await write(bad);
  told();
  await pass(5 * minute - second);
  assert.deepEqual(told(), []);
  await pass(2 * second);
  assert.deepEqual(told(), ['bad+a1 refused for long']);
  await pass(60 * minute);
  await write(bad);
  assert.deepEqual(told(), []);
  await write(good);
  assert.deepEqual(told(), ['bad+a1 no longer refused']);
});

test('one that is over in time never is', async () => {
  const { write, told, pass } = startKeeper();
  await write(bad);
  await pass(4 * minute);
  await write(good);
  told();
  await pass(10 * minute);
  assert.deepEqual(told(), []);
});

test('another fault has its own five minutes', async () => {
  const { write, told, pass } = startKeeper();
  await write(bad);
  await pass(4 * minute);
  await write({ ...good, orchestrator: 'o2', problems: [problemIn('CLAUDE.md', 'another')] });
  await pass(4 * minute);
  told();
  await pass(minute);
  assert.deepEqual(told(), ['o2+a1 refused for long']);
});

test('a fault that stays while something else is edited goes on, and is over when it is gone', async () => {
  const { write, told, pass, kept } = startKeeper();
  await write(bad);
  await pass(4 * minute);
  await write({ orchestrator: 'bad2', agents: 'a1' });
  told();
  await pass(minute);
  assert.deepEqual(told(), ['bad2+a1 refused for long']);
  await write({ orchestrator: 'bad2', agents: 'a2' });
  assert.deepEqual(told(), ['o1+a2 accepted'], 'who wrote the fault has the answer already');
  assert.equal(kept.refusal()?.id, 'bad2+a2');
  await pass(60 * minute);
  assert.deepEqual(told(), []);
  await write({ orchestrator: 'o3', agents: 'a2' });
  assert.deepEqual(told().toSorted(), ['bad2+a2 no longer refused', 'o3+a2 accepted']);
});

test('a compiler that ran out of time is asked again, later each time (F36)', async () => {
  const { write, compiled, pass, told, kept } = startKeeper();
  await write({ orchestrator: 'slow', agents: 'a1' });
  assert.equal(kept.candidate()?.waits, 'retry');
  const tries: number[] = [];
  for (const wait of [30, 30, 30, 30, 60, 60]) {
    await pass(wait * second);
    tries.push(compiled.filter((id) => id === 'slow+a1').length);
  }
  assert.deepEqual(tries, [2, 2, 3, 3, 3, 4].slice(0, 6));
  assert.deepEqual(told(), ['slow+a1 refused: too-complex']);
  await write({ orchestrator: 'o2', agents: 'a1' });
  const before = compiled.length;
  await pass(60 * minute);
  assert.equal(compiled.length, before, 'what was replaced is not tried again');
});
