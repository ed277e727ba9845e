/** A moment (epoch milliseconds, UTC) or a length of time in milliseconds; the name of the field says which. */
export type Millis = number;

export const second: Millis = 1000;
export const minute: Millis = 60 * second;
export const hour: Millis = 60 * minute;
export const day: Millis = 24 * hour;

/** Where time comes from. Pure rooms never take one: they take `now`. Tests hand in a clock they turn by hand. */
export type Clock = {
  now(): Millis;
  /** Calls back once at or after `at`; the returned function takes it back. */
  wakeAt(at: Millis, wake: () => void): () => void;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  wakeAt(at, wake) {
    // setTimeout holds 2^31-1 ms at most and would fire at once beyond it.
    const timer = setTimeout(wake, Math.min(Math.max(0, at - Date.now()), 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

/** A clock for tests: stands still until `advance` moves it, waking whoever asked to be, in order. */
export function virtualClock(start: Millis): Clock & { advance(by: Millis): Promise<void> } {
  let now = start;
  let sleepers: { at: Millis; wake: () => void }[] = [];
  return {
    now: () => now,
    wakeAt(at, wake) {
      const sleeper = { at, wake };
      sleepers.push(sleeper);
      return () => {
        sleepers = sleepers.filter((other) => other !== sleeper);
      };
    },
    async advance(by) {
      const end = now + by;
      for (;;) {
        const next = sleepers.filter((sleeper) => sleeper.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        sleepers = sleepers.filter((other) => other !== next);
        next.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = end;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
