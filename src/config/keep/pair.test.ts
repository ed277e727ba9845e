import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startKeeper, type Written } from '../../../test/support/keeper.ts';
import { second } from '../../lib/clock.ts';

/** `o2@b2`: the half `o2`, annotated with the bundle `b2`. */
function pairOf(orchestrator: string, agents: string): Written {
  const [o, ob] = orchestrator.split('@');
  const [a, ab] = agents.split('@');
  const facts = { ...(ob && { orchestrator: { bundle: ob } }), ...(ab && { agents: { bundle: ab } }) };
  return { orchestrator: o ?? '', agents: a ?? '', facts };
}

type Step = [orchestrator: string, agents: string, told: string[]];
const rows: [what: string, steps: Step[]][] = [
  [
    'both halves of a bundle take effect together (F2)',
    [
      ['o2@b2', 'a1@b1', ['waiting for pair: b2 and b1']],
      ['o2@b2', 'a2@b2', ['o2+a2 accepted']],
    ],
  ],
  ['a whole pair is in force at once', [['o2@b2', 'a2@b2', ['o2+a2 accepted']]]],
  [
    'a half without a bundle is checked against the other half in force (F32)',
    [
      ['o2@b2', 'a1', ['o2+a1 accepted']],
      ['o2', 'a2@b3', ['o2+a2 accepted']],
    ],
  ],
  [
    'an edit of the half that is there goes on waiting for the same pair, and is told once',
    [
      ['o2@b2', 'a1@b1', ['waiting for pair: b2 and b1']],
      ['o3@b2', 'a1@b1', []],
      ['o3@b2', 'a2@b2', ['o3+a2 accepted']],
    ],
  ],
  [
    'one error refuses both halves of a bundle',
    [
      ['o2@b2', 'bad@b2', ['o2+bad refused: line-unreadable']],
      ['o2@b2', 'a2@b2', ['o2+bad no longer refused', 'o2+a2 accepted']],
    ],
  ],
];

for (const [what, steps] of rows) {
  test(what, async () => {
    const { write, told } = startKeeper();
    for (const [orchestrator, agents, says] of steps) {
      await write(pairOf(orchestrator, agents));
      assert.deepEqual(told().toSorted(), says.toSorted());
    }
  });
}

test('half a pair is refused after 120 s, whatever is edited meanwhile, and the other half still completes it', async () => {
  const { write, told, pass, kept } = startKeeper();
  const before = kept.active();
  await write(pairOf('o2@b2', 'a1@b1'));
  const { waits, pair } = kept.candidate() ?? {};
  assert.deepEqual([waits, pair], ['pair', { orchestrator: 'b2', agents: 'b1' }]);
  await pass(60 * second);
  await write(pairOf('o3@b2', 'a1@b1'));
  await pass(59 * second);
  assert.deepEqual([told(), kept.refusal()], [['waiting for pair: b2 and b1'], undefined]);
  await pass(second);
  assert.deepEqual(told(), ['o3+a1 refused: pair-incomplete']);
  assert.equal(kept.active(), before);
  await write(pairOf('o3@b2', 'a2@b2'));
  assert.deepEqual(told().toSorted(), ['o3+a1 no longer refused', 'o3+a2 accepted']);
});

test('the same two words wait anew after a whole pair', async () => {
  const { write, told, pass } = startKeeper();
  await write(pairOf('o2@b2', 'a1@b1'));
  await write(pairOf('o2@b2', 'a2@b2'));
  await pass(300 * second);
  told();
  await write(pairOf('o2@b2', 'a1@b1'));
  assert.deepEqual(told(), ['waiting for pair: b2 and b1']);
});
