import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from './cluster/api/connection.ts';
import { watchCluster } from './cluster/watch-cluster.ts';
import type { Decision, Keeper } from './config/keep.ts';
import type { Revision, SourceFile } from './config/revision.ts';
import { compileInWorker } from './config/source/compile-in-worker.ts';
import type { CycleResult, runCycle } from './cycle.ts';
import type { Answer } from './daemon/answer-author.ts';
import type { ConfigSource } from './daemon/config-source.ts';
import { startConfiguration } from './daemon/configuration.ts';
import { loopCustomChecks } from './daemon/custom-checks.ts';
import { loopCycles, type Trigger } from './daemon/cycle-loop.ts';
import { loopHealthChecks } from './daemon/health-checks.ts';
import { newIncidentId } from './daemon/incident-id.ts';
import { keepLogs } from './daemon/keep-logs.ts';
import { writeStories } from './daemon/keep-record.ts';
import { measureReport } from './daemon/measure.ts';
import { pumpOutbox } from './daemon/pump.ts';
import { makeRunOnce } from './daemon/run-cycles.ts';
import { makeServed } from './daemon/served.ts';
import { tellMatchesMost } from './daemon/tell-matches-most.ts';
import { makeMetrics } from './dashboard/metrics.ts';
import { serveHttp } from './dashboard/serve.ts';
import type { Clock, Millis } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Secret } from './lib/secret.ts';
import type { ChannelTable } from './notify/channels.ts';
import type { Sender } from './notify/sender.ts';
import { lockFile, takeLock } from './record/lock.ts';
import { openRecord, recordFile } from './record/open-record.ts';

export type DaemonOptions = {
  clock: Clock;
  /** In [0, 1): spreads retries and makes ids. */
  random: () => number;
  log: Log;
  connection: Connection;
  source: ConfigSource;
  /** Answers the author: an Event on each ConfigMap, where there are any. */
  answer?: Answer;
  senders: readonly Sender[];
  channels: ChannelTable;
  /** For the database and the incident files. */
  folder: string;
  http: { host: string; port: number; token?: Secret };
  observe: boolean;
  /** Where jq is looked for. */
  path: string;
  /** The API server's address, in a cluster: Health Check Patterns are asked there only. */
  control?: { host: string; port: number };
  kubeletStats: boolean;
  /** What judges; tests let it fail. */
  judge?: typeof runCycle;
  /** Told after each cycle was kept: the demo and tests look on. */
  onCycle?: (result: CycleResult, trigger: Trigger) => void;
};

export type Daemon = {
  url: string;
  keeper: Keeper;
  request(trigger: Trigger): void;
  /** Reads the configuration again, and runs a cycle (SIGHUP). */
  reread(): Promise<Decision>;
  /** Drains: the running cycle ends, messages under way go out, the rest stays in the outbox. */
  stop(): Promise<void>;
};

/** A stop that takes longer than Kubernetes' usual grace period of 30 s would be a kill. */
const drainGrace: Millis = 10_000;
const compileLimit: Millis = 2000;

