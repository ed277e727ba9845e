import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorCode } from './open-record.ts';

export type Lock = { release(): void };

/**
 * The exclusive right to run cycles that send, shared by `run` and `cycle --notify` on one data folder. It is a transaction held
 * open on a database of its own: the system ends it with the process, however that dies. Undefined: another process has it.
 * Throws what opening throws (a read-only folder).
 */
export function takeLock(path: string, waitMs = 0): Lock | undefined {
  mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path, { timeout: waitMs });
  try {
    // Only the rollback journal makes EXCLUSIVE keep out readers and writers alike.
    db.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;');
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    const busy = 5;
    if (errorCode(error) === busy) return undefined;
    throw error;
  }
}

/** The lock's file in the data folder. */
export const lockFile = 'k8s-monitor.lock';
