import type { Clock, Millis } from '../../lib/clock.ts';
import type { Offer } from './keeper.ts';

export type Settle = {
  /** Latest wins. */
  put(offer: Offer): void;
  /** What has not settled yet is forgotten. */
  drop(): void;
  /** Since when something has been settling, and when it will have. */
  waiting(): { since: Millis; until: Millis } | undefined;
};

/** Hands an offer on after `quiet` without another one, and under continuous change after `longest` all the same. */
export function settleOffers(options: {
  clock: Clock;
  quiet: Millis;
  longest: Millis;
  onSettled: (offer: Offer, since: Millis) => void;
}): Settle {
  const { clock, quiet, longest, onSettled } = options;
  let waiting: { offer: Offer; since: Millis; until: Millis; cancel: () => void } | undefined;

  const drop = (): void => {
    waiting?.cancel();
    waiting = undefined;
  };
  return {
    put(offer) {
      const since = waiting?.since ?? clock.now();
      const until = Math.min(clock.now() + quiet, since + longest);
      drop();
      const cancel = clock.wakeAt(until, () => {
        waiting = undefined;
        onSettled(offer, since);
      });
      waiting = { offer, since, until, cancel };
    },
    drop,
    waiting: () => waiting && { since: waiting.since, until: waiting.until },
  };
}
