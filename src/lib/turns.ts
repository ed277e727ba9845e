import { setImmediate } from 'node:timers/promises';
import type { Millis } from './clock.ts';

/**
 * Work that can be interrupted: it yields wherever others may have a turn, and returns its result. It reads no clock and does not know
 * whether anybody had one, so what is pure stays pure.
 */
export type Work<Result> = Generator<undefined, Result, undefined>;

/** Does the work at once. */
export function runToEnd<Result>(work: Work<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Resolves when everybody who waits for the main loop has had a turn. */
export const nextTurn = (): Promise<void> => setImmediate();

export type TurnOptions = {
  /** Nobody waits for the main loop much longer than this; 10 ms without it. */
  slice?: Millis;
  /** Milliseconds of a clock that only goes forward. */
  elapsed?: () => Millis;
};

/** Does the work in slices, with a turn of the main loop between them. Rejects with what the work throws. */
export async function runInTurns<Result>(work: Work<Result>, options: TurnOptions = {}): Promise<Result> {
  const { slice = 10, elapsed = () => performance.now() } = options;
  let began = elapsed();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (elapsed() - began < slice) continue;
    await nextTurn();
    began = elapsed();
  }
}

/** So many cheap items are one step: to stop and go on costs about as much as looking at a pod that is well. */
const stepSize = 32;

/** `items.map(map)`, with a turn for others after every few items. */
export function* mapInTurns<Item, Result>(
  items: Iterable<Item>,
  map: (item: Item) => Result,
  every = stepSize,
): Work<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    results.push(map(item));
    if (results.length % every === 0) yield;
  }
  return results;
}
