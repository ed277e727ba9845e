import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemIn, startKeeper, type Written } from '../../../test/support/keeper.ts';

const rows: [what: string, written: Written, active: string, told: string[]][] = [
  [
    "one team's slip does not hold up the other's edit",
    { orchestrator: 'o2', agents: 'bad' },
    'o2+a1',
    ['o2+a1 accepted', 'o2+bad refused: line-unreadable'],
  ],
  [
    'nor the other way round',
    { orchestrator: 'bad', agents: 'a2' },
    'o1+a2',
    ['o1+a2 accepted', 'bad+a2 refused: line-unreadable'],
  ],
  [
    'errors in both are one refusal',
    { orchestrator: 'bad', agents: 'bad' },
    'o1+a1',
    ['bad+bad refused: line-unreadable'],
  ],
  [
    'a half that is no edit is not committed',
    { orchestrator: 'o1', agents: 'bad' },
    'o1+a1',
    ['o1+bad refused: line-unreadable'],
  ],
  [
    'a ConfigMap that is gone does not hold up the edit of the other (F4, F7)',
    { orchestrator: 'o2', problems: [problemIn('agents', 'config-map-missing')] },
    'o2+a1',
    ['o2 refused: config-map-missing', 'o2+a1 accepted'],
  ],
  [
    'two halves of one bundle are one change',
    { orchestrator: 'o2', agents: 'bad', facts: { orchestrator: { bundle: 'b' }, agents: { bundle: 'b' } } },
    'o1+a1',
    ['o2+bad refused: line-unreadable'],
  ],
];

for (const [what, written, active, says] of rows) {
  test(what, async () => {
    const { write, told, kept } = startKeeper();
    await write(written);
    assert.equal(kept.active().id, active);
    assert.deepEqual(told().toSorted(), says.toSorted());
    await write(written);
    assert.deepEqual(told(), [], 'nothing is told twice');
  });
}
