import { isDeepStrictEqual } from 'node:util';
import { type Lists, listsOf } from './join-lists.ts';
import type { Ref } from './objects.ts';
import { type Projected, projectObject } from './project/index.ts';
import type { Snapshot } from './snapshot.ts';
import { apiVersionOf, type SourceRow } from './sources.ts';
import { refOf } from './world.ts';

/** The objects of one source as they are now; fed by a list, then by changes. */
export type WatchedSource = {
  begin(): void;
  add(raw: unknown): void;
  /** An object of the list under way was deleted meanwhile. */
  forget(raw: unknown): void;
  complete(): void;
  change(type: 'ADDED' | 'MODIFIED' | 'DELETED', raw: unknown): void;
  count(): number;
  /** The very same lists until something changes. */
  lists(): Lists;
  dropped(): Snapshot['dropped'];
};

/** Keeps one source. `changed` hears of what may change a judgement, and not of what came first. */
export function watchSource(row: SourceRow, changed: (ref: Ref) => void): WatchedSource {
  const of = { kind: row.kind, apiVersion: apiVersionOf(row) };
  const isNews = newsOf[row.source] ?? (() => true);
  let objects = new Map<string, Projected>();
  let dropped = new Map<string, Snapshot['dropped'][number]>();
  /** The list under way; it becomes `objects` when it is whole. */
  let incoming = { objects, dropped };
  let whole = false;
  let lists: Lists | undefined;

  const put = (into: typeof incoming, raw: unknown): { before: Projected | undefined; now: Projected | undefined } => {
    const projected = projectObject(raw, of);
    if ('dropped' in projected) {
      into.dropped.set(projected.dropped.name, { ...projected.dropped, source: row.source });
      return { before: undefined, now: undefined };
    }
    const key = keyOf(projected);
    const before = objects.get(key);
    // What is equal stays the same object, so that whoever compares by identity sees no change.
    const now = before && whole && isDeepStrictEqual(before.object, projected.object) ? before : projected;
    into.objects.set(key, now);
    return { before, now };
  };

  const tell = (before: Projected | undefined, now: Projected | undefined): void => {
    const either = now ?? before;
    if (either && before !== now && isNews(before, now)) changed(refTo(row, either));
  };

  return {
    begin() {
      incoming = { objects: new Map(), dropped: new Map() };
      // Before the first whole list a part of one is better than nothing; its coverage says that it is a part.
      if (!whole) ({ objects, dropped } = incoming);
      lists = whole ? lists : undefined;
    },
    add(raw) {
      put(incoming, raw);
      if (!whole) lists = undefined;
    },
    forget(raw) {
      const projected = projectObject(raw, of);
      if (!('dropped' in projected)) incoming.objects.delete(keyOf(projected));
      if (!whole) lists = undefined;
    },
    complete() {
      const before = objects;
      ({ objects, dropped } = incoming);
      if (whole) {
        for (const [key, now] of objects) tell(before.get(key), now);
        for (const [key, gone] of before) if (!objects.has(key)) tell(gone, undefined);
        if (!sameObjects(before, objects)) lists = undefined;
      } else lists = undefined;
      whole = true;
    },
    change(type, raw) {
      if (type === 'DELETED') {
        const projected = projectObject(raw, of);
        if ('dropped' in projected) return;
        const before = objects.get(keyOf(projected));
        objects.delete(keyOf(projected));
        lists = undefined;
        return tell(before, undefined);
      }
      const { before, now } = put({ objects, dropped }, raw);
      if (before !== now) lists = undefined;
      tell(before, now);
    },
    count: () => objects.size,
    lists() {
      lists ??= listsOf(objects.values());
      return lists;
    },
    dropped: () => [...dropped.values()],
  };
}

function keyOf({ namespace, name }: Projected): string {
  return `${namespace ?? ''}/${name}`;
}

function sameObjects(before: Map<string, Projected>, now: Map<string, Projected>): boolean {
  if (before.size !== now.size) return false;
  for (const [key, object] of now) if (before.get(key) !== object) return false;
  return true;
}

/** An Event is news about something else. */
function refTo(row: SourceRow, { list, object, namespace, name }: Projected): Ref {
  if (list === 'events') return refOf(object.about);
  return namespace ? { kind: row.kind, namespace, name } : { kind: row.kind, name };
}

type IsNews = (before: Projected | undefined, now: Projected | undefined) => boolean;

/** Sources of which not every difference is news: heartbeats, and what is only ever looked up. */
const newsOf: Partial<Record<SourceRow['source'], IsNews>> = {
  leases: () => false,
  podmetrics: () => false,
  nodemetrics: () => false,
  // Those about ConfigMaps are our own answers to their authors.
  events: (_before, now) =>
    now?.list === 'events' && now.object.type === 'Warning' && now.object.about.kind !== 'ConfigMap',
  // Leader elections write an annotation every few seconds; what pods refer to is the keys.
  configmaps: (before, now) =>
    !(
      before?.list === 'configMaps' &&
      now?.list === 'configMaps' &&
      isDeepStrictEqual(before.object.keys, now.object.keys)
    ),
};
