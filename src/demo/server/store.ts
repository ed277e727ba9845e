import { createHash } from 'node:crypto';
import { flatten } from '../../cluster/project/snapshot-of.ts';
import { toRfc3339 } from '../../lib/duration.ts';
import { type ApiObject, isApiObject } from './api-object.ts';
import { type Catalogue, declaredBy, makeCatalogue, type Resource } from './resources.ts';

/** A stored object; replaced as a whole, never changed. Its JSON is made once, however many read it. */
export type Entry = { object: ApiObject; version: number; json(): string; itemJson(): string };

export type Change = {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  resource: Resource;
  entry: Entry;
  before?: Entry;
  version: number;
};

export type Store = {
  catalogue: Catalogue;
  version(): number;
  /** Changes from before this version are forgotten. */
  floor(): number;
  /** Forgets all changes so far: who comes with an older version is told 410. */
  compact(): void;
  /** In the order of the real server: by namespace, then name. */
  entries(resource: Resource, namespace?: string): readonly Entry[];
  get(resource: Resource, namespace: string | undefined, name: string): Entry | undefined;
  put(object: ApiObject): Entry;
  remove(resource: Resource, namespace: string | undefined, name: string): Entry | undefined;
  changesSince(resource: Resource, version: number): readonly Change[];
  /** Calls back at each change; the returned function ends it. */
  subscribe(listen: (change: Change) => void): () => void;
};

/** As many changes per resource as are kept for watches that come back. */
const remembered = 1000;

type Shelf = { entries: Map<string, Entry>; sorted?: Entry[]; changes: Change[] };

export function makeStore(now: () => number): Store {
  const catalogue = makeCatalogue();
  const shelves = new Map<string, Shelf>();
  const listeners = new Set<(change: Change) => void>();
  // A real cluster's versions are no small numbers: 1 is always too old.
  let version = 1000;
  let floor = version;

  function shelfOf({ group, plural }: Resource): Shelf {
    const key = `${group}/${plural}`;
    const shelf = shelves.get(key) ?? { entries: new Map(), changes: [] };
    shelves.set(key, shelf);
    return shelf;
  }

  function tell(shelf: Shelf, change: Change): void {
    delete shelf.sorted;
    shelf.changes.push(change);
    const forgotten = shelf.changes.length > remembered ? shelf.changes.shift() : undefined;
    if (forgotten) floor = Math.max(floor, forgotten.version);
    for (const listen of [...listeners]) listen(change);
  }

  const store: Store = {
    catalogue,
    version: () => version,
    floor: () => floor,
    compact() {
      // A version of its own, so that even the newest answer given so far is too old now.
      version += 1;
      floor = version;
      for (const shelf of shelves.values()) shelf.changes = [];
    },
    entries(resource, namespace) {
      const shelf = shelfOf(resource);
      shelf.sorted ??= [...shelf.entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
      if (namespace === undefined) return shelf.sorted;
      return shelf.sorted.filter(({ object }) => object.metadata.namespace === namespace);
    },
    get: (resource, namespace, name) => shelfOf(resource).entries.get(keyOf(namespace, name)),
    put(object) {
      const resource = catalogue.of(object);
      const shelf = shelfOf(resource);
      const key = keyOf(object.metadata.namespace, object.metadata.name);
      const before = shelf.entries.get(key);
      version += 1;
      const entry = entryOf(complete(object, resource, version, before, now()), resource, version);
      shelf.entries.set(key, entry);
      if (resource.plural === 'customresourcedefinitions') declaredBy(object).forEach(catalogue.declare);
      tell(shelf, { type: before ? 'MODIFIED' : 'ADDED', resource, entry, version, ...(before && { before }) });
      return entry;
    },
    remove(resource, namespace, name) {
      const shelf = shelfOf(resource);
      const key = keyOf(namespace, name);
      const before = shelf.entries.get(key);
      if (!before) return undefined;
      shelf.entries.delete(key);
      version += 1;
      const metadata = { ...before.object.metadata, resourceVersion: String(version) };
      const entry = entryOf({ ...before.object, metadata }, resource, version);
      tell(shelf, { type: 'DELETED', resource, entry, before, version });
      return entry;
    },
    changesSince: (resource, since) => shelfOf(resource).changes.filter((change) => change.version > since),
    subscribe(listen) {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
  };
  return store;
}

/** Fills a store with what a recording or `kubectl get -o json` has, lists too. What is no object is left out. */
export function fillStore(store: Store, objects: readonly unknown[]): void {
  for (const { raw, of } of flatten(objects)) {
    const object = of && typeof raw === 'object' ? { ...of, ...raw } : raw;
    if (isApiObject(object)) store.put(structuredClone(object));
  }
  store.compact();
}

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

function complete(
  object: ApiObject,
  resource: Resource,
  version: number,
  before: Entry | undefined,
  now: number,
): ApiObject {
  const { namespace, name } = object.metadata;
  const old = before?.object.metadata;
  return {
    ...object,
    metadata: {
      ...object.metadata,
      ...(resource.namespaced && { namespace: namespace ?? 'default' }),
      uid:
        object.metadata['uid'] ??
        old?.['uid'] ??
        uidOf(`${resource.group}/${resource.plural}/${namespace}/${name}/${version}`),
      resourceVersion: String(version),
      creationTimestamp: object.metadata['creationTimestamp'] ?? old?.['creationTimestamp'] ?? toRfc3339(now),
    },
  };
}

/** The same in every run: a demonstration that is told again looks the same. */
function uidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function entryOf(object: ApiObject, resource: Resource, version: number): Entry {
  let json: string | undefined;
  let itemJson: string | undefined;
  return {
    object,
    version,
    json: () => {
      json ??= JSON.stringify(object);
      return json;
    },
    itemJson: () => {
      itemJson ??= resource.builtIn
        ? JSON.stringify({ ...object, kind: undefined, apiVersion: undefined })
        : JSON.stringify(object);
      return itemJson;
    },
  };
}
