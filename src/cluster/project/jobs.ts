import type { CronJob, Job, Meta } from '../objects.ts';
import { podSpec } from './pod-spec.ts';
import { conditions, type Fields, fields, list, number, present, text, time } from './read.ts';

export function job(raw: Fields, meta: Meta): Job {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  return {
    ...meta,
    kind: 'Job',
    ...present({
      active: number(status['active']) ?? 0,
      succeeded: number(status['succeeded']) ?? 0,
      failed: number(status['failed']) ?? 0,
      completions: number(spec['completions']),
      backoffLimit: number(spec['backoffLimit']) ?? 6,
      activeDeadline: number(spec['activeDeadlineSeconds']),
      suspended: spec['suspend'] === true,
      started: time(status['startTime']),
      completed: time(status['completionTime']),
      conditions: conditions(status['conditions']),
      template: podSpec(fields(spec['template'])['spec']),
      hasStatus: Object.keys(status).length > 0,
    }),
  };
}

export function cronJob(raw: Fields, meta: Meta): CronJob {
  const spec = fields(raw['spec']);
  const status = fields(raw['status']);
  const jobSpec = fields(fields(spec['jobTemplate'])['spec']);
  return {
    ...meta,
    kind: 'CronJob',
    ...present({
      schedule: text(spec['schedule']) ?? '',
      timezone: text(spec['timeZone']),
      suspended: spec['suspend'] === true,
      concurrency: text(spec['concurrencyPolicy']) ?? 'Allow',
      startingDeadline: number(spec['startingDeadlineSeconds']),
      lastScheduled: time(status['lastScheduleTime']),
      lastSucceeded: time(status['lastSuccessfulTime']),
      active: list(status['active']).flatMap((item) => text(fields(item)['name']) ?? []),
      template: podSpec(fields(jobSpec['template'])['spec']),
    }),
  };
}
