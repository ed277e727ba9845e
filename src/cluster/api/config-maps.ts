import { type Millis, second } from '../../lib/clock.ts';
import { metaOf } from '../project/meta.ts';
import { fields, text } from '../project/read.ts';
import { listPath } from '../sources.ts';
import { type Connection, readJson } from './connection.ts';
import { ApiFailure } from './failure.ts';
import { type FollowState, follow } from './follow.ts';

/** A ConfigMap with what stands in it: only ours are read so. */
export type ConfigMap = {
  namespace: string;
  name: string;
  uid: string;
  resourceVersion: string;
  annotations: Readonly<Record<string, string>>;
  /** As it was written: neither cleaned nor cut. */
  data: Readonly<Record<string, string>>;
  immutable: boolean;
  changedBy?: { manager: string; at: Millis };
};

/** What happened to a ConfigMap; `map` is how it was when it was deleted. */
export type ConfigMapChange = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; name: string; map: ConfigMap };

export type ConfigMapWatch = {
  /** Resolves when it is known of every one whether it is there, or that it cannot be seen. */
  ready(): Promise<void>;
  /** What each is known by, by name: whether it is watched now, and the reason where it is not. */
  states(): ReadonlyMap<string, FollowState>;
  stop(): Promise<void>;
};

const path = (namespace: string): string => listPath({ group: '', version: 'v1', resource: 'configmaps', namespace });

/** The ConfigMap; undefined where there is none of that name. Throws ApiFailure. */
export async function getConfigMap(
  connection: Connection,
  namespace: string,
  name: string,
): Promise<ConfigMap | undefined> {
  try {
    const at = `${path(namespace)}/${encodeURIComponent(name)}`;
    return readConfigMap(await readJson(connection, { path: at, within: 10 * second }));
  } catch (error) {
    if (error instanceof ApiFailure && error.kind === 'absent') return undefined;
    throw error;
  }
}

/** Watches these ConfigMaps, each by its name, as a Role with `resourceNames` allows it. What is there at first is `ADDED`; the same content again is no change. */
export function watchConfigMaps(
  connection: Connection,
  namespace: string,
  names: readonly string[],
  onChange: (change: ConfigMapChange) => void,
  options: { inactivity?: Millis; onState?: (name: string, state: FollowState) => void } = {},
): ConfigMapWatch {
  const states = new Map<string, FollowState>(names.map((name) => [name, { is: 'starting' }]));
  const follows = names.map((name) =>
    follow(connection, {
      path: path(namespace),
      query: { fieldSelector: `metadata.name=${name}` },
      mayBeAbsent: false,
      ...(options.inactivity !== undefined && { inactivity: options.inactivity }),
      sink: oneConfigMap(name, onChange, (state) => {
        states.set(name, state);
        options.onState?.(name, state);
      }),
    }),
  );
  return {
    async ready() {
      await Promise.all(follows.map(({ settled }) => settled));
    },
    states: () => states,
    async stop() {
      await Promise.all(follows.map((one) => one.stop()));
    },
  };
}

function oneConfigMap(
  name: string,
  onChange: (change: ConfigMapChange) => void,
  state: (state: FollowState) => void,
): Parameters<typeof follow>[1]['sink'] {
  let known: ConfigMap | undefined;
  let listed: ConfigMap | undefined;
  const set = (map: ConfigMap | undefined): void => {
    const before = known;
    known = map;
    if (!map) {
      if (before) onChange({ type: 'DELETED', name, map: before });
    } else if (!before || before.uid !== map.uid) onChange({ type: 'ADDED', name, map });
    else if (before.resourceVersion !== map.resourceVersion) onChange({ type: 'MODIFIED', name, map });
  };
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
    complete: () => set(listed),
    change: (type, raw) => set(type === 'DELETED' ? undefined : readConfigMap(raw)),
    state,
  };
}

function readConfigMap(raw: unknown): ConfigMap {
  const from = fields(raw);
  const metadata = fields(from['metadata']);
  const meta = metaOf(from, 'ConfigMap', 'v1');
  return {
    namespace: meta.namespace ?? '',
    name: meta.name,
    uid: meta.uid,
    resourceVersion: text(metadata['resourceVersion']) ?? '',
    annotations: meta.annotations,
    data: textsAsWritten(from['data']),
    immutable: from['immutable'] === true,
    ...(meta.changedBy && { changedBy: meta.changedBy }),
  };
}

function textsAsWritten(value: unknown): Record<string, string> {
  const pairs = Object.entries(fields(value));
  return Object.fromEntries(pairs.flatMap(([key, held]) => (typeof held === 'string' ? [[key, held]] : [])));
}
