import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offerOf, problemIn, startKeeper } from '../../test/support/keeper.ts';

test('an edit is in force 150 ms after it', async () => {
  const { clock, told, kept } = startKeeper();
  kept.offer(offerOf({ orchestrator: 'o2', agents: 'a1' }));
  await clock.advance(149);
  assert.equal(kept.active().id, 'o1+a1');
  assert.equal(kept.candidate()?.waits, 'settling');
  await clock.advance(1);
  await kept.settled();
  assert.equal(kept.active().id, 'o2+a1');
  assert.equal(kept.acceptedAt(), 150);
  assert.equal(kept.previous()?.revision.id, 'o1+a1');
  assert.deepEqual(told(), ['o2+a1 accepted']);
});

test('continuous change is compiled after a second at the latest, and the latest wins', async () => {
  const { clock, compiled, kept, pass } = startKeeper();
  for (let edit = 1; edit <= 12; edit++) {
    kept.offer(offerOf({ orchestrator: `edit ${edit}`, agents: 'a1' }));
    await clock.advance(100);
  }
  await pass(200);
  assert.equal(kept.active().id, 'edit 12+a1');
  assert.ok(compiled.length >= 2 && compiled.length <= 3, compiled.join());
});

test('what is refused leaves the very same revision in force, is said once, and good content clears it (F36, F37)', async () => {
  const { told, kept, write, compiled } = startKeeper();
  const before = kept.active();
  const bad = { orchestrator: 'bad', agents: 'a1' };
  await write(bad);
  await write(bad);
  assert.equal(kept.active(), before);
  assert.deepEqual(kept.refusal()?.problems, [problemIn('CLAUDE.md', 'line-unreadable')]);
  assert.deepEqual(told(), ['bad+a1 refused: line-unreadable']);
  assert.deepEqual(compiled, ['bad+a1'], 'a refused content is not compiled again');
  await write({ orchestrator: 'o1', agents: 'a1' });
  assert.equal(kept.refusal(), undefined);
  assert.equal(kept.active(), before);
  assert.deepEqual(told(), ['bad+a1 no longer refused']);
  await write(bad);
  assert.deepEqual(told(), ['bad+a1 refused: line-unreadable'], 'another edit with the same content is told again');
  assert.equal(compiled.filter((id) => id === 'bad+a1').length, 1);
});

test('an error while reading the source refuses too', async () => {
  const { told, write } = startKeeper();
  await write({ orchestrator: 'o1', problems: [problemIn('agents', 'config-map-missing')] });
  assert.deepEqual(told(), ['o1 refused: config-map-missing']);
});

test('who asks for it gets a refused content compiled again', async () => {
  const { kept, write, compiled, told } = startKeeper();
  await write({ orchestrator: 'bad', agents: 'a1' });
  const decision = await kept.offerNow(offerOf({ orchestrator: 'bad', agents: 'a1' }));
  assert.deepEqual([decision.is, compiled.length, told().length], ['refused', 2, 1]);
});

test('the same content from elsewhere changes nothing but where it came from, and is compiled once', async () => {
  const { told, kept, compiled, write } = startKeeper();
  const facts = { agents: { version: '7' } };
  for (let again = 0; again < 3; again++) await write({ orchestrator: 'o1', agents: 'a1', facts });
  assert.deepEqual([told(), compiled.length], [[], 1]);
  assert.deepEqual(kept.inForce().halves, facts);
});

test('an accepted edit names its author: the managers of the halves that changed', async () => {
  const facts = { orchestrator: { author: 'kubectl-edit' }, agents: { author: 'argocd' } };
  const rows: [string, string, string][] = [
    ['o2', 'a1', 'kubectl-edit'],
    ['o2', 'a2', 'argocd'],
    ['o3', 'a3', 'kubectl-edit, argocd'],
  ];
  const { told, write } = startKeeper();
  for (const [orchestrator, agents, author] of rows) {
    await write({ orchestrator, agents, facts });
    assert.deepEqual(told(), [`${orchestrator}+${agents} accepted by ${author}`]);
  }
});

test('after stop nothing is decided, not even what compiles (F47)', async () => {
  const { told, kept, clock } = startKeeper();
  kept.offer(offerOf({ orchestrator: 'o2', agents: 'a1' }));
  const now = kept.offerNow(offerOf({ orchestrator: 'o3', agents: 'a1' }));
  kept.stop();
  assert.deepEqual(await now, { is: 'stopped' });
  await clock.advance(2000);
  kept.offer(offerOf({ orchestrator: 'o4', agents: 'a1' }));
  await clock.advance(2000);
  assert.deepEqual([kept.active().id, told()], ['o1+a1', []]);
});

test('a reload during a reload waits for its turn, and the latest wins (F47)', async () => {
  const { kept, told } = startKeeper();
  const both = ['o2', 'o3'].map((orchestrator) => kept.offerNow(offerOf({ orchestrator, agents: 'a1' })));
  assert.deepEqual(
    (await Promise.all(both)).map((decision) => decision.is),
    ['accepted', 'accepted'],
  );
  assert.deepEqual(told(), ['o2+a1 accepted', 'o3+a1 accepted']);
});
