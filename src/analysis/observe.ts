import type { Millis } from '../lib/clock.ts';
import type { Observation } from './finding.ts';

type Optional = {
  [K in keyof Observation as undefined extends Observation[K] ? K : never]?: Observation[K] | undefined;
};

/** What a check saw: an observation in which a field may be undefined, and an error without pods or relations may leave that unsaid. */
export type Seen = Optional &
  Pick<Observation, 'subject' | 'evidence' | 'says' | 'next'> &
  Partial<Pick<Observation, 'pods' | 'related'>> & { level?: Observation['level'] | undefined };

/** The observation of what was seen: what is undefined is left out. */
export function observe(seen: Seen): Observation {
  const { level = 'error', cause, since, grace, severity, expectedUntil, part, ...rest } = seen;
  return {
    pods: [],
    related: [],
    level,
    ...rest,
    ...(cause !== undefined && { cause }),
    ...(since !== undefined && { since }),
    ...(grace !== undefined && { grace }),
    ...(severity !== undefined && { severity }),
    ...(expectedUntil !== undefined && { expectedUntil }),
    ...(part !== undefined && { part }),
  };
}

/** The latest of the moments that are known. */
export function latestOf(times: Iterable<Millis | undefined>): Millis | undefined {
  let latest: Millis | undefined;
  for (const at of times) if (at !== undefined && (latest === undefined || at > latest)) latest = at;
  return latest;
}

/** The earliest of the moments that are known. */
export function earliestOf(times: Iterable<Millis | undefined>): Millis | undefined {
  let earliest: Millis | undefined;
  for (const at of times) if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at;
  return earliest;
}
