import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Millis } from '../lib/clock.ts';
import { inTransaction } from '../lib/transaction.ts';
import type { LastDay } from '../notify/plan-input.ts';
import type { Memory } from '../triage/incident.ts';
import { migrations, schemaVersion, tables } from './migrations.ts';

/** Something wrong with the record itself, in a sentence for people. */
export type RecordTrouble = { code: 'corrupt' | 'not-writable'; says: string; at: Millis };

/** The open record. `db` may be replaced (by one in memory) when the disk refuses: take it anew for each use. */
export type MonitorRecord = {
  db: DatabaseSync;
  /** The file, or `:memory:`. */
  readonly path: string;
  /** True while it lives in memory although it should be in the file: a restart forgets what is not there yet. */
  inMemory: boolean;
  /** What went wrong since it was opened; to be told with the highest priority. */
  trouble: RecordTrouble[];
  /** The memory as the database has it, while nobody else has written. */
  cached: CachedMemory | undefined;
  /** What the digest was last told of the last day. */
  lastDay?: { cluster: string; at: Millis; value: LastDay };
  /** Rows written since the log was last merged into the file. */
  unmerged?: number;
  /** When the disk was last tried while the record lives in memory. */
  triedAt?: Millis;
  close(): void;
};

/** A memory with the database's `data_version` under which it was read, and what is written row by row. */
export type CachedMemory = { cluster: string; version: number; memory: Memory; written: Map<string, string> };

/**
 * Opens the record, brings it to the present schema (a copy of the file is made first) and reports what is wrong in `trouble`:
 * a corrupt file is set aside and a fresh one begun, a disk that cannot be written gives a record in memory. Throws only
 * for a file of a newer version, which must not be touched.
 */
export function openRecord(path: string, options: { now: Millis }): MonitorRecord {
  const record: MonitorRecord = {
    db: new DatabaseSync(':memory:'),
    path,
    inMemory: false,
    trouble: [],
    cached: undefined,
    close() {
      this.db.close();
    },
  };
  if (path === ':memory:') {
    migrate(record.db, path, options.now);
    return record;
  }
  let db: DatabaseSync | undefined;
  try {
    db = openFile(path, options.now);
  } catch (error) {
    if (error instanceof NewerSchemaError) throw error;
    if (isCorrupt(error)) db = startAfresh(record, options.now, error);
    else noteTrouble(record, 'not-writable', options.now, error);
  }
  if (db) {
    record.db.close();
    record.db = db;
  } else {
    record.inMemory = true;
    migrate(record.db, ':memory:', options.now);
  }
  return record;
}

/** The data folder's database. */
export const recordFile = 'k8s-monitor.db';

/** Opens a database file that can be written, with all its pages in order and the present schema. Throws what is wrong. */
export function openFile(path: string, now: Millis): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    // FULL: a decision that was committed must survive a node that loses power.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;');
    // A storm changes 6 MB of pages in one commit: they fit, and are merged into the file in a turn of their own (`mergeLog`). Where
    // that never comes SQLite does it at 32 MB of log.
    db.exec('PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8192;');
    const check = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (check !== 'ok') throw new CorruptError(String(check));
    migrate(db, path, now);
    checkTables(db);
    // A read-only disk is found now, not when something must be kept.
    inTransaction(db, () => db.exec(`INSERT OR REPLACE INTO meta VALUES ('opened-at', '${now}')`));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** About as much as SQLite's own 1000 pages of log. */
const mostUnmerged = 500;

/** Merges the write-ahead log into the file once it is long; of what was committed nothing depends on it. */
export function mergeLog(record: MonitorRecord): void {
  if (record.inMemory || (record.unmerged ?? 0) < mostUnmerged) return;
  record.unmerged = 0;
  try {
    record.db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {
    // A disk that refuses is met, and told of, by the next commit.
  }
}

/** Brings a database to the present schema, after a copy of its file was made. Throws for a newer one. */
export function migrate(db: DatabaseSync, path: string, now: Millis, steps: readonly string[] = migrations): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > steps.length) throw new NewerSchemaError(path, version);
  if (version === steps.length) return;
  // What the log holds must be in the copy too.
  if (version > 0 && path !== ':memory:') {
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    copyFileSync(path, `${path}.v${version}.${now}.bak`);
  }
  inTransaction(db, () => {
    for (const step of steps.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${steps.length}`);
  });
}

/** Throws where a table or a column of ours is missing: another program's file, or one that was damaged. */
function checkTables(db: DatabaseSync): void {
  try {
    for (const { name, columns } of tables) db.prepare(`SELECT ${columns} FROM ${name} LIMIT 1`).get();
  } catch (error) {
    throw new CorruptError(messageOf(error));
  }
}

/** Sets the corrupt file and its logs aside under a name that is kept, and begins a fresh one. */
function startAfresh(record: MonitorRecord, now: Millis, error: unknown): DatabaseSync | undefined {
  const aside = `${record.path}.corrupt-${now}`;
  try {
    renameSync(record.path, aside);
    for (const log of ['-wal', '-shm']) if (existsSync(record.path + log)) renameSync(record.path + log, aside + log);
    const db = openFile(record.path, now);
    const says = `the record was corrupt (${messageOf(error)}); it is kept as ${aside} and a fresh one was begun: open incidents are told again`;
    record.trouble.push({ code: 'corrupt', says, at: now });
    return db;
  } catch (second) {
    noteTrouble(record, 'not-writable', now, second);
    return undefined;
  }
}

/** Notes a disk that refuses, once until it works again. */
export function noteTrouble(record: MonitorRecord, code: RecordTrouble['code'], now: Millis, error: unknown): void {
  const says = `the record ${record.path} cannot be written (${messageOf(error)}); it is kept in memory, and a restart forgets it`;
  if (!record.trouble.some((known) => known.code === code && known.says === says)) {
    record.trouble.push({ code, says, at: now });
  }
}

class NewerSchemaError extends Error {
  constructor(path: string, version: number) {
    super(
      `${path} was written by a newer k8s-monitor (schema ${version}, this one knows ${schemaVersion}): run that version again, or set K8S_MONITOR_DATA_DIR to another folder`,
    );
  }
}

class CorruptError extends Error {}

/** SQLITE_ERROR (the schema is not ours), SQLITE_CORRUPT and SQLITE_NOTADB. */
function isCorrupt(error: unknown): boolean {
  return error instanceof CorruptError || [1, 11, 26].includes(errorCode(error) ?? 0);
}

/** SQLite's primary result code of an error, where it has one. */
export function errorCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
