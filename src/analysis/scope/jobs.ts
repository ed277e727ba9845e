import type { Job, Ref } from '../../cluster/objects.ts';
import type { World } from '../../cluster/world.ts';
import type { Millis } from '../../lib/clock.ts';

/** Whether the controller has closed the Job, one way or the other. */
export function isFinished(job: Job): boolean {
  return job.completed !== undefined || hasCondition(job, 'Complete') || hasCondition(job, 'Failed');
}

export function hasCondition(job: Job, type: string): boolean {
  return job.conditions.some((condition) => condition.type === type && condition.status === 'True');
}

/** Whom people know: the CronJob behind a Job whose name is a counter, else the Job itself. */
export function subjectOfJob(world: World, job: Job): Ref {
  const owner = job.owners.find(({ kind }) => kind === 'CronJob');
  if (!owner) return world.topOwner(job);
  return { kind: 'CronJob', ...(job.namespace && { namespace: job.namespace }), name: owner.name };
}

/** When the youngest run that succeeded began, by `namespace/name` of its CronJob: failures before it are history. */
export function lastSuccesses(world: World): Map<string, Millis> {
  const last = new Map<string, Millis>();
  for (const job of world.snapshot.jobs) {
    const subject = subjectOfJob(world, job);
    if (subject.kind !== 'CronJob' || !hasCondition(job, 'Complete')) continue;
    const key = `${subject.namespace}/${subject.name}`;
    last.set(key, Math.max(last.get(key) ?? 0, startOf(job)));
  }
  return last;
}

/** Whether a younger run of the same CronJob did succeed. */
export function isSuperseded(world: World, job: Job, successes: ReadonlyMap<string, Millis>): boolean {
  const { kind, namespace, name } = subjectOfJob(world, job);
  return kind === 'CronJob' && (successes.get(`${namespace}/${name}`) ?? -1) > startOf(job);
}

const startOf = (job: Job): Millis => job.started ?? job.created ?? 0;
