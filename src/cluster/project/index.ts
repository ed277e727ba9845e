import type { Snapshot, SourceName } from '../snapshot.ts';
import { otherObject } from './certificates.ts';
import { metaOf } from './meta.ts';
import { fields, isFields, text } from './read.ts';
import { type Entry, type Items, type ListName, type Row, rows } from './rows.ts';

export { volumeUsage } from './metrics.ts';
export type { ListName } from './rows.ts';

/** A small typed object and the list of the snapshot it belongs into. `source` is absent for kinds that are no source of ours. */
export type Projected = Entry & { source?: SourceName; namespace?: string; name: string };
/** Why an object could not be read. Never fatal. */
export type Dropped = { dropped: { source: string; name: string; reason: string } };

/**
 * The few fields of an API object that something here reads, as small typed data. Missing fields are tolerated, an object without
 * a name is dropped. `of` says what the object is where it does not say so itself, as the items of the API's lists do not.
 */
export function projectObject(raw: unknown, of?: { kind: string; apiVersion: string }): Projected | Dropped {
  const from = fields(raw);
  const kind = text(from['kind']) ?? of?.kind;
  const name = text(fields(from['metadata'])['name']) ?? '';
  // What no lookup needs by name may be judged without one: fixtures of custom resource definitions have none.
  const nameless = kind === 'CustomResourceDefinition';
  if (!isFields(raw) || !kind || (!name && !nameless)) {
    const reason = !isFields(raw) ? 'is no object' : kind ? 'has no name' : 'has no kind';
    return { dropped: { source: kind ?? 'unknown', name, reason } };
  }
  const apiVersion = text(from['apiVersion']) ?? of?.apiVersion ?? '';
  const meta = metaOf(from, kind, apiVersion);
  const row = rowOf(kind, apiVersion);
  const entry: Entry = row ? row.project(from, meta) : { list: 'others', object: otherObject(from, meta) };
  return {
    ...entry,
    name,
    ...(row?.source && { source: row.source }),
    ...(meta.namespace && { namespace: meta.namespace }),
  };
}

const rowsByKind = new Map(rows.map((row) => [row.kind, row]));

/** Fixtures without an `apiVersion` are what their kind says. */
function rowOf(kind: string, apiVersion: string): Row | undefined {
  const row = rowsByKind.get(kind);
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  return row && (apiVersion === '' || row.groups.includes(group)) ? row : undefined;
}

/** Puts a projected object where it belongs. */
export function addProjected(snapshot: Snapshot, projected: Projected): void {
  push(snapshot, projected);
}

function push<L extends ListName>(lists: { [P in ListName]: Items[P][] }, entry: Entry<L>): void {
  lists[entry.list].push(entry.object);
}
