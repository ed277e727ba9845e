import type { Health } from '../dashboard/serve.ts';
import type { Millis } from '../lib/clock.ts';
import { minute } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';

/** A first cycle waits for the cluster to be read; a large one takes its time. */
const startupGrace: Millis = 2 * minute;

/**
 * Whether the monitor does its work: a cycle completed within two periods (or it has just started), and none hangs.
 * A process that is alive and whose cycles fail is not healthy.
 */
export function judgeHealth(state: {
  now: Millis;
  startedAt: Millis;
  completedAt: Millis | undefined;
  runningSince: Millis | undefined;
  frequency: Millis;
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
    ? { ok: true, why: `last cycle completed ${formatDuration(age)} ago` }
    : {
        ok: false,
        why: `last cycle completed ${formatDuration(age)} ago, more than two periods of ${formatDuration(frequency)}`,
      };
}
