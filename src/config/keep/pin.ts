import { attempt } from './attempt.ts';
import type { KeptConfigurations, Pin } from './keeper.ts';

export type PinKeeper = {
  now(): Pin | undefined;
  set(pin: Pin): void;
  /** Ends it; returns it where there was one. */
  end(): Pin | undefined;
  /** What the record says where that differs from what is known; undefined where it says the same, or nothing can be read. */
  readChange(): { pin: Pin | undefined } | undefined;
};

/** The rollback in force, kept over restarts as far as the record takes it; in this process it holds in any case. */
export function keepPin(kept: KeptConfigurations | undefined): PinKeeper {
  let pin = attempt(() => kept?.loadPin());
  /** False while the record could not take it: then only this process knows of it. */
  let isKept = true;
  return {
    now: () => pin,
    set(next) {
      pin = next;
      isKept =
        attempt(() => {
          kept?.savePin(next);
          return true;
        }) ?? false;
    },
    end() {
      const over = pin;
      pin = undefined;
      if (over) attempt(() => kept?.clearPin());
      return over;
    },
    readChange() {
      const read = attempt(() => ({ pin: kept?.loadPin() }));
      if (!read || isSame(read.pin, pin) || (!read.pin && !isKept)) return undefined;
      // What runs by an older rollback is not what the source has.
      const { pin: next } = read;
      return next && pin && next.instead === pin.revision ? { pin: { ...next, instead: pin.instead } } : read;
    },
  };
}

const isSame = (a: Pin | undefined, b: Pin | undefined): boolean =>
  a?.revision === b?.revision && a?.instead === b?.instead && a?.at === b?.at;
