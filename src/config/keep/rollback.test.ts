import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inForceOf, type KeeperBench, savedOf, startKeeper } from '../../../test/support/keeper.ts';
import type { Pin } from '../keep.ts';
import type { Revision } from '../revision.ts';

const now = { orchestrator: 'o2', agents: 'a1' };
const old = { orchestrator: 'o1', agents: 'a1' };
const pin: Pin = { revision: 'o1+a1', instead: 'o2+a1', at: 1, why: 'too loud', by: 'operator' };

/** `o2` in force, `o1` kept. */
function start(): KeeperBench {
  return startKeeper({
    initial: inForceOf(now),
    store: { pin: undefined, saved: [savedOf(now, 2), savedOf(old, 1)], broken: false },
  });
}

async function rollBack(bench: KeeperBench, to: Pin = pin): Promise<void> {
  bench.store.pin = to;
  await bench.kept.readPin();
}

test('a rollback puts the kept revision in force and stays until the content changes', async () => {
  const bench = start();
  const { kept, told, write } = bench;
  await rollBack(bench);
  assert.deepEqual(told(), ['o1+a1 accepted as a rollback']);
  assert.equal(kept.inForce().kind, 'saved');
  await write(now);
  assert.deepEqual([kept.active().id, told()], ['o1+a1', []], 'the source still has what was left');
  await write({ ...now, orchestrator: 'o3' });
  assert.deepEqual(told(), ['pin-over o1+a1', 'o3+a1 accepted']);
  assert.deepEqual([kept.pin(), bench.store.pin], [undefined, undefined]);
  await write(now);
  assert.deepEqual(told(), ['o2+a1 accepted'], 'after a change the content that was left is an edit like any other');
});

test('the source that offers the pinned content ends the rollback', async () => {
  const bench = start();
  await rollBack(bench);
  await bench.write(old);
  assert.deepEqual(bench.told(), ['o1+a1 accepted as a rollback', 'pin-over o1+a1']);
  assert.deepEqual([bench.kept.active().id, bench.kept.inForce().kind], ['o1+a1', 'api']);
});

test('content that is refused does not end it: what was left does not come back that way', async () => {
  const bench = start();
  await rollBack(bench);
  bench.told();
  await bench.write({ ...now, orchestrator: 'bad' });
  await bench.write(now);
  assert.deepEqual(bench.told(), ['bad+a1 refused: line-unreadable', 'bad+a1 no longer refused']);
  assert.equal(bench.kept.active().id, 'o1+a1');
});

test('under a rollback the good half of a refused pair is not taken: it may be what was left', async () => {
  const bench = start();
  await rollBack(bench);
  await bench.write({ orchestrator: 'o2', agents: 'bad' });
  assert.equal(bench.kept.active().id, 'o1+a1');
});

test('a rollback taken back lets the source speak again', async () => {
  const bench = start();
  await rollBack(bench);
  bench.store.pin = undefined;
  await bench.kept.readPin();
  await bench.write(now);
  assert.deepEqual(bench.told(), ['o1+a1 accepted as a rollback', 'pin-over o1+a1', 'o2+a1 accepted']);
});

test('a second rollback still stands against what the source has', async () => {
  const bench = start();
  bench.store.saved.push(savedOf({ orchestrator: 'o0', agents: 'a1' }));
  await rollBack(bench);
  await rollBack(bench, { ...pin, revision: 'o0+a1', instead: 'o1+a1', at: 2 });
  await bench.write(now);
  assert.equal(bench.kept.active().id, 'o0+a1');
});

const impossible: [what: string, to: string, why: RegExp][] = [
  ['a revision that is not kept', 'o7+a1', /not kept any more/],
  ['a revision that does not compile any more', 'bad+a1', /does not compile any more: line-unreadable here/],
];
for (const [what, revision, why] of impossible) {
  test(`no rollback to ${what}`, async () => {
    const bench = start();
    bench.store.saved.push(savedOf({ orchestrator: 'bad', agents: 'a1' }));
    await rollBack(bench, { ...pin, revision });
    assert.match(bench.told().join(), why);
    assert.deepEqual([bench.kept.active().id, bench.store.pin], ['o2+a1', undefined]);
  });
}

