import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startKeeper } from '../../../test/support/keeper.ts';
import { minute, second } from '../../lib/clock.ts';

const fight = (edit: number) => ({
  orchestrator: edit % 2 === 0 ? 'mine' : 'yours',
  agents: 'a1',
  facts: { orchestrator: { author: edit % 2 === 0 ? 'kubectl-edit' : 'argocd-controller' } },
});

test('six changes in five minutes are work', async () => {
  const { write, told, pass } = startKeeper();
  for (let edit = 1; edit <= 6; edit++) {
    await write(fight(edit));
    await pass(second);
  }
  assert.equal(told().length, 6);
});

test('two writers that undo each other are named once, and the last settled content counts after a minute of hold-down (F30, F31)', async () => {
  const { write, told, pass, kept } = startKeeper();
  for (let edit = 1; edit <= 12; edit++) {
    await write(fight(edit));
    await pass(second);
  }
  const says = told();
  assert.equal(says.filter((one) => one.includes('accepted')).length, 7);
  assert.deepEqual(says.slice(7), ['flapping: argocd-controller, kubectl-edit']);
  assert.equal(kept.active().id, 'yours+a1');
  assert.equal(kept.candidate()?.waits, 'flapping');
  await pass(minute);
  assert.deepEqual(told(), ['mine+a1 accepted by kubectl-edit']);
  // They go on: one commit a minute, and no second alarm.
  for (let edit = 13; edit <= 20; edit++) await write(fight(edit));
  assert.deepEqual(told(), []);
  // Calm for five minutes: what comes then is an edit like any other.
  await pass(6 * minute);
  told();
  await write({ orchestrator: 'o9', agents: 'a1' });
  assert.deepEqual(told(), ['o9+a1 accepted']);
});

test('ever new contents are somebody at work, and so is trying this and that against what was', async () => {
  const rows: [what: string, content: (edit: number) => string][] = [
    ['new contents', (edit) => `edit ${edit}`],
    ['edits that are taken back', (edit) => (edit % 2 === 0 ? 'o1' : `edit ${edit}`)],
  ];
  for (const [what, content] of rows) {
    const { write, told } = startKeeper();
    for (let edit = 1; edit <= 20; edit++) await write({ orchestrator: content(edit), agents: 'a1' });
    assert.equal(told().filter((one) => one.includes('accepted')).length, 20, what);
  }
});

test('going back to what is in force needs no hold-down', async () => {
  const { write, told, kept } = startKeeper();
  for (let edit = 1; edit <= 7; edit++) await write(fight(edit));
  await write(fight(8));
  told();
  await write(fight(7));
  assert.deepEqual([told(), kept.candidate()], [[], undefined]);
});
