import { DatabaseSync } from 'node:sqlite';
import { type Millis, minute } from '../lib/clock.ts';
import { inTransaction } from '../lib/transaction.ts';
import { tables } from './migrations.ts';
import { type MonitorRecord, migrate, noteTrouble, openFile } from './open-record.ts';

/** A full or read-only disk is tried again so often. */
const tryEvery: Millis = minute;

/** Goes on in memory with all that the file held, as far as it can still be read. */
export function fallBackToMemory(record: MonitorRecord, now: Millis, error: unknown): void {
  noteTrouble(record, 'not-writable', now, error);
  const file = record.db;
  record.db = copyOf(file) ?? fresh(now);
  record.inMemory = true;
  record.triedAt = now;
  // Read anew: what could not be copied must be written again.
  record.cached = undefined;
  close(file);
}

/** Once the disk takes writes again the file gets what was kept in memory, and the trouble is over. */
export function returnToDisk(record: MonitorRecord, now: Millis): void {
  if (!record.inMemory || now - (record.triedAt ?? 0) < tryEvery) return;
  record.triedAt = now;
  let file: DatabaseSync | undefined;
  try {
    file = openFile(record.path, now);
    copyRows(record.db, file);
  } catch {
    // Still refused: the trouble stands, and the next try comes.
    if (file) close(file);
    return;
  }
  close(record.db);
  record.db = file;
  record.inMemory = false;
  record.cached = undefined;
  record.trouble = record.trouble.filter(({ code }) => code !== 'not-writable');
}

function fresh(now: Millis): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  migrate(db, ':memory:', now);
  return db;
}

function copyOf(file: DatabaseSync): DatabaseSync | undefined {
  const db = new DatabaseSync(':memory:');
  try {
    const image = file.serialize();
    // Bytes 18 and 19 say how the file is journalled; a database in memory has no write-ahead log (2), only 1.
    image[18] = 1;
    image[19] = 1;
    db.deserialize(image);
    db.prepare('SELECT count(*) FROM incidents').get();
    return db;
  } catch {
    close(db);
    return undefined;
  }
}

/** Rows of the file that memory knows nothing of stay. */
function copyRows(from: DatabaseSync, to: DatabaseSync): void {
  inTransaction(to, () => {
    to.exec(
      'UPDATE incidents SET remembered = 0; DELETE FROM first_seen; DELETE FROM mutes; DELETE FROM acks; DELETE FROM findings;',
    );
    for (const { name, columns, by } of tables) {
      const list = columns.split(', ');
      const same = by
        .split(', ')
        .map((column) => `${column} = ?`)
        .join(' AND ');
      const drop = to.prepare(`DELETE FROM ${name} WHERE ${same}`);
      const insert = to.prepare(`INSERT INTO ${name} (${columns}) VALUES (${list.map(() => '?').join(', ')})`);
      const order = list.includes('key') && name === 'outbox' ? ' ORDER BY sequence' : '';
      for (const row of from.prepare(`SELECT ${columns} FROM ${name}${order}`).all()) {
        drop.run(...by.split(', ').map((column) => row[column] ?? null));
        insert.run(...list.map((column) => row[column] ?? null));
      }
    }
  });
}

function close(db: DatabaseSync): void {
  try {
    db.close();
  } catch {
    // A database on a broken disk may refuse even that; nothing is lost by it.
  }
}
