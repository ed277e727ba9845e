import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../cluster/api/connection.ts';
import { listRaw } from '../cluster/api/list-raw.ts';
import type { CustomResult } from '../cluster/beside.ts';
import { listRecorded } from '../cluster/recording/list-recorded.ts';
import { readRecording } from '../cluster/recording/read-recording.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { takeSnapshot } from '../cluster/take-snapshot.ts';
import { type Revision, type Severity, severities } from '../config/revision.ts';
import { type CycleInput, type CycleResult, runCycle, unseenSources } from '../cycle.ts';
import { type ListObjects, runChecks } from '../daemon/custom-checks.ts';
import { newIncidentId } from '../daemon/incident-id.ts';
import { judgeAndKeep } from '../daemon/judge-and-keep.ts';
import { writeStories } from '../daemon/keep-record.ts';
import { makeSenders } from '../daemon/senders.ts';
import { systemClock } from '../lib/clock.ts';
import { hashOf } from '../lib/hash.ts';
import { defaultChannel } from '../notify/channels.ts';
import { sendDue } from '../notify/send.ts';
import { lockFile, takeLock } from '../record/lock.ts';
import { openRecord, recordFile } from '../record/open-record.ts';
import { readSettings, type Settings } from '../settings.ts';
import { emptyMemory } from '../triage/incident.ts';
import { connectCluster } from './connect.ts';
import { isOver, toCycleDocument } from './cycle-document.ts';
import { exitCodes } from './exit-codes.ts';
import { loadRevision } from './load-revision.ts';
import type { Output } from './output.ts';
import { printCycle } from './print-cycle.ts';

export type CycleOptions = {
  config?: string[];
  recording?: string;
  now?: string;
  notify?: boolean;
  all?: boolean;
  failOn?: Severity;
  output: string;
};

/** One cycle: read, judge, print; with `--notify` also keep and send. Exit 1 failed, 3 something needed was not seen, 2 `--fail-on`. */
export async function cycleOnce(options: CycleOptions, output: Output): Promise<number> {
  const settings = readSettings();
  const connection = options.recording ? undefined : await connectCluster(settings);
  try {
    // The cluster answers while the Markdown is compiled.
    const [snapshot, revision] = await Promise.all([
      readCluster(options, connection, settings),
      loadRevision(options.config, connection, settings, output),
    ]);
    const list: ListObjects = (wish) =>
      connection ? listRaw(connection, wish) : listRecorded(options.recording ?? '', wish);
    const customResults = await runChecks(revision.customChecks, {
      list,
      home: connection?.namespace ?? 'default',
      path: settings.path,
      now: snapshot.at,
    });
    const result = options.notify
      ? await judgeAndTell(revision, snapshot, customResults, settings, output)
      : runCycle({ ...input(revision, snapshot), customResults });
    if (options.output === 'json')
      output.print(JSON.stringify(toCycleDocument(result, { all: options.all === true }), null, 2));
    else printCycle(result, { all: options.all === true }, output);
    return exitCodeOf(result, options.failOn);
  } finally {
    await connection?.close();
  }
}

/** The cluster as it is now, or as it was recorded. Throws where it could not be seen at all, unless it is for telling just that. */
export async function readCluster(
  options: Pick<CycleOptions, 'recording' | 'now' | 'notify'>,
  connection: Connection | undefined,
  settings: Settings,
): Promise<Snapshot> {
  const now = readMoment(options.now);
  if (!connection) return readRecording(options.recording ?? '', now === undefined ? {} : { now });
  const snapshot = await takeSnapshot(connection, {
    now: now ?? systemClock.now(),
    logs: true,
    kubeletStats: settings.K8S_MONITOR_KUBELET_STATS,
  });
  // A cycle that tells people goes on all the same: that nothing can be seen is what it has to tell.
  if (!options.notify && !hasAnswered(snapshot)) {
    const first = snapshot.coverage.find(({ source }) => source === 'pods');
    throw new Error(
      `the cluster ${connection.name} at ${connection.server} could not be seen at all: ${first?.reason ?? 'no answer'}`,
    );
  }
  return snapshot;
}

/** Whether there is a cluster: it says its version, or it gave or refused a list. Logs are read only where a container fails, so that none is no answer. */
export function hasAnswered({ cluster, coverage }: Snapshot): boolean {
  const answers = coverage.filter(({ source }) => source !== 'logs' && source !== 'volumestats');
  return cluster.version !== undefined || answers.some(({ state }) => state === 'complete' || state === 'denied');
}

function readMoment(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`--now ${text} is no moment; write it as 2026-01-15T12:00:00Z`);
  return at;
}

/** The input of a cycle that remembers nothing and tells nobody. Ids come from what is judged, so that the same cycle names them alike. */
function input(revision: Revision, snapshot: Snapshot): CycleInput {
  let ids = 0;
  return {
    cycle: `once-${hashOf([revision.id, String(snapshot.at)], 8)}`,
    now: snapshot.at,
    revision,
    snapshot,
    memory: emptyMemory,
    customResults: [],
    probes: [],
    past: [],
    channels: { routes: ['console'] },
    firstContact: false,
    observe: false,
    oneShot: true,
    newId: () => `i-${hashOf([snapshot.cluster.id, String(snapshot.at), String(ids++)], 6)}`,
  };
}

/** The same with the record, and with what is due sent before it returns. Throws where `run` or another cycle has the data folder. */
async function judgeAndTell(
  revision: Revision,
  snapshot: Snapshot,
  customResults: CustomResult[],
  settings: Settings,
  output: Output,
): Promise<CycleResult> {
  const folder = settings.K8S_MONITOR_DATA_DIR;
  mkdirSync(folder, { recursive: true });
  const lock = takeLock(join(folder, lockFile), 5000);
  if (!lock) throw new Error(`another k8s-monitor uses ${folder}: it is telling already`);
  const record = openRecord(join(folder, recordFile), { now: snapshot.at });
  try {
    const { senders, channels } = makeSenders(settings, systemClock, (text) => output.warn(text.trimEnd()));
    const bench = {
      record,
      folder,
      channels,
      observe: settings.K8S_MONITOR_OBSERVE,
      newId: () => newIncidentId(Math.random),
    };
    const { result, changed } = judgeAndKeep(bench, {
      cycle: `c-${snapshot.at.toString(36)}`,
      trigger: 'request',
      revision,
      snapshot,
      customResults,
      probes: [],
      oneShot: true,
    });
    await writeStories(record, changed, folder, revision.cluster.timezone);
    for (const { says } of record.trouble) output.warn(says);
    const report = await sendDue(record.db, senders, {
      clock: systemClock,
      random: Math.random,
      fallback: defaultChannel(channels),
    });
    await writeStories(record, report.incidents, folder, revision.cluster.timezone);
    for (const { channel, error } of [...report.failed, ...report.undelivered])
      output.warn(`not delivered to ${channel}: ${error} (it stays in the outbox)`);
    return result;
  } finally {
    record.close();
    lock.release();
  }
}

/** 3 before 2: a cycle that did not see everything cannot say that nothing bad is open. */
function exitCodeOf(result: CycleResult, failOn: Severity | undefined): number {
  if (unseenSources(result).length > 0) return exitCodes.unseen;
  const limit = failOn === undefined ? -1 : severities.indexOf(failOn);
  const bad = result.incidents.some(({ state, severity }) => !isOver(state) && severities.indexOf(severity) <= limit);
  return bad ? exitCodes.bad : exitCodes.done;
}
