import type { DatabaseSync } from 'node:sqlite';
import type { Millis } from '../lib/clock.ts';
import { mapInTurns, type Work } from '../lib/turns.ts';
import type { JudgedFinding } from '../triage/incident.ts';
import type { MonitorRecord } from './open-record.ts';

/** What is kept of a finding: that it was noticed, and why it is not told. Its evidence belongs to its incident. */
export type KeptFinding = Pick<
  JudgedFinding,
  'id' | 'check' | 'cause' | 'subject' | 'since' | 'says' | 'next' | 'services' | 'pending' | 'ignored'
>;

/** What the last cycle found, the oldest first; `at` is the cycle that first found it. */
export function listFindings({ db }: MonitorRecord): (KeptFinding & { at: Millis })[] {
  return db
    .prepare('SELECT at, body FROM findings ORDER BY at, id')
    .all()
    .map((row) => ({ ...(JSON.parse(String(row['body'])) as KeptFinding), at: Number(row['at']) }));
}

/** Findings as rows, in the form of `rowsOf`. */
export function rowsOfFindings(findings: readonly JudgedFinding[]): Work<[key: string, body: string][]> {
  return mapInTurns(findings, ({ id, check, cause, subject, since, says, next, services, pending, ignored }) => [
    `finding\n${id}`,
    JSON.stringify({ id, check, cause, subject, since, says, next, services, pending, ignored }),
  ]);
}

/** The rows that are written. */
export function readFindingRows(db: DatabaseSync, cluster: string): [key: string, body: string][] {
  return db
    .prepare('SELECT id, body FROM findings WHERE cluster = ?')
    .all(cluster)
    .map((row) => [`finding\n${row['id']}`, String(row['body'])]);
}
