import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { collect } from '../measure.ts';
import { type Bed, editOf } from './bed.ts';
import { type Observed, observeDaemon } from './observed-daemon.ts';

/** What a process holds while nothing is under way: MiB of its heap after a full collection and of the whole process, open files, timers. */
export type Held = { heap: number; resident: number; files: number; timers: number };

/** What a daemon holds after a tenth of so many reloads, and after all. */
export async function countHeld(bed: Bed, reloads: number): Promise<{ first: Held; last: Held }> {
  const observed = await observeDaemon(bed);
  const early = Math.ceil(reloads / 10);
  await reloadUpTo(bed, observed, 0, early);
  const first = await holdStill();
  await reloadUpTo(bed, observed, early, reloads);
  const last = await holdStill();
  await observed.stop();
  return { first, last };
}

/** Each edit is asked for at once, without the settle that would make hours of it, and takes effect before the next. */
async function reloadUpTo(bed: Bed, { daemon, isInForce }: Observed, from: number, to: number): Promise<void> {
  for (let edit = from; edit < to; edit++) {
    await bed.write(editOf(bed, edit));
    await daemon.reread();
    if (!isInForce(`edit ${edit}.`)) throw new Error(`reload ${edit} did not take effect`);
  }
}

async function holdStill(): Promise<Held> {
  // The last cycle ends, what watches have brought settles, connections that nobody uses are closed.
  await setTimeout(8000);
  collect();
  await setTimeout(500);
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  const timers = process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
  return { heap: heapUsed / 2 ** 20, resident: rss / 2 ** 20, files: readdirSync('/proc/self/fd').length, timers };
}
