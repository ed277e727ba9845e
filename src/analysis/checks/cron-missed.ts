import type { CronJob } from '../../cluster/objects.ts';
import type { World } from '../../cluster/world.ts';
import { refOf } from '../../cluster/world.ts';
import { type Millis, minute } from '../../lib/clock.ts';
import { toRfc3339 } from '../../lib/duration.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';
import { readCronSchedule } from '../scope/cron-schedule.ts';

/** The controller looks every 10 s, and starts a run late when it is busy. */
const grace = 5 * minute;

/** The controller speaks of a run it does not start in these Events. */
const events = new Set([
  'FailedNeedsStart',
  'TooManyMissedTimes',
  'MissSchedule',
  'FailedCreate',
  'UnparseableSchedule',
  'InvalidSchedule',
  'UnknownTimeZone',
]);

export const cronMissed: Check = {
  id: 'cron-missed',
  title: 'A CronJob did not start when it was due',
  reads: ['cronjobs', 'jobs', 'events'],
  grace,
  find: ({ world, now }: CheckInput): Observation[] =>
    world.snapshot.cronJobs.flatMap((job) =>
      job.suspended || job.schedule === '' || job.deleting !== undefined ? [] : (judge(world, job, now) ?? []),
    ),
};

function judge(world: World, job: CronJob, now: Millis): Observation | undefined {
  const schedule = readCronSchedule(job);
  const name = `${job.namespace}/${job.name}`;
  const shared = { subject: refOf(job), next: describeCommand(refOf(job)) };
  const told = world
    .eventsOf(refOf(job))
    .filter(({ reason }) => events.has(reason))
    .map(({ reason, message, last }) => ({
      text: `${reason}: ${message}`,
      object: refOf(job),
      ...(last !== undefined && { at: last }),
    }));
  // What cannot be read never heals alone.
  const broken = brokenBecause(job, schedule !== undefined);
  if (!schedule || broken) {
    return observe({
      ...shared,
      since: job.created,
      grace: 0,
      says: `CronJob ${name} never runs: ${broken}`,
      evidence: [{ text: broken ?? '' }, ...told],
    });
  }
  const due = schedule.previous(now);
  const known = job.lastScheduled ?? job.created;
  if (due === undefined || known === undefined || known >= due || (job.created ?? 0) >= due) return undefined;
  // Suspended until now, or on another schedule: what was due before does not count.
  if ((job.changedBy?.at ?? 0) >= due) return undefined;
  // The run before still works and the policy forbids a second one: that is the Job's story.
  if (job.active.length > 0 && job.concurrency === 'Forbid') return undefined;
  const last =
    job.lastScheduled === undefined ? 'it never started before' : `it last started at ${toRfc3339(job.lastScheduled)}`;
  return observe({
    ...shared,
    // Later runs were missed as well; the first one since the last start dates the trouble.
    since: schedule.next(known) ?? due,
    says: `CronJob ${name} did not start its run due at ${toRfc3339(due)}; ${last}`,
    evidence: [
      { text: `schedule ${job.schedule}${job.timezone ? ` (${job.timezone})` : ''}, due ${toRfc3339(due)}, ${last}` },
      ...told,
    ],
  });
}

function brokenBecause(job: CronJob, readable: boolean): string | undefined {
  if (job.startingDeadline !== undefined && job.startingDeadline < 0)
    return `its starting deadline of ${job.startingDeadline} s is over before it begins`;
  return readable ? undefined : `its schedule "${job.schedule}" cannot be read`;
}
