import { existsSync } from 'node:fs';
import { answerAuthor } from '../daemon/answer-author.ts';
import { type ConfigSource, configMapSource, folderSource } from '../daemon/config-source.ts';
import { makeSenders } from '../daemon/senders.ts';
import { startDaemon } from '../daemon.ts';
import { systemClock } from '../lib/clock.ts';
import { makeLog } from '../lib/log.ts';
import { findNamespace, readSettings } from '../settings.ts';
import { connectCluster } from './connect.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

/** Where the shipped deployment mounts the ConfigMaps. */
const mounted = '/app/.claude';

/** Runs until SIGTERM or SIGINT, then drains. SIGHUP reads the configuration again and runs a cycle. */
export async function runDaemon(given: { config?: string; observe?: boolean }, output: Output): Promise<number> {
  const settings = readSettings();
  const clock = systemClock;
  const log = makeLog(settings.K8S_MONITOR_LOG_LEVEL);
  const connection = await connectCluster(settings);
  const names = {
    namespace: findNamespace(settings),
    orchestrator: settings.K8S_MONITOR_ORCHESTRATOR_CONFIGMAP,
    agents: settings.K8S_MONITOR_AGENTS_CONFIGMAP,
  };
  const folder =
    given.config ??
    settings.K8S_MONITOR_CONFIG_DIR ??
    (settings.inCluster ? undefined : existsSync(mounted) ? mounted : undefined);
  const source: ConfigSource = folder ? folderSource(folder, clock) : configMapSource(connection, names);
  const daemon = await startDaemon({
    clock,
    random: Math.random,
    log,
    connection,
    source,
    ...(folder ? {} : { answer: answerAuthor(connection, names, { clock, log }) }),
    ...makeSenders(settings, clock, (text) => output.print(text.trimEnd())),
    folder: settings.K8S_MONITOR_DATA_DIR,
    http: {
      host: settings.K8S_MONITOR_HTTP_HOST,
      port: settings.K8S_MONITOR_HTTP_PORT,
      ...(settings.secrets.ADMIN_TOKEN && { token: settings.secrets.ADMIN_TOKEN }),
    },
    observe: given.observe ?? settings.K8S_MONITOR_OBSERVE,
    path: settings.path,
    ...(settings.inCluster && { control: { host: settings.inCluster.host, port: Number(settings.inCluster.port) } }),
    kubeletStats: settings.K8S_MONITOR_KUBELET_STATS,
  }).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  process.on(
    'SIGHUP',
    () =>
      void daemon
        .reread()
        .catch((error: Error) => log.error({ error: error.message }, 'the configuration could not be read')),
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  await daemon.stop();
  await connection.close();
  return exitCodes.done;
}