/** Starts everything, runs the first cycle, and returns. Rejects with a sentence where another process has the data folder or the port. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { clock, random, log, connection, source } = options;
  const startedAt = clock.now();
  mkdirSync(options.folder, { recursive: true });
  const lock = takeLock(join(options.folder, lockFile));
  if (!lock)
    throw new Error(
      `another k8s-monitor uses ${options.folder}: stop it, or set K8S_MONITOR_DATA_DIR to another folder`,
    );
  const record = openRecord(join(options.folder, recordFile), { now: startedAt });
  const metrics = makeMetrics();

  const compile = (files: SourceFile[]): Promise<Revision> => compileInWorker(files, { timeoutMs: compileLimit });
  const cluster = watchCluster(connection, { kubeletStats: options.kubeletStats });
  let last: CycleResult | undefined;
  /** The revision of the newest cycle. */
  let cycleOf = '';
  const configuration = await startConfiguration({
    source,
    compile,
    clock,
    tools: { log, metrics, record, answer: options.answer ?? (() => undefined) },
    channels: options.channels,
    observe: options.observe,
    cycle: () => last?.cycle ?? 'start',
    snapshot: () => cluster.snapshot(clock.now()),
  });
  const { keeper, people } = configuration;
  const custom = loopCustomChecks({
    connection,
    clock,
    path: options.path,
    onResult: () => loop.request('cluster-change'),
    onEdited: (results) => tellMatchesMost(log, results),
  });
  const healthChecks = loopHealthChecks({
    clock,
    revision: () => keeper.active(),
    services: () => cluster.snapshot(clock.now()).services,
    onResult: () => loop.request('cluster-change'),
    ...(options.control && { control: options.control }),
  });
  const pump = pumpOutbox({
    record,
    senders: options.senders,
    channels: options.channels,
    clock,
    random,
    log,
    async onReport(report) {
      measureReport(metrics, report);
      await writeStories(record, report.incidents, options.folder, keeper.active().cluster.timezone);
    },
  });

  const bench = {
    record,
    folder: options.folder,
    channels: options.channels,
    observe: options.observe,
    ...(options.judge && { judge: options.judge }),
    newId: () => newIncidentId(random),
  };
  const runOnce = makeRunOnce({
    bench,
    clock,
    log,
    metrics,
    cluster,
    logs: keepLogs(connection),
    revision() {
      cycleOf = keeper.active().id;
      return keeper.active();
    },
    author: () => keeper.inForce().author,
    ...(configuration.before && { before: configuration.before }),
    customResults: custom.results,
    probes: healthChecks.results,
    onFailed: (failure) => void keeper.cycleFailed(failure),
    onKept(result, trigger) {
      last = result;
      keeper.cycleCompleted();
      people.flush();
      pump.start();
      options.onCycle?.(result, trigger);
    },
  });
  const loop = loopCycles({
    clock,
    runOnce,
    frequency: () => keeper.active().cluster.frequency,
    // Under a new revision the second try decides whether it stays.
    retryAfter: () => (keeper.onProbation() ? 1000 : undefined),
    onFailure(error, trigger) {
      metrics.cycles.inc({ trigger, result: 'failed' });
      log.error(
        { trigger, error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
        'a cycle failed; it is tried again',
      );
    },
  });

  configuration.onCommitted((revision) => {
    custom.configurationChanged(revision);
    loop.request('config-change');
  });
  people.onQueued(pump.start);
  pump.start();

  const reread = async (): Promise<Decision> => {
    const decision = await configuration.reload();
    loop.request('signal');
    return decision;
  };
  /** Ends what watches, asks and judges; the record stays open for what is still being sent. */
  const stopWatching = async (): Promise<void> => {
    keeper.stop();
    custom.stop();
    healthChecks.stop();
    await loop.stop();
  };
  const server = await serveHttp({
    ...options.http,
    metrics,
    served: makeServed({
      clock,
      startedAt,
      source,
      configuration,
      loop,
      metrics,
      record,
      last: () => last,
      running: () => (loop.runningSince() === undefined ? undefined : cycleOf),
    }),
  }).catch(async (error: Error) => {
    await stopWatching();
    await cluster.stop();
    record.close();
    lock.release();
    throw new Error(`port ${options.http.port} cannot be had: ${error.message}`);
  });
  log.info({ url: server.url, source: source.name, cluster: connection.name }, 'k8s-monitor is running');

  const configWatch = configuration.watch();
  const stopListening = cluster.onChange(() => loop.request('cluster-change'));
  void cluster.ready().then(() => {
    custom.configurationChanged(keeper.active());
    loop.request('start');
  });

  return {
    url: server.url,
    keeper,
    request: loop.request,
    reread,
    async stop() {
      log.info('stopping: what is under way ends, the outbox keeps the rest');
      configWatch.stop();
      stopListening();
      await stopWatching();
      await pump.stop(drainGrace);
      await cluster.stop();
      await server.stop();
      record.close();
      lock.release();
    },
  };
}
