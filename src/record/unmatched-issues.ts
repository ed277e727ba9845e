import { day, type Millis } from '../lib/clock.ts';
import { unmatchedAfter } from '../triage/match-problems.ts';
import type { CycleRecord } from './cycle-record.ts';
import type { MonitorRecord } from './open-record.ts';

/** Cycles are kept for no longer, so that the oldest is a little younger. */
const nearly: Millis = unmatchedAfter - day;

/**
 * Of these titles of known issues those that were in force at the beginning of the kept 30 days and silenced nothing in any
 * cycle since. Empty while the record is younger: nothing is known then.
 */
export function findUnmatchedIssues(
  { db }: MonitorRecord,
  cluster: string,
  titles: readonly string[],
  now: Millis,
): string[] {
  const since = now - unmatchedAfter;
  const first = db
    .prepare(
      `SELECT c.at, COALESCE(c.body, o.body) AS body FROM cycles c LEFT JOIN cycles o ON o.id = c.alike
       WHERE c.cluster = ? AND c.at >= ? ORDER BY c.at LIMIT 1`,
    )
    .get(cluster, since);
  if (!first || now - Number(first['at']) < nearly || first['body'] === null) return [];
  const { knownIssues = [] } = JSON.parse(String(first['body'])) as Pick<CycleRecord, 'knownIssues'>;
  // A search in the text: parsing a month of cycles would hold up the next one.
  const silenced = db.prepare(
    `SELECT 1 FROM cycles c LEFT JOIN cycles o ON o.id = c.alike
     WHERE c.cluster = ? AND c.at >= ? AND instr(COALESCE(c.body, o.body), ?) > 0 LIMIT 1`,
  );
  return titles.filter((title) => {
    const needle = JSON.stringify({ kind: 'known-issue', name: title }).slice(0, -1);
    return knownIssues.includes(title) && silenced.get(cluster, since, needle) === undefined;
  });
}
