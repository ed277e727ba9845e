import { type Fields, fields, isFields, list } from '../../cluster/project/read.ts';
import { toRfc3339 } from '../../lib/duration.ts';
import type { ApiObject } from './api-object.ts';

export type Manager = { name: string; operation: 'Update' | 'Apply'; subresource?: string };

/** The object with `managedFields` that say who wrote what, and when. An `Update` owns what it changed, an `Apply` all it names. */
export function withManager(
  object: ApiObject,
  before: ApiObject | undefined,
  applied: ApiObject | undefined,
  manager: Manager,
  now: number,
): ApiObject {
  const others = list(before?.metadata['managedFields']).filter((item) => !isOf(fields(item), manager));
  const mine = list(before?.metadata['managedFields']).find((item) => isOf(fields(item), manager));
  const written = applied ? ownedBy(applied) : changedFields(before ?? {}, object);
  const owned = applied ? written : mergeTrees(fields(fields(mine)['fieldsV1']), written);
  const entry = {
    manager: manager.name,
    operation: manager.operation,
    apiVersion: object.apiVersion,
    time: toRfc3339(now),
    fieldsType: 'FieldsV1',
    fieldsV1: owned,
    ...(manager.subresource && { subresource: manager.subresource }),
  };
  return { ...object, metadata: { ...object.metadata, managedFields: [...others, entry] } };
}

/** What the manager applied last time and leaves out now is gone: the object without it. */
export function withoutAbandoned(target: ApiObject, applied: ApiObject, manager: Manager): ApiObject {
  const mine = list(target.metadata['managedFields']).find((item) => isOf(fields(item), manager));
  const left = removeAbandoned(target, fields(fields(mine)['fieldsV1']), applied);
  return {
    ...left,
    apiVersion: target.apiVersion,
    kind: target.kind,
    metadata: { ...fields(left['metadata']), name: target.metadata.name },
  };
}

const isOf = (entry: Fields, manager: Manager): boolean =>
  entry['manager'] === manager.name &&
  entry['operation'] === manager.operation &&
  entry['subresource'] === manager.subresource;

const unowned = new Set(['apiVersion', 'kind']);
const unownedMetadata = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
]);

/** The tree of `f:` names; lists count as one value. */
function ownedBy(object: ApiObject): Fields {
  const { metadata, ...rest } = object;
  return prune({
    'f:metadata': treeOf(metadata, unownedMetadata),
    ...treeOf(rest, unowned),
  });
}

function treeOf(value: Fields, without: ReadonlySet<string>): Fields {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !without.has(key))
      .map(([key, inner]) => [`f:${key}`, isFields(inner) ? treeOf(inner, new Set()) : {}]),
  );
}

function changedFields(before: Fields, after: ApiObject): Fields {
  const differ = (a: Fields, b: Fields, without: ReadonlySet<string>): Fields =>
    Object.fromEntries(
      Object.entries(b)
        .filter(([key, inner]) => !without.has(key) && JSON.stringify(a[key]) !== JSON.stringify(inner))
        .map(([key, inner]) => [
          `f:${key}`,
          isFields(inner) ? differ(fields(a[key]), inner, key === 'metadata' ? unownedMetadata : new Set()) : {},
        ]),
    );
  return prune(differ(before, after, unowned));
}

const prune = (tree: Fields): Fields =>
  Object.fromEntries(
    Object.entries(tree).filter(([key, inner]) => key !== 'f:metadata' || Object.keys(fields(inner)).length > 0),
  );

function mergeTrees(a: Fields, b: Fields): Fields {
  const merged: Record<string, unknown> = { ...a };
  for (const [key, inner] of Object.entries(b)) merged[key] = mergeTrees(fields(merged[key]), fields(inner));
  return merged;
}

function removeAbandoned(target: Fields, owned: Fields, applied: Fields): Fields {
  const left: Record<string, unknown> = { ...target };
  for (const [name, inner] of Object.entries(owned)) {
    const key = name.slice(2);
    const value = left[key];
    if (!Object.hasOwn(applied, key) && key !== 'metadata') delete left[key];
    else if (isFields(value)) left[key] = removeAbandoned(value, fields(inner), fields(applied[key]));
  }
  return left;
}
