import type { Job } from '../../cluster/objects.ts';
import { refOf } from '../../cluster/world.ts';
import { hour } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { count } from '../../lib/text.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { logsCommand } from '../next-command.ts';
import { observe } from '../observe.ts';
import { readCronSchedule } from '../scope/cron-schedule.ts';
import { isFinished, subjectOfJob } from '../scope/jobs.ts';

export const jobOverdue: Check = {
  id: 'job-overdue',
  title: 'A Job runs for much too long',
  reads: ['jobs', 'cronjobs', 'pods'],
  grace: 12 * hour,
  find: (input: CheckInput): Observation[] => input.world.snapshot.jobs.flatMap((job) => judge(input, job) ?? []),
};

function judge(input: CheckInput, job: Job): Observation | undefined {
  if (isFinished(job) || job.suspended || job.deleting !== undefined || job.active === 0 || job.started === undefined)
    return undefined;
  const { world, now } = input;
  const pods = world.podsOf(refOf(job)).map(refOf);
  const blocked = blocks(input, job);
  return observe({
    subject: subjectOfJob(world, job),
    related: [refOf(job)],
    since: job.started,
    level: blocked ? 'error' : 'warning',
    ...(blocked && { grace: 0 }),
    says: `Job ${job.namespace}/${job.name} has been running for ${formatDuration(now - job.started)}${blocked ? ` and keeps ${blocked} from starting` : ''}`,
    evidence: [
      {
        text: `${count(job.active, 'pod')} active, ${job.succeeded} succeeded, ${job.failed} failed`,
        object: refOf(job),
        at: job.started,
      },
    ],
    next: logsCommand(refOf(job)),
    pods,
  });
}

/** A CronJob that forbids two runs at a time is held up by this one: says so, where it is three runs or more. */
function blocks({ world, now }: CheckInput, job: Job): string | undefined {
  const subject = subjectOfJob(world, job);
  // A run that takes an hour of a schedule of minutes is how some people make a loop.
  if (subject.kind !== 'CronJob' || now - (job.started ?? now) < hour) return undefined;
  const cron = world.snapshot.cronJobs.find(
    ({ namespace, name }) => namespace === subject.namespace && name === subject.name,
  );
  const schedule = cron && !cron.suspended && cron.concurrency === 'Forbid' ? readCronSchedule(cron) : undefined;
  if (!schedule) return undefined;
  let missed = 0;
  for (let at = schedule.next(job.started ?? now); at !== undefined && at <= now && missed < 3; at = schedule.next(at))
    missed++;
  return missed >= 3 ? 'three or more runs of its CronJob' : undefined;
}
