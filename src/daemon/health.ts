import type { Coverage } from '../cluster/snapshot.ts';
import type { Health } from '../dashboard/serve.ts';
import type { Millis } from '../lib/clock.ts';
import { minute } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { listWords } from '../lib/text.ts';

/** A first cycle waits for the cluster to be read; a large one takes its time. */
const startupGrace: Millis = 2 * minute;

/**
 * Whether the monitor does its work: a cycle completed within two periods (or it has just started), and none hangs.
 * A process that is alive and whose cycles fail is not healthy.
 * One that cannot see the cluster is: it says so and tells people, and a restart would only silence it.
 */
export function judgeHealth(state: {
  now: Millis;
  startedAt: Millis;
  completedAt: Millis | undefined;
  runningSince: Millis | undefined;
  frequency: Millis;
  /** What the last cycle needed and could not see. */
  unseen?: readonly string[];
}): Health {
  const { now, completedAt, frequency } = state;
  const limit = 2 * frequency;
  if (completedAt === undefined) {
    const age = now - state.startedAt;
    return age <= startupGrace
      ? { ok: true, why: 'starting: the first cycle has not completed yet' }
      : { ok: false, why: `no cycle completed since the start ${formatDuration(age)} ago` };
  }
  if (state.runningSince !== undefined && now - state.runningSince > startupGrace)
    return { ok: false, why: `a cycle has been running for ${formatDuration(now - state.runningSince)}` };
  const age = now - completedAt;
  return age <= limit
    ? { ok: true, why: `last cycle completed ${formatDuration(age)} ago${sayUnseen(state.unseen)}` }
    : {
        ok: false,
        why: `last cycle completed ${formatDuration(age)} ago, more than two periods of ${formatDuration(frequency)}`,
      };
}

/** Whether what it says can be relied on: a cycle completed, and it saw something of the cluster. */
export function judgeReadiness(state: {
  seen: readonly Coverage[] | undefined;
  unseen: readonly string[];
  revision: string;
}): Health {
  const { seen, unseen, revision } = state;
  if (!seen) return { ok: false, why: 'the first cycle has not completed yet' };
  if (seen.every(({ state: how }) => how !== 'complete'))
    return {
      ok: false,
      why: `the cluster cannot be seen: ${seen.find(({ reason }) => reason)?.reason ?? 'no answer'}`,
    };
  return { ok: true, why: `revision ${revision} is in force${sayUnseen(unseen)}` };
}

const sayUnseen = (sources: readonly string[] = []): string =>
  sources.length > 0 ? `; it could not see ${listWords(sources)}` : '';
