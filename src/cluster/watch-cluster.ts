import { type Millis, minute } from '../lib/clock.ts';
import { formatDuration, toRfc3339 } from '../lib/duration.ts';
import type { Connection } from './api/connection.ts';
import { stateOfFailure } from './api/coverage.ts';
import type { ApiFailure } from './api/failure.ts';
import { type Follow, type FollowState, follow, usualInactivity } from './api/follow.ts';
import { listAll } from './api/list.ts';
import { poll } from './api/poll.ts';
import { readVolumeUsage } from './api/volume-stats.ts';
import { joinLists, type Lists } from './join-lists.ts';
import type { Ref, VolumeUsage } from './objects.ts';
import { readIdentity } from './read-identity.ts';
import { type ClusterIdentity, type Coverage, emptySnapshot, type Snapshot, type SourceName } from './snapshot.ts';
import { type SourceRow, sourcePath, sourceRows } from './sources.ts';
import { type WatchedSource, watchSource } from './watched-source.ts';

/** Something that may change a judgement: an object, or, without `ref`, whether the source is seen at all. */
export type RelevantChange = { source: SourceName; ref?: Ref };

export type ClusterWatch = {
  /** Resolves when every source is settled: seen, denied, absent, or broken off (its coverage says so). */
  ready(): Promise<void>;
  /** The cluster as it is known now; asks nothing. Lists that did not change are the same arrays as before. */
  snapshot(now: Millis): Snapshot;
  /** Calls back for every relevant change, undebounced; the returned function ends that. */
  onChange(listener: (change: RelevantChange) => void): () => void;
  coverage(now: Millis): Coverage[];
  /** Ends every watch; resolves when none runs any more. */
  stop(): Promise<void>;
};

export type WatchOptions = {
  /** Only these; all others are absent. */
  sources?: readonly SourceName[];
  /** Volume fill states from the kubelets, too. */
  kubeletStats?: boolean;
  /** A source that was silent for longer is not seen any more; 75 s unless told. */
  inactivity?: Millis;
};

/** metrics-server itself looks only every 15 to 60 s. */
const pollEvery: Millis = minute;
/** How long a watch may take to come back before its silence counts. */
const slack: Millis = 5_000;

type Kept = { row: SourceRow; source: WatchedSource; follow: Follow; state: FollowState };

