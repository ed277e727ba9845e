import { answerAuthor } from '../daemon/answer-author.ts';
import { makeSenders } from '../daemon/senders.ts';
import { configMapSource } from '../daemon/source/config-map-source.ts';
import { filesSource } from '../daemon/source/files-source.ts';
import { startDaemon } from '../daemon.ts';
import { systemClock } from '../lib/clock.ts';
import { makeLog } from '../lib/log.ts';
import { findNamespace, readSettings } from '../settings.ts';
import { chooseSource } from './choose-source.ts';
import { connectCluster } from './connect.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

/** Runs until SIGTERM or SIGINT, then drains. SIGHUP reads the configuration again and runs a cycle. */
export async function runDaemon(given: { config?: string[]; observe?: boolean }, output: Output): Promise<number> {
  const settings = readSettings();
  const clock = systemClock;
  const log = makeLog(settings.K8S_MONITOR_LOG_LEVEL);
  const connection = await connectCluster(settings);
  const names = {
    namespace: findNamespace(settings),
    orchestrator: settings.K8S_MONITOR_ORCHESTRATOR_CONFIGMAP,
    agents: settings.K8S_MONITOR_AGENTS_CONFIGMAP,
  };
  const choice = chooseSource(given.config ?? [], settings);
  const source =
    'files' in choice
      ? filesSource(choice.files, clock)
      : configMapSource(connection, names, choice.mount === undefined ? {} : { folder: choice.mount });
  const daemon = await startDaemon({
    clock,
    random: Math.random,
    log,
    connection,
    source,
    ...('files' in choice ? {} : { answer: answerAuthor(connection, names, { clock, log }) }),
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