test('a restart under a rollback goes on with it', async () => {
  const store = { pin, saved: [savedOf(now), savedOf(old)], broken: false };
  const { kept, write, told } = startKeeper({ initial: { ...inForceOf(old), kind: 'saved' }, store });
  await write(now);
  assert.deepEqual([kept.active().id, kept.pin(), told()], ['o1+a1', pin, []]);
});

/** Cycles under these revisions throw. */
const failing =
  (...ids: string[]) =>
  ({ id }: Revision): boolean =>
    !ids.includes(id);

test('two failed cycles in a row that the previous revision survives send the new one back until the content changes (F34)', async () => {
  const bench = startKeeper();
  const { kept, told, write } = bench;
  await write(now);
  told();
  const fail = () => kept.cycleFailed({ revision: 'o2+a1', why: 'cannot divide', completes: failing('o2+a1') });
  await fail();
  assert.deepEqual([told(), kept.active().id, kept.onProbation()], [[], 'o2+a1', true]);
  await fail();
  assert.deepEqual([told(), kept.active().id], [['o2+a1 sent back for o1+a1'], 'o1+a1']);
  const { instead, by, why } = bench.store.pin ?? {};
  assert.deepEqual([instead, by, why], ['o2+a1', 'probation', 'cannot divide']);
  await write(now);
  assert.equal(kept.active().id, 'o1+a1', 'it is not tried again');
  await write({ ...now, orchestrator: 'o3' });
  assert.equal(kept.active().id, 'o3+a1');
});

type Failed = { revision: string; completes: (revision: Revision) => boolean } | 'completed';
const staying: [what: string, cycles: Failed[]][] = [
  ['one failure', [{ revision: 'o2+a1', completes: failing('o2+a1') }]],
  [
    'failures with a completed cycle between them',
    [
      { revision: 'o2+a1', completes: failing('o2+a1') },
      'completed',
      { revision: 'o2+a1', completes: failing('o2+a1') },
    ],
  ],
  [
    'failures that the previous revision has too',
    Array.from({ length: 3 }, () => ({ revision: 'o2+a1', completes: failing('o1+a1', 'o2+a1') })),
  ],
  [
    'failures that are not of judging (a full disk)',
    Array.from({ length: 3 }, () => ({ revision: 'o2+a1', completes: failing() })),
  ],
  [
    'failures of cycles that began under another revision',
    Array.from({ length: 3 }, () => ({ revision: 'o1+a1', completes: failing('o2+a1') })),
  ],
];
for (const [what, cycles] of staying) {
  test(`${what}: the revision stays`, async () => {
    const { kept, write } = startKeeper();
    await write(now);
    for (const cycle of cycles) {
      if (cycle === 'completed') kept.cycleCompleted();
      else await kept.cycleFailed({ ...cycle, why: 'no' });
    }
    assert.equal(kept.active().id, 'o2+a1');
  });
}

test('after a restart the newest kept revision before it is the previous one', async () => {
  const bench = start();
  for (let cycle = 0; cycle < 2; cycle++)
    await bench.kept.cycleFailed({ revision: 'o2+a1', why: 'no', completes: failing('o2+a1') });
  assert.deepEqual(bench.told(), ['o2+a1 sent back for o1+a1']);
});

test('a disk that takes nothing holds up neither an edit nor the way back (F51)', async () => {
  const bench = startKeeper();
  const { kept, told, write } = bench;
  bench.store.broken = true;
  await write(now);
  for (let cycle = 0; cycle < 2; cycle++)
    await kept.cycleFailed({ revision: 'o2+a1', why: 'no', completes: failing('o2+a1') });
  assert.deepEqual(told(), ['o2+a1 accepted', 'o2+a1 sent back for o1+a1']);
  bench.store.broken = false;
  await kept.readPin();
  await write(now);
  assert.equal(kept.active().id, 'o1+a1', 'the pin that could not be kept holds in memory');
});
