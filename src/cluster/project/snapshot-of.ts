import type { Millis } from '../../lib/clock.ts';
import type { ContainerLog } from '../objects.ts';
import { type ClusterIdentity, emptySnapshot, type Snapshot, type SourceName } from '../snapshot.ts';
import { addProjected, projectObject, volumeUsage } from './index.ts';
import { type Fields, fields, isFields, list, text } from './read.ts';

export type SnapshotOptions = {
  now: Millis;
  cluster?: ClusterIdentity;
  /** `all`: a whole cluster, so that kinds not in it are empty. Else the sources that were seen whole. */
  covers?: 'all' | readonly SourceName[];
  logs?: readonly ContainerLog[];
};

/** Not every cluster has or tells these: absent unless they are there. */
const optional = new Set<SourceName>([
  'podmetrics',
  'nodemetrics',
  'volumestats',
  'logs',
  'certificates',
  'customresourcedefinitions',
]);

/** A snapshot of objects as the API prints them; `List`, `PodList` and their like are flattened. */
export function snapshotOf(objects: readonly unknown[], options: SnapshotOptions): Snapshot {
  const snapshot = emptySnapshot(options.now, { id: 'unknown', name: 'unknown' });
  const counts = new Map<SourceName, number>();
  for (const { raw, of } of flatten(objects)) {
    if (isSummary(raw)) {
      const volumes = volumeUsage(raw);
      snapshot.volumeUsage.push(...volumes);
      counts.set('volumestats', (counts.get('volumestats') ?? 0) + volumes.length);
      continue;
    }
    const projected = projectObject(raw, of);
    if ('dropped' in projected) {
      snapshot.dropped.push(projected.dropped);
      continue;
    }
    addProjected(snapshot, projected);
    if (projected.source) counts.set(projected.source, (counts.get(projected.source) ?? 0) + 1);
  }
  if (options.logs) {
    snapshot.logs = [...options.logs];
    counts.set('logs', options.logs.length);
  }
  snapshot.cluster = options.cluster ?? identityOf(snapshot);
  const covers = options.covers ?? 'all';
  snapshot.coverage = snapshot.coverage.map(({ source }) => {
    const count = counts.get(source);
    const complete = covers === 'all' ? count !== undefined || !optional.has(source) : covers.includes(source);
    return {
      source,
      state: complete ? 'complete' : 'absent',
      count: count ?? 0,
      ...(complete && { seenAt: options.now }),
    };
  });
  return snapshot;
}

type Found = { raw: unknown; of?: { kind: string; apiVersion: string } };

/** Objects out of lists, lists of lists too. Items that do not say what they are take it from their list's name. */
export function* flatten(objects: readonly unknown[], of?: Found['of']): Generator<Found> {
  for (const raw of objects) {
    if (Array.isArray(raw)) yield* flatten(raw, of);
    else if (isList(raw)) {
      const kind = (text(raw['kind']) ?? '').replace(/List$/, '');
      yield* flatten(list(raw['items']), kind ? { kind, apiVersion: text(raw['apiVersion']) ?? '' } : of);
    } else yield of ? { raw, of } : { raw };
  }
}

/** A list has items and no name: a custom resource may well have a field `items`. */
const isList = (raw: unknown): raw is Fields =>
  isFields(raw) &&
  (Array.isArray(raw['items']) || raw['items'] === null) &&
  text(fields(raw['metadata'])['name']) === undefined;

/** A kubelet's `/stats/summary`, which is no API object. */
const isSummary = (raw: unknown): boolean =>
  isFields(raw) && raw['kind'] === undefined && isFields(raw['node']) && Array.isArray(raw['pods']);

function identityOf(snapshot: Snapshot): ClusterIdentity {
  const id = snapshot.namespaces.find(({ name }) => name === 'kube-system')?.uid || 'unknown';
  return { id, name: 'unknown' };
}
