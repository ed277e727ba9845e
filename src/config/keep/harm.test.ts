import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inForceOf, startKeeper } from '../../../test/support/keeper.ts';

const initial = inForceOf({ orchestrator: 'o1\nP0 shop\nP0 cart\nP0 pay', agents: 'a1' });
const blinding = { orchestrator: 'o2\nP0 shop', agents: 'a1' };

test('what would blind the team is refused until its very hash is confirmed (F33)', async () => {
  const { write, told, kept } = startKeeper({ initial });
  await write(blinding);
  assert.deepEqual(told(), ['o2+a1 refused: needs-confirmation']);
  assert.match(kept.refusal()?.problems[0]?.cure ?? '', /k8s-monitor\.io\/confirm: o2\+a1/);
  await write({ ...blinding, facts: { orchestrator: { confirm: 'another' } } });
  assert.deepEqual([told(), kept.active().id], [[], 'o1+a1']);
  await write({ ...blinding, facts: { agents: { confirm: 'o2+a1' } } });
  assert.deepEqual(told().toSorted(), ['o2+a1 accepted', 'o2+a1 no longer refused']);
});

test('the built-in default guards nothing: the first configuration needs no confirmation', async () => {
  const { write, told } = startKeeper({ initial: { ...initial, kind: 'default' } });
  await write(blinding);
  assert.deepEqual(told(), ['o2+a1 accepted']);
});

test('services that match nothing in the cluster as it is need one too; a cluster that is not seen says nothing', async () => {
  const renamed = { orchestrator: 'o2\nP0 shop\nP0 cart\nP0 pay\nP0 extra', agents: 'a1' };
  const rows: [seen: boolean | undefined, told: string[]][] = [
    [false, ['o2+a1 refused: needs-confirmation']],
    [undefined, ['o2+a1 accepted']],
  ];
  for (const [seen, says] of rows) {
    const { write, told } = startKeeper({ initial, matchesAnything: ({ id }) => (id === 'o1+a1' ? true : seen) });
    await write(renamed);
    assert.deepEqual(told(), says);
  }
});
