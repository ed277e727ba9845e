import { type Millis, minute } from '../../lib/clock.ts';
import { type ConfigMap, configMapsPath, getConfigMap, readConfigMap } from './config-maps.ts';
import type { Connection } from './connection.ts';
import { type FollowSink, type FollowState, follow } from './follow.ts';

/** What happened to a ConfigMap; `map` is how it was when it was deleted. */
export type ConfigMapChange = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; name: string; map: ConfigMap };

export type ConfigMapWatch = {
  /** Resolves when it is known of every one whether it is there, or that it cannot be seen. */
  ready(): Promise<void>;
  /** What each is known by, by name: whether it is watched now, and the reason where it is not. */
  states(): ReadonlyMap<string, FollowState>;
  /** When the watches last brought a byte. */
  lastByte(): Millis | undefined;
  /** Asks for every one by name, and tells what the watches did not. Resolves to whether all answered. */
  audit(): Promise<boolean>;
  stop(): Promise<void>;
};

export type ConfigMapWatchOptions = {
  inactivity?: Millis;
  onState?: (name: string, state: FollowState) => void;
  /** How often each is asked for by name (60 s), because a watch can be dead without anybody noticing. */
  auditEvery?: Millis;
  /** Told after an audit in which all answered. */
  onAudited?: () => void;
  /** What the server gave before: it does not come again older. */
  given?: readonly ConfigMap[];
};

/**
 * Watches these ConfigMaps, each by its name, as a Role with `resourceNames` allows it. What is there at first is `ADDED`; the same
 * content again is no change, and neither is an older version than one already seen, which a server that lags behind may give.
 */
export function watchConfigMaps(
  connection: Connection,
  namespace: string,
  names: readonly string[],
  onChange: (change: ConfigMapChange) => void,
  options: ConfigMapWatchOptions = {},
): ConfigMapWatch {
  const { clock } = connection;
  const { auditEvery = minute, given = [] } = options;
  const states = new Map<string, FollowState>(names.map((name) => [name, { is: 'starting' }]));
  const ended = new AbortController();
  const watched = names.map((name) => {
    const known = keepKnown(
      name,
      onChange,
      given.find((map) => map.name === name),
    );
    const state = (next: FollowState): void => {
      states.set(name, next);
      options.onState?.(name, next);
    };
    const following = follow(connection, {
      path: configMapsPath(namespace),
      query: { fieldSelector: `metadata.name=${name}` },
      mayBeAbsent: false,
      ...(options.inactivity !== undefined && { inactivity: options.inactivity }),
      sink: sinkOf(known, state),
    });
    return { name, known, following };
  });

  const auditOne = async ({ name, known }: (typeof watched)[number]): Promise<boolean> => {
    const before = known.told();
    try {
      const map = await getConfigMap(connection, namespace, name, ended.signal);
      if (!ended.signal.aborted) known.audited(map, known.told() !== before);
      return true;
    } catch {
      // Why, the watch tells better.
      return false;
    }
  };
  const audit = async (): Promise<boolean> => {
    const answered = await Promise.all(watched.map(auditOne));
    const all = answered.every(Boolean) && !ended.signal.aborted;
    if (all) options.onAudited?.();
    return all;
  };
  let cancel = (): void => undefined;
  const auditLater = (): void => {
    cancel = clock.wakeAt(clock.now() + auditEvery, () => {
      void audit().then(() => ended.signal.aborted || auditLater());
    });
  };
  auditLater();

  return {
    async ready() {
      await Promise.all(watched.map(({ following }) => following.settled));
    },
    states: () => states,
    lastByte() {
      const times = watched.flatMap(({ following }) => following.lastContact() ?? []);
      return times.length > 0 ? Math.max(...times) : undefined;
    },
    audit,
    async stop() {
      ended.abort();
      cancel();
      await Promise.all(watched.map(({ following }) => following.stop()));
    },
  };
}

type Known = {
  /** What the watch, or a list of it, has now. */
  set(map: ConfigMap | undefined): void;
  /** What the server answered when it was asked by name; `isOvertaken`: the watch has told something since it was asked. */
  audited(map: ConfigMap | undefined, isOvertaken: boolean): void;
  /** Counts what was set. */
  told(): number;
};

/** So many audits in a row must say that the server went back (a restored backup) before it is believed. */
const auditsToGoBack = 2;

function keepKnown(name: string, onChange: (change: ConfigMapChange) => void, given: ConfigMap | undefined): Known {
  let known: ConfigMap | undefined;
  /** The newest that was ever seen, also after it was deleted. */
  let newest = given;
  const replaced = new Set<string>();
  let told = 0;
  let wentBack = 0;

  const isOlder = (map: ConfigMap): boolean =>
    replaced.has(map.uid) || (newest?.uid === map.uid && isVersionBefore(map.resourceVersion, newest.resourceVersion));
  const isNewer = (map: ConfigMap): boolean =>
    newest?.uid === map.uid && isVersionBefore(newest.resourceVersion, map.resourceVersion);
  const take = (map: ConfigMap | undefined): void => {
    wentBack = 0;
    const before = known;
    known = map;
    if (map) {
      if (newest && newest.uid !== map.uid) replaced.add(newest.uid);
      replaced.delete(map.uid);
      newest = map;
    }
    if (!map) {
      if (before) onChange({ type: 'DELETED', name, map: before });
    } else if (!before || before.uid !== map.uid) onChange({ type: 'ADDED', name, map });
    else if (before.resourceVersion !== map.resourceVersion) onChange({ type: 'MODIFIED', name, map });
  };
  return {
    set(map) {
      told++;
      if (!map || !isOlder(map)) take(map);
    },
    audited(map, isOvertaken) {
      // What the watch told meanwhile may be newer than this answer, unless the versions say otherwise.
      if (isOvertaken && !(map && isNewer(map))) return;
      if (map && isOlder(map) && ++wentBack < auditsToGoBack) return;
      take(map);
    },
    told: () => told,
  };
}

/** Versions of one object grow; what is not a number cannot be compared, so it counts as newer. */
function isVersionBefore(version: string, than: string): boolean {
  if (!/^\d+$/.test(version) || !/^\d+$/.test(than)) return false;
  return BigInt(version) < BigInt(than);
}

function sinkOf(known: Known, state: (state: FollowState) => void): FollowSink {
  let listed: ConfigMap | undefined;
  return {
    begin: () => {
      listed = undefined;
    },
    add: (raw) => {
      listed = readConfigMap(raw);
    },
    forget: () => {
      listed = undefined;
    },
    complete: () => known.set(listed),
    change: (type, raw) => known.set(type === 'DELETED' ? undefined : readConfigMap(raw)),
    state,
  };
}
