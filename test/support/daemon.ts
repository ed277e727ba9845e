import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Connection } from '../../src/cluster/api/connection.ts';
import type { CycleResult } from '../../src/cycle.ts';
import { answerAuthor } from '../../src/daemon/answer-author.ts';
import { type ConfigSource, configMapSource } from '../../src/daemon/config-source.ts';
import type { Trigger } from '../../src/daemon/cycle-loop.ts';
import { type Daemon, type DaemonOptions, startDaemon } from '../../src/daemon.ts';
import { jumpClock } from '../../src/demo/jump-clock.ts';
import { type ApiServer, startApiServer } from '../../src/demo/server/start-api-server.ts';
import type { Log } from '../../src/lib/log.ts';
import type { Sender } from '../../src/notify/sender.ts';
import { configFiles } from './config-files.ts';
import { connectTo } from './connect-to.ts';
import { waitFor } from './wait-for.ts';

export const namespace = 'k8s-monitor';
export const orchestrator = 'k8s-monitor-orchestrator';
export const agents = 'k8s-monitor-agents';

/** The two ConfigMaps with the example's Markdown, or with other text for some of its files. */
export function configMaps(texts: Readonly<Record<string, string>> = {}): unknown[] {
  const data = (role: 'orchestrator' | 'agent'): Record<string, string> =>
    Object.fromEntries(
      configFiles()
        .filter((file) => file.role === role)
        .map(({ name, text }) => [name, texts[name] ?? text]),
    );
  const map = (name: string, role: 'orchestrator' | 'agent'): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data: data(role),
  });
  return [map(orchestrator, 'orchestrator'), map(agents, 'agent')];
}

export type Watch = {
  server: ApiServer;
  daemon: Daemon;
  clock: ReturnType<typeof jumpClock>;
  /** Every log line, parsed. */
  log: { level: string; message: string; [field: string]: unknown }[];
  cycles: { result: CycleResult; trigger: Trigger }[];
  last(): CycleResult | undefined;
  messages: { kind: string; title: string; text: string; channel: string }[];
  folder: string;
  get(path: string): Promise<{ status: number; text: string }>;
  /** Stops the daemon and everything around it. */
  stop(): Promise<void>;
  /** Only what is around it, where the daemon has stopped. */
  end(): Promise<void>;
};

type Options = Partial<Pick<DaemonOptions, 'senders' | 'channels' | 'folder' | 'http' | 'judge'>> & {
  objects?: readonly unknown[];
  /** False: the server has no WatchList, so that lists are lists. */
  watchList?: boolean;
  /** What stands in the ConfigMaps instead of the example. */
  texts?: Readonly<Record<string, string>>;
  source?: (clock: ReturnType<typeof jumpClock>, connection: Connection) => ConfigSource;
};

/** The real daemon on an embedded API server, with messages and log lines in lists; resolves after the first cycle. */
export async function startWatch(options: Options = {}): Promise<Watch> {
  const clock = jumpClock();
  const server = await startApiServer({
    objects: [...(options.objects ?? []), ...configMaps(options.texts)],
    now: clock.now,
    bookmarkEvery: 50,
    watchList: options.watchList ?? true,
  });
  const lines: Watch['log'] = [];
  const log: Log = pino(
    { level: 'debug', messageKey: 'message', base: null, formatters: { level: (label) => ({ level: label }) } },
    { write: (line: string) => void lines.push(JSON.parse(line)) },
  );
  const messages: Watch['messages'] = [];
  const sink: Sender = {
    route: 'slack',
    async send({ kind, title, text, channel }) {
      messages.push({ kind, title, text, channel });
      return { ok: true, remoteId: `${messages.length}` };
    },
  };
  const connection = connectTo(server.url, { clock });
  const own = mkdtempSync(join(tmpdir(), 'k8s-monitor-daemon-'));
  const folder = options.folder ?? own;
  const cycles: Watch['cycles'] = [];
  const end = async (): Promise<void> => {
    await connection.close();
    await server.stop();
    rmSync(own, { recursive: true });
  };
  const daemon = await startDaemon({
    clock,
    random: Math.random,
    log,
    connection,
    source: options.source?.(clock, connection) ?? configMapSource(connection, { namespace, orchestrator, agents }),
    answer: answerAuthor(connection, { namespace, orchestrator, agents }, { clock, log }),
    senders: options.senders ?? [sink],
    channels: options.channels ?? { routes: ['slack'], fallback: '#alerts' },
    folder,
    http: options.http ?? { host: '127.0.0.1', port: 0 },
    observe: false,
    ...(options.judge && { judge: options.judge }),
    path: process.env['PATH'] ?? '',
    kubeletStats: false,
    onCycle: (result, trigger) => void cycles.push({ result, trigger }),
  }).catch(async (error: Error) => {
    await end();
    throw error;
  });
  await waitFor('the first cycle', () => cycles.length > 0);
  return {
    server,
    daemon,
    clock,
    log: lines,
    cycles,
    last: () => cycles.at(-1)?.result,
    messages,
    folder,
    async get(path) {
      const response = await fetch(daemon.url + path);
      return { status: response.status, text: await response.text() };
    },
    async stop() {
      await daemon.stop();
      await end();
    },
    end,
  };
}
