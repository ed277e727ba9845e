import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Millis } from '../lib/clock.ts';
import { inTransaction } from '../lib/transaction.ts';
import { mapInTurns, type Work } from '../lib/turns.ts';
import type { Delivery, DeliveryState, OutboxEntry } from './delivery.ts';
import { fallbackAt } from './retry.ts';

type Row = { [column: string]: SQLOutputValue };

/** An entry that waits to be sent; `ambiguous`: an earlier attempt may have arrived. */
export type Waiting = OutboxEntry & { ambiguous: boolean };

/** Puts decided messages into the outbox, inside the caller's transaction. A key that is there already is the same decision: skipped. Returns how many were new. */
export function enqueue(db: DatabaseSync, deliveries: readonly Delivery[]): number {
  if (deliveries.length === 0) return 0;
  const insert = db.prepare(
    `INSERT INTO outbox (key, incident, kind, channel, severity, state, planned_at, attempts, next_attempt_at, covers, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
  );
  return inTransaction(db, () => {
    let added = 0;
    for (const delivery of deliveries) {
      const { key, incident, kind, channel, severity, plannedAt, notBefore, covers } = delivery;
      added += Number(
        insert.run(
          key,
          incident ?? null,
          kind,
          channel,
          severity ?? null,
          delivery.observed ? 'observed' : 'planned',
          plannedAt,
          notBefore,
          covers ? JSON.stringify(covers) : null,
          JSON.stringify(delivery),
        ).changes,
      );
    }
    return added;
  });
}

/** What waits in one channel or in all, the most severe incident first and each incident's messages in their order. */
export function loadWaiting(db: DatabaseSync, channel?: string): Waiting[] {
  const rows = db
    .prepare(
      `SELECT *, MIN(COALESCE(severity, 'SEV-9')) OVER (PARTITION BY channel, COALESCE(incident, key)) AS urgency
       FROM outbox WHERE state IN ('planned', 'failed') AND (?1 IS NULL OR channel = ?1) ORDER BY urgency, sequence`,
    )
    .all(channel ?? null);
  return rows.map((row) => ({ ...toEntry(row), ambiguous: row['started_at'] !== null || row['ambiguous'] === 1 }));
}

/** Notes that an attempt begins: what has begun and not ended after a crash may have arrived. */
export function markStarted(db: DatabaseSync, key: string, now: Millis): void {
  db.prepare('UPDATE outbox SET attempts = attempts + 1, started_at = ? WHERE key = ?').run(now, key);
}

export function markSent(db: DatabaseSync, key: string, now: Millis, remoteId?: string): void {
  db.prepare(
    `UPDATE outbox SET state = 'sent', sent_at = ?, remote_id = ?, started_at = NULL, ambiguous = 0, last_error = NULL WHERE key = ?`,
  ).run(now, remoteId ?? null, key);
}

export function markFailed(
  db: DatabaseSync,
  key: string,
  failure: { error: string; nextAttemptAt: Millis; ambiguous: boolean },
): void {
  db.prepare(
    `UPDATE outbox SET state = 'failed', next_attempt_at = ?, started_at = NULL, ambiguous = ?, last_error = ? WHERE key = ?`,
  ).run(failure.nextAttemptAt, failure.ambiguous ? 1 : 0, failure.error, key);
}

/** Gives a message up, visibly. */
export function markUndelivered(db: DatabaseSync, key: string, error: string): void {
  db.prepare(`UPDATE outbox SET state = 'undelivered', started_at = NULL, last_error = ? WHERE key = ?`).run(
    error,
    key,
  );
}

/** The same message for the fallback channel, which says where it should have gone; nothing where there is no other channel. */
export function enqueueFallback(db: DatabaseSync, entry: OutboxEntry, fallback: string, now: Millis): boolean {
  if (fallback === entry.channel || entry.key.includes('/fallback/')) return false;
  const { state: _1, attempts: _2, nextAttemptAt: _3, sentAt: _4, remoteId: _5, lastError, ...delivery } = entry;
  const because = `${entry.channel} could not be reached (${lastError ?? 'no answer'}): ${entry.because}`;
  return (
    enqueue(db, [
      { ...delivery, key: `${entry.key}/fallback/${fallback}`, channel: fallback, because, notBefore: now },
    ]) > 0
  );
}

/** True from the moment at which the fallback channel should have a failing message too. */
export function needsFallback(entry: OutboxEntry, now: Millis): boolean {
  return now >= fallbackAt(entry.severity, entry.plannedAt);
}

/** The channel's own id of the first message about an incident there, for edits and threads. */
export function findRoot(db: DatabaseSync, delivery: Delivery): { root: string; shared: boolean } | undefined {
  if (delivery.incident === undefined) return undefined;
  const row = db
    .prepare(
      `SELECT remote_id, covers FROM outbox WHERE channel = ?1 AND state = 'sent' AND remote_id IS NOT NULL AND kind <> 'edit'
       AND (incident = ?2 OR (covers IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(covers) WHERE value = ?2)))
       ORDER BY sequence LIMIT 1`,
    )
    .get(delivery.channel, delivery.incident);
  const root = row?.['remote_id'];
  return typeof root === 'string' ? { root, shared: row?.['covers'] !== null } : undefined;
}

/**
 * What the next plan must know: of each incident given the newest message of each kind in each channel, the summaries
 * that cover one of them, and whatever belongs to no incident since `since`.
 */
export function loadPastInTurns(db: DatabaseSync, incidents: readonly string[], since: Millis): Work<OutboxEntry[]> {
  const rows = db
    .prepare(
      `SELECT *, MAX(planned_at) FROM outbox WHERE incident IN (SELECT value FROM json_each(?1)) GROUP BY incident, kind, channel, state = 'observed'
       UNION ALL
       SELECT *, planned_at FROM outbox WHERE incident IS NULL AND (planned_at >= ?2 OR (covers IS NOT NULL AND EXISTS
         (SELECT 1 FROM json_each(covers) AS covered WHERE covered.value IN (SELECT value FROM json_each(?1)))))
       ORDER BY sequence`,
    )
    .all(JSON.stringify(incidents), since);
  return mapInTurns(rows, toEntry);
}

/** Entries for people, the newest first: all of one state, or those that wait or were given up. */
export function loadOutbox(db: DatabaseSync, state?: DeliveryState, most = 200): OutboxEntry[] {
  return db
    .prepare(
      `SELECT * FROM outbox WHERE (?1 IS NULL AND state IN ('planned', 'failed', 'undelivered')) OR state = ?1 ORDER BY sequence DESC LIMIT ?2`,
    )
    .all(state ?? null, most)
    .map(toEntry);
}

/** Every message about an incident, summaries too, in the order in which they were decided. */
export function listMessages(db: DatabaseSync, incident: string): OutboxEntry[] {
  return db
    .prepare(
      `SELECT * FROM outbox WHERE incident = ?1
       OR (covers IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(covers) WHERE value = ?1)) ORDER BY sequence`,
    )
    .all(incident)
    .map(toEntry);
}

function toEntry(row: Row): OutboxEntry {
  const body = JSON.parse(String(row['body'])) as Delivery;
  return {
    ...body,
    state: String(row['state']) as DeliveryState,
    attempts: Number(row['attempts']),
    nextAttemptAt: Number(row['next_attempt_at']),
    ...(row['sent_at'] === null ? {} : { sentAt: Number(row['sent_at']) }),
    ...(row['remote_id'] === null ? {} : { remoteId: String(row['remote_id']) }),
    ...(row['last_error'] === null ? {} : { lastError: String(row['last_error']) }),
  };
}
