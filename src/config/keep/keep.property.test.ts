import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { offerOf, savedOf, startKeeper, type Written } from '../../../test/support/keeper.ts';
import { minute } from '../../lib/clock.ts';

const half = (letter: string) => fc.constantFrom(`${letter}1`, `${letter}2`, `${letter}3`, 'bad', 'slow');
const bundle = fc.constantFrom('b1', 'b2');
const waits = fc.constantFrom(0, 20, 140, 160, 400, 1500, 61_000, 130_000, 400_000);

type Edit = { orchestrator: string; agents: string; bundles: [string, string] | undefined; wait: number };
const edit = (bundled: boolean): fc.Arbitrary<Edit> =>
  fc.record({
    orchestrator: half('o'),
    agents: half('a'),
    bundles: bundled ? fc.tuple(bundle, bundle) : fc.constant(undefined),
    wait: waits,
  });

const writtenOf = ({ orchestrator, agents, bundles }: Edit): Written => ({
  orchestrator,
  agents,
  ...(bundles && { facts: { orchestrator: { bundle: bundles[0] }, agents: { bundle: bundles[1] } } }),
});
const isGood = (id: string): boolean => !/bad|slow/.test(id);

for (const bundled of [true, false]) {
  test(`whatever is written when, ${bundled ? 'only whole bundles' : 'only what somebody wrote'} and nothing invalid is in force, and the last good content wins (P1, P3, P4)`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit(bundled), { maxLength: 25 }), async (edits) => {
        const { kept, clock, pass } = startKeeper();
        const pairs = new Set(['o1+a1']);
        const halves = new Set(['o1', 'a1']);
        const check = (): void => {
          const { id } = kept.active();
          assert.ok(isGood(id), `${id} is invalid`);
          assert.ok(bundled ? pairs.has(id) : id.split('+').every((one) => halves.has(one)), `nobody wrote ${id}`);
        };
        for (const one of edits) {
          const { orchestrator, agents, bundles, wait } = one;
          if (bundles?.[0] === bundles?.[1]) pairs.add(`${orchestrator}+${agents}`);
          halves.add(orchestrator).add(agents);
          kept.offer(offerOf(writtenOf(one)));
          await clock.advance(wait);
          check();
        }
        kept.offer(offerOf({ orchestrator: 'o9', agents: 'a9' }));
        await pass(2 * minute);
        assert.deepEqual([kept.active().id, kept.refusal(), kept.candidate()], ['o9+a9', undefined, undefined]);
        kept.stop();
      }),
      { numRuns: 250 },
    );
  });
}

test('a rollback at any moment is in force at once and ends with the next new content only', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit(false), { maxLength: 10 }), fc.nat(10), async (edits, moment) => {
      const bench = startKeeper();
      const { kept, clock, pass, store } = bench;
      store.saved = [savedOf({ orchestrator: 'o8', agents: 'a8' })];
      const rollBack = async (): Promise<void> => {
        const instead = kept.active().id;
        store.pin = { revision: 'o8+a8', instead, at: clock.now(), why: 'no', by: 'operator' };
        await kept.readPin();
        assert.equal(kept.active().id, 'o8+a8');
      };
      for (const [index, one] of edits.entries()) {
        if (index === moment) await rollBack();
        kept.offer(offerOf(writtenOf(one)));
        await clock.advance(one.wait);
      }
      await pass(2 * minute);
      await rollBack();
      kept.offer(offerOf({ orchestrator: 'bad', agents: 'a1' }));
      await pass(2 * minute);
      assert.equal(kept.active().id, 'o8+a8');
      kept.offer(offerOf({ orchestrator: 'o9', agents: 'a9' }));
      await pass(2 * minute);
      assert.deepEqual([kept.active().id, kept.pin()], ['o9+a9', undefined]);
      kept.stop();
    }),
    { numRuns: 150 },
  );
});
