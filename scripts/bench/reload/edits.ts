import { setTimeout } from 'node:timers/promises';
import { type Bed, editOf, warmUp } from './bed.ts';
import { type Observed, observeDaemon } from './observed-daemon.ts';

/** ConfigMap written until its revision is in force: milliseconds of each of so many edits. */
export async function timeEdits(bed: Bed, edits: number): Promise<number[]> {
  const observed = await observeDaemon(bed);
  const times = await editAgainAndAgain(bed, observed, edits);
  await observed.stop();
  return times;
}

/** The same with a daemon that runs already. The first ones warm up the compiler and do not count. */
export async function editAgainAndAgain(bed: Bed, observed: Observed, edits: number): Promise<number[]> {
  const times: number[] = [];
  for (let edit = -warmUp; edit < edits; edit++) {
    const mark = `edit ${edit}.`;
    const text = editOf(bed, edit);
    const took = await observed.timeToActive(mark, () => bed.write(text));
    if (edit >= 0) times.push(took);
    // Not in step with anything that recurs, and the cycle of the one before has ended.
    await setTimeout(50 + 100 * Math.random());
  }
  return times;
}
