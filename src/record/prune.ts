import { day, type Millis } from '../lib/clock.ts';
import { inTransaction } from '../lib/transaction.ts';
import type { MonitorRecord } from './open-record.ts';

/** "retention" in docs/decisions/design-8.md. */
const keep = { cycles: 30 * day, incidents: 365 * day, bytes: 1024 ** 3 } as const;

/**
 * Removes what is older than its retention, then the oldest cycle records and ended incidents until the database is small
 * enough. What is remembered or waits in the outbox stays. Call daily. Returns how many rows went.
 */
export function prune(record: MonitorRecord, now: Millis, bytes: number = keep.bytes): number {
  let removed = inTransaction(record.db, () => dropBefore(record, now - keep.cycles, now - keep.incidents));
  // Halving the time kept ends: at less than a day there is nothing left to shorten.
  for (let share = 2; usedBytes(record) > bytes && keep.cycles / share >= day; share *= 2) {
    const before = now - Math.floor(keep.cycles / share);
    const incidents = now - Math.floor(keep.incidents / share);
    removed += inTransaction(record.db, () => dropBefore(record, before, incidents));
  }
  if (removed > 1000) record.db.exec('VACUUM');
  return removed;
}

function dropBefore({ db }: MonitorRecord, cycles: Millis, incidents: Millis): number {
  const drop = (sql: string, before: Millis): number => Number(db.prepare(sql).run(before).changes);
  return (
    drop(
      'DELETE FROM cycles WHERE at < ?1 AND id NOT IN (SELECT alike FROM cycles WHERE alike IS NOT NULL AND at >= ?1)',
      cycles,
    ) +
    drop('DELETE FROM incidents WHERE remembered = 0 AND COALESCE(ended_at, opened_at) < ?', incidents) +
    drop('DELETE FROM incident_events WHERE at < ? AND incident NOT IN (SELECT id FROM incidents)', incidents) +
    drop(
      `DELETE FROM outbox WHERE planned_at < ? AND state NOT IN ('planned', 'failed')
       AND (incident IS NULL OR incident NOT IN (SELECT id FROM incidents))`,
      cycles,
    ) +
    drop('DELETE FROM mutes WHERE until < ?', cycles) +
    drop('DELETE FROM acks WHERE at < ? AND incident NOT IN (SELECT id FROM incidents)', cycles)
  );
}

function usedBytes({ db }: MonitorRecord): number {
  const pragma = (name: string): number => Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);
  return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
}
