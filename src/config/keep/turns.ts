export type Turns = {
  /** Runs it after everything that was asked for before. What it throws is its caller's. */
  take<Result>(work: () => Promise<Result>): Promise<Result>;
  /** How much is running or waits for its turn. */
  count(): number;
};

/** One thing at a time, in the order in which it came: reloads never overlap, and no reading of files ends after a later one. */
export function takeTurns(onRest: () => void = () => undefined): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  return {
    take(work) {
      count += 1;
      const result = last.then(work).finally(() => {
        count -= 1;
        if (count === 0) onRest();
      });
      last = result.catch(() => undefined);
      return result;
    },
    count: () => count,
  };
}
