import { Cron } from 'croner';
import type { CronJob } from '../../cluster/objects.ts';
import type { Millis } from '../../lib/clock.ts';

/** When a schedule is due; undefined where it never is. */
export type CronSchedule = { previous(now: Millis): Millis | undefined; next(now: Millis): Millis | undefined };

/** `5m`, `1h30m`, `90s`: the lengths of Go behind `@every`. */
const units: Readonly<Record<string, Millis>> = { h: 3_600_000, m: 60_000, s: 1000 };

/**
 * A CronJob's schedule as the controller reads it: five fields, `@daily` and its like, `@every 1h`, a `TZ=` in front. Without a
 * zone it is the controller's, which is UTC nearly everywhere. Undefined where it cannot be read.
 */
export function readCronSchedule(
  job: Pick<CronJob, 'schedule' | 'timezone' | 'created' | 'lastScheduled'>,
): CronSchedule | undefined {
  const [, zone, pattern = ''] = /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*)$/.exec(job.schedule.trim()) ?? [];
  const every = /^@every\s+((?:\d+(?:\.\d+)?[hms])+)$/.exec(pattern)?.[1];
  if (every) return everySchedule(every, job.lastScheduled ?? job.created ?? 0);
  try {
    const cron = new Cron(pattern, {
      paused: true,
      timezone: job.timezone ?? zone ?? 'UTC',
      mode: '5-part',
      sloppyRanges: true,
    });
    // A zone that does not exist is told only when it is used.
    cron.nextRun(new Date(0));
    return {
      previous: (now) => cron.previousRuns(1, new Date(now))[0]?.getTime(),
      next: (now) => cron.nextRun(new Date(now))?.getTime(),
    };
  } catch {
    return undefined;
  }
}

function everySchedule(text: string, start: Millis): CronSchedule | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
  const length = parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (units[unit] ?? 0), 0);
  if (length < 1000) return undefined;
  const runs = (now: Millis): number => Math.floor((now - start) / length);
  return {
    previous: (now) => (runs(now) < 1 ? undefined : start + runs(now) * length),
    next: (now) => start + (Math.max(0, runs(now)) + 1) * length,
  };
}
