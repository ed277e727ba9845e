import type { Pin, Saved } from '../config/keep.ts';
import type { SourceFile } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { inTransaction } from '../lib/transaction.ts';
import { fallBackToMemory, returnToDisk } from './fall-back.ts';
import type { MonitorRecord } from './open-record.ts';

/** A revision that was accepted: its content, with who changed it, when, and what that changed in meaning. */
export type SavedRevision = Saved & { says: string[] };

/** A content that probation sent back: it is not tried again until the content changes, also after a restart. */
export type SentBack = { id: string; at: Millis; why: string };

/** So many accepted revisions are kept. At the limit of 900 KiB each they take 90 MiB, a usual one 2 MiB. */
export const mostRevisions = 100;

/**
 * Keeps an accepted revision. An id that comes again moves to the top with its new time, author and meaning. The oldest go beyond
 * `mostRevisions`, never the newest, the newest that was not sent back, or the pinned one.
 */
export function saveRevision(record: MonitorRecord, saved: SavedRevision): void {
  const { id, at, from, author, files, says } = saved;
  write(record, at, ({ db }) => {
    db.prepare(
      `INSERT OR REPLACE INTO revisions (id, sequence, at, source, author, files, says)
       VALUES (?, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM revisions), ?, ?, ?, ?, ?)`,
    ).run(id, at, from, author ?? null, JSON.stringify(files), JSON.stringify(says));
    db.prepare(
      `DELETE FROM revisions WHERE id NOT IN (
         SELECT id FROM (SELECT id FROM revisions ORDER BY sequence DESC LIMIT ?)
         UNION ALL SELECT id FROM (
           SELECT id FROM revisions r WHERE NOT EXISTS (SELECT 1 FROM sent_back s WHERE s.id = r.id AND s.at >= r.at) ORDER BY sequence DESC LIMIT 1
         )
         UNION ALL SELECT body ->> '$.revision' FROM pins WHERE body IS NOT NULL
       )`,
    ).run(mostRevisions);
  });
}

/** Accepted revisions, the newest first. */
export function loadRevisions({ db }: MonitorRecord, limit = mostRevisions): SavedRevision[] {
  return db.prepare('SELECT * FROM revisions ORDER BY sequence DESC LIMIT ?').all(limit).map(toRevision);
}

/** The revision with that id, or whose id begins so where only one does; undefined where there is none or several. */
export function findRevision({ db }: MonitorRecord, idOrPrefix: string): SavedRevision | undefined {
  const rows = db
    // A range and not `substr`: it is found by the key.
    .prepare('SELECT * FROM revisions WHERE id >= ?1 AND id < ?1 || char(1114111) ORDER BY id LIMIT 2')
    .all(idOrPrefix);
  const found = rows.find((row) => row['id'] === idOrPrefix) ?? (rows.length === 1 ? rows[0] : undefined);
  return found && idOrPrefix !== '' ? toRevision(found) : undefined;
}

/** Puts a rollback in force in place of any other. The daemon reads it when it starts and at `POST /-/reload`. */
export function savePin(record: MonitorRecord, pin: Pin): void {
  const body = JSON.stringify(pin);
  write(record, pin.at, ({ db }) => db.prepare('INSERT OR REPLACE INTO pins VALUES (0, ?)').run(body));
}

/** The rollback in force. */
export function loadPin({ db }: MonitorRecord): Pin | undefined {
  const body = db.prepare('SELECT body FROM pins').get()?.['body'];
  return typeof body === 'string' ? (JSON.parse(body) as Pin) : undefined;
}

/** Ends the rollback. The row stays, so that a record that lives in memory for a while ends it on the disk too. */
export function clearPin(record: MonitorRecord): void {
  const pin = loadPin(record);
  if (pin) write(record, pin.at, ({ db }) => db.exec('UPDATE pins SET body = NULL'));
}

/** Notes that cycles failed under this content. */
export function saveSentBack(record: MonitorRecord, { id, at, why }: SentBack): void {
  write(record, at, ({ db }) => {
    db.prepare('INSERT OR REPLACE INTO sent_back VALUES (?, ?, ?)').run(id, at, why);
    db.prepare(
      'DELETE FROM sent_back WHERE id NOT IN (SELECT id FROM sent_back ORDER BY at DESC, id = ? DESC LIMIT ?)',
    ).run(id, mostRevisions);
  });
}

/** Contents that probation sent back, the newest first. */
export function loadSentBack({ db }: MonitorRecord): SentBack[] {
  return db
    .prepare('SELECT id, at, why FROM sent_back ORDER BY at DESC, id')
    .all()
    .map((row) => ({ id: String(row['id']), at: Number(row['at']), why: String(row['why']) }));
}

/** Whether cycles failed under it after it was last accepted. */
export const isSentBack = (
  { id, at }: Pick<Saved, 'id' | 'at'>,
  sentBack: readonly Pick<SentBack, 'id' | 'at'>[],
): boolean => sentBack.some((one) => one.id === id && one.at >= at);

/** One transaction; a disk that refuses makes the record go on in memory, as it does for a cycle. */
function write(record: MonitorRecord, at: Millis, work: (record: MonitorRecord) => void): void {
  returnToDisk(record, at);
  try {
    inTransaction(record.db, () => work(record));
  } catch (error) {
    if (record.inMemory || record.path === ':memory:') throw error;
    fallBackToMemory(record, at, error);
    inTransaction(record.db, () => work(record));
  }
}

function toRevision(row: { [column: string]: unknown }): SavedRevision {
  const author = row['author'];
  return {
    id: String(row['id']),
    at: Number(row['at']),
    from: String(row['source']),
    ...(typeof author === 'string' && { author }),
    files: JSON.parse(String(row['files'])) as SourceFile[],
    says: JSON.parse(String(row['says'])) as string[],
  };
}