/** Keeps the cluster in memory by watching it; nothing is asked for when a cycle runs. Never rejects because of the cluster. */
export function watchCluster(connection: Connection, options: WatchOptions = {}): ClusterWatch {
  const listeners = new Set<(change: RelevantChange) => void>();
  const tell = (change: RelevantChange): void => {
    for (const listener of listeners) listener(change);
  };
  const inactivity = options.inactivity ?? usualInactivity;
  const offers = { watchList: true };
  const rows = sourceRows.filter(({ source }) => options.sources?.includes(source) ?? true);

  const kept: Kept[] = rows.map((row) => {
    const source = watchSource(row, (ref) => tell({ source: row.source, ref }));
    const one: Omit<Kept, 'follow'> = { row, source, state: { is: 'starting' } };
    const state = (next: FollowState): void => {
      const flipped = one.state.is !== next.is && one.state.is !== 'starting';
      one.state = next;
      if (flipped) tell({ source: row.source });
    };
    const sink = { ...source, state };
    const mayBeAbsent = !row.builtIn;
    const watching = row.polled
      ? pollSource(connection, row, sink)
      : follow(connection, { path: sourcePath(row), sink, mayBeAbsent, inactivity, offers });
    return Object.assign(one, { follow: watching });
  });

  let parts: { parts: readonly Lists[]; joined: Lists } | undefined;
  const joined = (): Lists => {
    const now = kept.map(({ source }) => source.lists());
    if (!parts || now.some((lists, index) => lists !== parts?.parts[index])) {
      parts = { parts: now, joined: joinLists(now, parts) };
    }
    return parts.joined;
  };

  let identity: ClusterIdentity = { id: 'unknown', name: connection.name };
  const settled = Promise.all(kept.map(({ follow }) => follow.settled));
  const volumes = options.kubeletStats ? watchVolumes(connection, settled, () => joined().nodes) : undefined;
  const identified = settled.then(async () => {
    identity = await readIdentity(connection, joined().namespaces);
  });

  const coverage = (now: Millis): Coverage[] => {
    const known = new Map(kept.map((one) => [one.row.source, coverageOf(one, now, inactivity)]));
    const volumeCoverage = volumes?.coverage();
    if (volumeCoverage) known.set('volumestats', volumeCoverage);
    return emptySnapshot(now, identity).coverage.map((absent) => known.get(absent.source) ?? absent);
  };

  return {
    async ready() {
      await identified;
      await volumes?.settled;
    },
    snapshot(now) {
      const lists = joined();
      const id = lists.namespaces.find(({ name }) => name === 'kube-system')?.uid;
      return {
        ...emptySnapshot(now, { ...identity, ...(id && { id }) }),
        ...lists,
        // Silence is measured by the clock that dated the last word.
        coverage: coverage(connection.clock.now()),
        volumeUsage: volumes?.usage() ?? [],
        dropped: kept.flatMap(({ source }) => source.dropped()),
      };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    coverage,
    async stop() {
      listeners.clear();
      await Promise.all([...kept.map(({ follow }) => follow.stop()), volumes?.stop()]);
    },
  };
}

function coverageOf({ row, source, follow, state }: Kept, now: Millis, inactivity: Millis): Coverage {
  const count = source.count();
  const contact = follow.lastContact();
  const base = { source: row.source, count, ...(contact !== undefined && { seenAt: contact }) };
  if (state.is === 'starting') return { ...base, state: 'partial', reason: 'it is being read for the first time' };
  if (state.is === 'denied') return { ...base, state: 'denied', reason: state.reason };
  if (state.is === 'absent') return { source: row.source, count: 0, state: 'absent', reason: state.reason };
  if (state.is === 'broken') {
    return { ...base, state: 'partial', reason: `broken off since ${toRfc3339(state.since)}: ${state.reason}` };
  }
  const limit = (row.polled ? 2 * pollEvery : inactivity) + slack;
  const quiet = now - (contact ?? now);
  if (quiet <= limit) return { ...base, state: 'complete' };
  return { ...base, state: 'partial', reason: `no word from the API server for ${formatDuration(quiet)}` };
}

function pollSource(
  connection: Connection,
  row: SourceRow,
  sink: WatchedSource & { state(state: FollowState): void },
): Follow {
  let brokenSince: Millis | undefined;
  const told = (failure?: ApiFailure): void => {
    brokenSince = failure && (brokenSince ?? connection.clock.now());
    sink.state(failure ? stateAfter(failure, brokenSince ?? 0) : { is: 'seen' });
  };
  const stateAfter = (failure: ApiFailure, since: Millis): FollowState => {
    const state = stateOfFailure(row, failure);
    const is = state === 'partial' ? 'broken' : state;
    return { is, reason: is === 'absent' ? 'not installed' : failure.message, since };
  };
  const read = async (signal: AbortSignal): Promise<void> => {
    await listAll(connection, { path: sourcePath(row), sink, signal });
    sink.complete();
  };
  return poll(connection, { every: pollEvery, read, told });
}

function watchVolumes(connection: Connection, nodesSeen: Promise<unknown>, nodes: () => Lists['nodes']) {
  let usage: VolumeUsage[] = [];
  let coverage: Coverage | undefined;
  const read = async (): Promise<void> => {
    await nodesSeen;
    const { volumes, coverage: seen } = await readVolumeUsage(connection, nodes(), connection.clock.now());
    usage = volumes;
    coverage = seen;
  };
  const polling = poll(connection, { every: pollEvery, read, told: () => undefined });
  return { ...polling, usage: () => usage, coverage: () => coverage };
}
