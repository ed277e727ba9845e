import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { emptyRevision } from '../src/config/empty-revision.ts';
import { keepRevision, type Offer } from '../src/config/keep.ts';
import { loopCycles } from '../src/daemon/cycle-loop.ts';
import { type Clock, hour, type Millis, minute, virtualClock } from '../src/lib/clock.ts';
import { sourceFile } from './support/config-files.ts';

/** A clock that can be set, as NTP or a resumed machine does it; timers that run go on as the system's do. */
function steppingClock(): Clock & { advance(by: Millis): Promise<void>; step(by: Millis): void } {
  const steady = virtualClock(10 * hour);
  let offset = 0;
  return {
    now: () => steady.now() + offset,
    wakeAt: (at, wake) => steady.wakeAt(Math.max(steady.now(), at - offset), wake),
    advance: (by) => steady.advance(by),
    step(by) {
      offset += by;
    },
  };
}

const offer = (text: string, halves: Offer['halves'] = {}): Offer => ({
  files: [sourceFile('CLAUDE.md', text)],
  problems: [],
  from: 'test',
  kind: 'files',
  halves,
});

function keeperOn(clock: Clock) {
  return keepRevision({
    initial: { ...offer('start'), revision: { ...emptyRevision, id: 'start' }, at: clock.now() },
    clock,
    compile: async ([first]) => ({ ...emptyRevision, id: first?.text ?? '' }),
    onNews: () => undefined,
  });
}

const steps: [string, Millis][] = [
  ['back by an hour', -hour],
  ['forward by an hour', hour],
  ['back by a second', -1000],
];

describe('the clock steps', () => {
  for (const [how, by] of steps) {
    test(`${how}: an edit that settles is in force all the same (F44)`, async () => {
      const clock = steppingClock();
      const kept = keeperOn(clock);
      kept.offer(offer('edit'));
      await clock.advance(50);
      clock.step(by);
      await clock.advance(100);
      await kept.settled();
      assert.equal(kept.active().id, 'edit');
      kept.stop();
    });

    test(`${how}: half a pair waits no longer than it would (F44)`, async () => {
      const clock = steppingClock();
      const kept = keeperOn(clock);
      kept.offer(offer('half', { orchestrator: { bundle: '2' }, agents: { bundle: '1' } }));
      await clock.advance(minute);
      clock.step(by);
      await clock.advance(minute + 1000);
      await kept.settled();
      assert.equal(kept.refusal()?.problems[0]?.code, 'pair-incomplete');
      kept.stop();
    });

    test(`${how}: the next cycle comes after its hour (F44)`, async () => {
      const clock = steppingClock();
      let cycles = 0;
      const loop = loopCycles({
        clock,
        frequency: () => hour,
        onFailure: () => undefined,
        runOnce: async () => {
          cycles += 1;
          return {};
        },
      });
      loop.request('start');
      await clock.advance(minute);
      clock.step(by);
      await clock.advance(hour);
      assert.equal(cycles, 2);
      await loop.stop();
    });
  }
});
