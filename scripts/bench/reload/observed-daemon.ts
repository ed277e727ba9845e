import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Connection, connect } from '../../../src/cluster/api/connection.ts';
import type { CycleResult } from '../../../src/cycle.ts';
import { answerAuthor } from '../../../src/daemon/answer-author.ts';
import { type ConfigSource, configMapSource } from '../../../src/daemon/config-source.ts';
import { type Daemon, startDaemon } from '../../../src/daemon.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { Bed } from './bed.ts';

/** The real daemon in this process, so that a write and what it does are timed on one clock. */
export type Observed = {
  daemon: Daemon;
  connection: Connection;
  folder: string;
  /** Milliseconds from before `write` until a revision whose CLAUDE.md has `mark` in it is in force and the log says so. */
  timeToActive(mark: string, write: () => unknown): Promise<number>;
  /** Whether the CLAUDE.md in force has that in it. */
  isInForce(mark: string): boolean;
  /** Told after each cycle was kept, until what it returns is called. */
  onCycle(listener: (result: CycleResult) => void): () => void;
  stop(): Promise<void>;
};

/** So long a commit may take before the measurement counts as failed. */
const patience = 20_000;

export async function observeDaemon(bed: Bed, source?: ConfigSource): Promise<Observed> {
  const connection = await connect({ kubeconfig: bed.kubeconfig, home: '.' });
  const folder = mkdtempSync(join(tmpdir(), 'bench-reload-'));
  const cycled = new Set<(result: CycleResult) => void>();
  let committed: (at: number) => void = () => undefined;
  const log = pino(
    { messageKey: 'message', base: null },
    {
      write(line: string) {
        if (line.includes('config_generation_committed')) committed(performance.now());
        if (line.includes('config_generation_rejected')) throw new Error(line);
      },
    },
  );
  const firstCycle = new Promise<void>((resolve) => cycled.add(() => resolve()));
  const daemon = await startDaemon({
    clock: systemClock,
    random: Math.random,
    log,
    connection,
    source: source ?? configMapSource(connection, bed.names),
    answer: answerAuthor(connection, bed.names, { clock: systemClock, log }),
    senders: [{ route: 'slack', send: async () => ({ ok: true, remoteId: '1' }) }],
    channels: { routes: ['slack'] },
    folder,
    http: { host: '127.0.0.1', port: 0 },
    observe: false,
    path: process.env['PATH'] ?? '',
    kubeletStats: false,
    onCycle: (result) => {
      for (const listener of cycled) listener(result);
    },
  });
  await firstCycle;
  cycled.clear();
  const isInForce = (mark: string): boolean => daemon.keeper.inForce().files.some(({ text }) => text.includes(mark));
  return {
    daemon,
    connection,
    folder,
    async timeToActive(mark, write) {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const tooLong = setTimeout(() => reject(new Error(`${mark} is not in force after ${patience} ms`)), patience);
      committed = (at) => {
        if (isInForce(mark)) resolve(at);
      };
      const began = performance.now();
      await write();
      const at = await promise;
      clearTimeout(tooLong);
      return at - began;
    },
    isInForce,
    onCycle(listener) {
      cycled.add(listener);
      return () => void cycled.delete(listener);
    },
    async stop() {
      await daemon.stop();
      await connection.close();
      rmSync(folder, { recursive: true });
    },
  };
}
