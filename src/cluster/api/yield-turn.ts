import { setImmediate } from 'node:timers/promises';

/** So long may reading hold the main loop: far below what a probe or a shutdown would notice. */
const longestTurn = 10;
let began = 0;

/**
 * Lets timers, requests and signals have their turn where this one has been long. Chunks that are there already come one after the other
 * without it, and eight lists at the same time: together they have one turn.
 */
export async function yieldLongTurn(): Promise<void> {
  if (performance.now() - began < longestTurn) return;
  await setImmediate();
  began = performance.now();
}
