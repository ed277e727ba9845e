import type { Ref } from './objects.ts';
import { refKey } from './world.ts';

/**
 * Things by the object they belong to. Levels of maps instead of one with a key made of all three: a lookup makes no text, and the
 * names it compares are those of the snapshot, whose hashes are known already.
 */
export type RefIndex<T> = {
  get(kind: string, namespace: string | undefined, name: string): T | undefined;
  set(kind: string, namespace: string | undefined, name: string, value: T): void;
};

export function makeRefIndex<T>(): RefIndex<T> {
  const kinds = new Map<string, Map<string, Map<string, T>>>();
  return {
    get: (kind, namespace = '', name) => kinds.get(kind)?.get(namespace)?.get(name),
    set(kind, namespace = '', name, value) {
      levelOf(levelOf(kinds, kind), namespace).set(name, value);
    },
  };
}

/** Each object by itself; the last of the same name wins. */
export function indexByRef<T extends Ref>(objects: Iterable<T>): RefIndex<T> {
  const index = makeRefIndex<T>();
  for (const object of objects) index.set(object.kind, object.namespace, object.name, object);
  return index;
}

/** What belongs to the same object, in the order it came. */
export function groupByRef<T>(items: Iterable<T>, refFor: (item: T) => Ref): RefIndex<T[]> {
  const index = makeRefIndex<T[]>();
  for (const item of items) {
    const { kind, namespace, name } = refFor(item);
    const group = index.get(kind, namespace, name);
    if (group) group.push(item);
    else index.set(kind, namespace, name, [item]);
  }
  return index;
}

function levelOf<T>(levels: Map<string, Map<string, T>>, key: string): Map<string, T> {
  const known = levels.get(key);
  if (known) return known;
  const made = new Map<string, T>();
  levels.set(key, made);
  return made;
}

/** Each object once, in the order they come. Neighbours are mostly the same (pods of one owner): they cost no key. */
export function uniqueRefs(refs: readonly Ref[]): Ref[] {
  const found = new Map<string, Ref>();
  let last: Ref | undefined;
  for (const ref of refs) {
    if (last && last.name === ref.name && last.kind === ref.kind && last.namespace === ref.namespace) continue;
    last = ref;
    const key = refKey(ref);
    if (!found.has(key)) found.set(key, ref);
  }
  return [...found.values()];
}
