import type { CustomResult } from '../cluster/beside.ts';
import type { Log } from '../lib/log.ts';

/** Custom checks that match most of what they look at, as soon as they are in force: the filter is more likely wrong than the cluster. */
export function tellMatchesMost(log: Log, results: readonly CustomResult[]): void {
  for (const { name, matches, looked, matchesMost } of results)
    if (matchesMost)
      log.warn(
        { code: 'check-matches-most', check: name },
        `custom check "${name}" matches ${matches.length} of ${looked} objects: look at its filter. It is told as one finding with a count.`,
      );
}
