import { type Clock, type Millis, minute, second } from '../../lib/clock.ts';
import { isError } from '../problems.ts';
import type { Refusal } from './keeper.ts';

/** A refusal that lasts longer than this is told to people who do not look at the log. */
export const longRefusal: Millis = 5 * minute;

export type RefusalWatch = {
  now(): Refusal | undefined;
  /** Takes note of a refusal; true where it is news. */
  set(refusal: Refusal): boolean;
  /** The refusal is over; returns it, where there was one. */
  clear(): Refusal | undefined;
  stop(): void;
};

/** The refusal at present: the same content refused again is no news. It goes on for as long as its faults stay, whatever else is edited, and what lasts is told once. */
export function watchRefusal(clock: Clock, onLong: (refusal: Refusal) => void): RefusalWatch {
  let refusal: Refusal | undefined;
  let cancel = (): void => undefined;
  return {
    now: () => refusal,
    set(next) {
      const isOld = refusal?.id === next.id && JSON.stringify(refusal.problems) === JSON.stringify(next.problems);
      if (isOld) return false;
      const goesOn = refusal && (refusal.id === next.id || faultsOf(refusal) === faultsOf(next));
      refusal = goesOn && refusal ? { ...next, at: refusal.at } : next;
      if (goesOn) return true;
      cancel();
      cancel = clock.wakeAt(next.at + longRefusal, () => {
        if (refusal) onLong(refusal);
      });
      return true;
    },
    clear() {
      const over = refusal;
      cancel();
      refusal = undefined;
      return over;
    },
    stop: () => cancel(),
  };
}

/** The errors with what to do, wherever they stand by now. */
export const faultsOf = ({ problems }: Pick<Refusal, 'problems'>): string =>
  JSON.stringify(problems.filter(isError).map(({ file, code, message, cure }) => [file, code, message, cure]));

/** When a refusal whose cause may pass is tried again: after 30 s, then twice as long each time, at most every half hour. */
export function retryAfter(tries: number): Millis {
  return Math.min(30 * second * 2 ** tries, 30 * minute);
}
