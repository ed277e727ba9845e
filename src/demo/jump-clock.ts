import type { Clock, Millis } from '../lib/clock.ts';

/** The system's clock that can be moved forward: three minutes of waiting take no time in a demonstration. */
export function jumpClock(): Clock & { jump(by: Millis): void } {
  let ahead = 0;
  const sleepers = new Set<{ at: Millis; fire: () => void; timer: NodeJS.Timeout | undefined }>();
  const now = (): Millis => Date.now() + ahead;
  const arm = (sleeper: { at: Millis; fire: () => void; timer: NodeJS.Timeout | undefined }): void => {
    clearTimeout(sleeper.timer);
    sleeper.timer = setTimeout(sleeper.fire, Math.min(Math.max(0, sleeper.at - now()), 2 ** 31 - 1));
  };
  return {
    now,
    wakeAt(at, wake) {
      const sleeper = {
        at,
        timer: undefined as NodeJS.Timeout | undefined,
        fire: () => {
          sleepers.delete(sleeper);
          wake();
        },
      };
      sleepers.add(sleeper);
      arm(sleeper);
      return () => {
        clearTimeout(sleeper.timer);
        sleepers.delete(sleeper);
      };
    },
    jump(by) {
      ahead += by;
      for (const sleeper of [...sleepers].sort((a, b) => a.at - b.at)) arm(sleeper);
    },
  };
}
