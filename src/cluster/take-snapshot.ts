import type { Millis } from '../lib/clock.ts';
import { atMost } from './api/at-most.ts';
import type { Connection } from './api/connection.ts';
import { stateOfFailure } from './api/coverage.ts';
import { failureOfError } from './api/failure.ts';
import { findFailingContainers } from './api/find-failing-containers.ts';
import { listAll } from './api/list.ts';
import { readLogs } from './api/read-logs.ts';
import { readVolumeUsage } from './api/volume-stats.ts';
import { joinLists, type Lists, listsOf } from './join-lists.ts';
import { type Projected, projectObject } from './project/index.ts';
import { readIdentity } from './read-identity.ts';
import { type Coverage, emptySnapshot, type Snapshot, type SourceName } from './snapshot.ts';
import { apiVersionOf, type SourceRow, sourcePath, sourceRows } from './sources.ts';

export type SnapshotWish = {
  now: Millis;
  /** Logs of failing containers, too. */
  logs?: boolean;
  /** Volume fill states from the kubelets, too. */
  kubeletStats?: boolean;
  /** Only these; all others are absent. */
  sources?: readonly SourceName[];
  signal?: AbortSignal;
};

/** Lists that run at the same time: enough to hide the round trips, few enough for the server's fairness queues. */
const parallel = 8;

type Taken = { lists: Lists; coverage: Coverage; dropped: Snapshot['dropped'] };

/**
 * The cluster as it is now, in one go. A source that fails fails no other: its coverage says what happened, and what came of it
 * until then is in the snapshot. Never rejects because of the cluster.
 */
export async function takeSnapshot(connection: Connection, wish: SnapshotWish): Promise<Snapshot> {
  const rows = sourceRows.filter(({ source }) => wish.sources?.includes(source) ?? true);
  const taken = new Map<SourceName, Taken>();
  await atMost(parallel, rows, async (row) => {
    taken.set(row.source, await takeSource(connection, row, wish));
  });
  const snapshot = emptySnapshot(wish.now, { id: 'unknown', name: connection.name });
  const inOrder = rows.flatMap(({ source }) => taken.get(source) ?? []);
  Object.assign(snapshot, joinLists(inOrder.map(({ lists }) => lists)));
  snapshot.dropped = inOrder.flatMap(({ dropped }) => dropped);
  setCoverage(snapshot, ...inOrder.map(({ coverage }) => coverage));
  snapshot.cluster = await readIdentity(connection, snapshot.namespaces);
  if (wish.kubeletStats) {
    const { volumes, coverage } = await readVolumeUsage(connection, snapshot.nodes, wish.now);
    snapshot.volumeUsage = volumes;
    setCoverage(snapshot, coverage);
  }
  return wish.logs ? withLogs(connection, snapshot, wish.signal) : snapshot;
}

/** The same snapshot with the logs of its failing containers. */
export async function withLogs(connection: Connection, snapshot: Snapshot, signal?: AbortSignal): Promise<Snapshot> {
  const { logs, coverage } = await readLogs(connection, findFailingContainers(snapshot), { now: snapshot.at, signal });
  const whole = { ...snapshot, logs };
  setCoverage(whole, coverage);
  return whole;
}

async function takeSource(connection: Connection, row: SourceRow, { now, signal }: SnapshotWish): Promise<Taken> {
  let objects: Projected[] = [];
  let dropped: Snapshot['dropped'] = [];
  const { source, kind } = row;
  const of = { kind, apiVersion: apiVersionOf(row) };
  const sink = {
    begin: () => {
      objects = [];
      dropped = [];
    },
    add: (raw: unknown) => {
      const projected = projectObject(raw, of);
      if ('dropped' in projected) dropped.push({ ...projected.dropped, source });
      else objects.push(projected);
    },
  };
  let coverage: Coverage;
  try {
    await listAll(connection, { path: sourcePath(row), sink, signal });
    coverage = { source, state: 'complete', count: objects.length, seenAt: now };
  } catch (error) {
    const failure = failureOfError(error, connection.server);
    const state = stateOfFailure(row, failure);
    const reason = state === 'absent' ? 'not installed' : failure.message;
    coverage = { source, state, count: objects.length, reason };
  }
  return { lists: listsOf(objects), coverage, dropped };
}

function setCoverage(snapshot: Snapshot, ...known: readonly Coverage[]): void {
  const bySource = new Map(known.map((coverage) => [coverage.source, coverage]));
  snapshot.coverage = snapshot.coverage.map((coverage) => bySource.get(coverage.source) ?? coverage);
}
