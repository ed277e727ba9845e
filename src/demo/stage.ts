import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openConnection } from '../cluster/api/connection.ts';
import type { CycleResult } from '../cycle.ts';
import { answerAuthor } from '../daemon/answer-author.ts';
import { configMapSource } from '../daemon/config-source.ts';
import { type Daemon, startDaemon } from '../daemon.ts';
import { type Millis, systemClock } from '../lib/clock.ts';
import { silentLog } from '../lib/log.ts';
import type { Sender } from '../notify/sender.ts';
import { jumpClock } from './jump-clock.ts';
import { type ApiServer, startApiServer } from './server/start-api-server.ts';
import { newestTime, shiftTimes } from './shift-times.ts';

export const namespace = 'k8s-monitor';
export const orchestrator = 'k8s-monitor-orchestrator';
export const agents = 'k8s-monitor-agents';

export type Listener = {
  answer(accepted: boolean, says: string): void;
  message(channel: string, title: string): void;
};

/** A recorded cluster behind a real API server, with the real daemon on it and everybody's messages in a list. */
export type Stage = {
  server: ApiServer;
  daemon: Daemon;
  clock: ReturnType<typeof jumpClock>;
  messages: { title: string; text: string; kind: string; channel: string }[];
  last(): CycleResult | undefined;
  /** From now on, what becomes of edits and what people are told goes to the listener. */
  follow(listener: Listener): void;
  /** Of this run: the record, and the kubeconfig of `--keep`. */
  folder: string;
  stop(): Promise<void>;
};

/** `examples/`, beside the sources in a checkout and beside the bundle in a package. */
export function examplesFolder(): string {
  const places = ['../../examples', '../examples'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = places.find((place) => existsSync(join(place, 'company')));
  if (!found) throw new Error('the examples folder is missing: it comes with the package');
  return found;
}

/** Starts everything and waits for the first cycle. */
export async function setStage(options: { port?: number } = {}): Promise<Stage> {
  const clock = jumpClock();
  const examples = examplesFolder();
  // Everything is read before the server starts: a file that is missing must not leave one behind.
  const objects = [...companyObjects(join(examples, 'company'), clock.now()), ...configMaps(join(examples, 'config'))];
  const logs = companyLogs(join(examples, 'company', 'logs'));
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-demo-'));
  const server = await startApiServer({
    objects,
    now: clock.now,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  for (const log of logs) server.setLog(log.name, log.text);
  const messages: Stage['messages'] = [];
  let listener: Listener | undefined;
  const sink: Sender = {
    route: 'slack',
    async send({ title, text, kind, channel }) {
      if (kind !== 'edit') {
        messages.push({ title, text, kind, channel });
        listener?.message(channel, title);
      }
      return { ok: true, remoteId: `${messages.length}` };
    },
  };
  const connection = openConnection({
    name: 'demo',
    server: server.url,
    namespace,
    insecure: false,
    credentials: { get: async () => ({}), headers: {} },
  });
  let last: CycleResult | undefined;
  const names = { namespace, orchestrator, agents };
  // In the reader's time and not in the story's, which is ahead: kubectl reckons ages by its own clock.
  const answer = answerAuthor(connection, names, { clock: systemClock, log: silentLog });
  const daemon = await startDaemon({
    clock,
    random: Math.random,
    log: silentLog,
    connection,
    source: configMapSource(connection, names),
    answer(told) {
      answer(told);
      listener?.answer(told.reason === 'ConfigAccepted', told.says);
    },
    senders: [sink],
    channels: { routes: ['slack'], fallback: '#alerts' },
    folder,
    http: { host: '127.0.0.1', port: 0 },
    observe: false,
    path: process.platform === 'win32' ? '' : '/usr/local/bin:/usr/bin:/bin',
    kubeletStats: false,
    onCycle: (result) => {
      last = result;
    },
  });
  return {
    server,
    daemon,
    clock,
    messages,
    folder,
    last: () => last,
    follow(next) {
      listener = next;
    },
    async stop() {
      await daemon.stop();
      await connection.close();
      await server.stop();
    },
  };
}

function companyObjects(folder: string, now: Millis): unknown[] {
  const lists = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const recorded = newestTime(lists);
  return lists.map((list) => shiftTimes(list, now - recorded));
}

function configMaps(folder: string): object[] {
  const map = (name: string, data: Record<string, string>): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data,
  });
  const files = readdirSync(join(folder, 'agents')).map((file) => [
    file,
    readFileSync(join(folder, 'agents', file), 'utf8'),
  ]);
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, status: { phase: 'Active' } },
    map(orchestrator, { 'CLAUDE.md': readFileSync(join(folder, 'CLAUDE.md'), 'utf8') }),
    map(agents, Object.fromEntries(files)),
  ];
}

type NamedLog = { name: Parameters<ApiServer['setLog']>[0]; text: string };

/** `logs/NAMESPACE/POD/CONTAINER.log` and `.previous.log`. */
function companyLogs(folder: string): NamedLog[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.log'))
    .map((file) => {
      const [logNamespace = '', pod = ''] = file.split(/[\\/]/);
      const name = basename(file, '.log');
      const previous = name.endsWith('.previous');
      return {
        name: { namespace: logNamespace, pod, container: name.replace(/\.previous$/, ''), previous },
        text: readFileSync(join(folder, file), 'utf8'),
      };
    });
}
