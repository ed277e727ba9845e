import type { Millis } from '../../lib/clock.ts';
import type { Coverage, CoverageState, SourceName } from '../snapshot.ts';
import type { SourceRow } from '../sources.ts';
import type { ApiFailure } from './failure.ts';

/** What a failed list or watch means for a source. A kind that every API server has is never absent: then it is not one. */
export function stateOfFailure(row: SourceRow, failure: ApiFailure): Exclude<CoverageState, 'complete'> {
  if (failure.kind === 'denied') return 'denied';
  return failure.kind === 'absent' && !row.builtIn ? 'absent' : 'partial';
}

/** Coverage of a source that is asked in many requests, some of which failed. */
export function coverageOfFailures(
  source: SourceName,
  failures: readonly ApiFailure[],
  asked: number,
  count: number,
  now: Millis,
): Coverage {
  const first = failures[0];
  if (!first) return { source, state: 'complete', count, seenAt: now };
  const denied = failures.length === asked && failures.every(({ kind }) => kind === 'denied');
  const reason = denied ? first.message : `${failures.length} of ${asked} requests failed, the first: ${first.message}`;
  return { source, state: denied ? 'denied' : 'partial', count, reason };
}
