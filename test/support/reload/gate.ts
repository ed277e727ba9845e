import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../src/lib/clock.ts';

/** Lets a process reach the world until it is killed. */
export type Gate = {
  isAlive(): boolean;
  /** One way out of the process: resolves, or never where it is dead by now. */
  pass(): Promise<void>;
  /** The same for what cannot wait: throws where it is dead. */
  passNow(): void;
  /** Kills it at the way out after so many. */
  killAfter(ways: number): void;
};

export function openGate(): Gate {
  let left = Number.POSITIVE_INFINITY;
  const isAlive = (): boolean => left > 0;
  const go = (): boolean => {
    if (left > 0) left--;
    return isAlive();
  };
  return {
    isAlive,
    pass: () => (go() ? Promise.resolve() : new Promise(() => undefined)),
    passNow() {
      if (!go()) throw new Error('killed');
    },
    killAfter(ways) {
      left = ways;
    },
  };
}

/** The world's clock, by which nobody wakes who is dead. */
export const clockFor = (gate: Gate, clock: Clock): Clock => ({
  now: clock.now,
  wakeAt: (at, wake) => clock.wakeAt(at, () => void (gate.isAlive() && wake())),
});

/** A database that survives the process: each transaction is a way out of it, and a disk that is full refuses it. */
export class GatedDatabase extends DatabaseSync {
  gate: Gate | undefined;
  isFull = false;
  override exec(sql: string): void {
    if (sql.startsWith('BEGIN')) {
      this.gate?.passNow();
      if (this.isFull) throw new Error('database or disk is full');
    }
    super.exec(sql);
  }
}
