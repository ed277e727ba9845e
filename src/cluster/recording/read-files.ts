import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Millis } from '../../lib/clock.ts';
import { projectObject } from '../project/index.ts';
import { flatten, snapshotOf } from '../project/snapshot-of.ts';
import type { Snapshot, SourceName } from '../snapshot.ts';
import { findClock } from './find-clock.ts';
import { RecordingError } from './format.ts';
import { isDocument, readDocuments } from './read-documents.ts';
import { withLogFiles } from './read-log-files.ts';
import { kindOfSource, sourceOfList, sourceOfName } from './source-of-name.ts';

export type ReadOptions = {
  /** Replaces the recording's own clock. */
  now?: Millis;
};

/** One file. A `List`, or several objects, is a whole cluster: kinds not in it are empty. A `PodList` covers pods only. */
export async function readFile(path: string, options: ReadOptions): Promise<Snapshot> {
  const documents = await readDocuments(path);
  const sources = documents.map(sourceOfList);
  const lists = sources.filter((source) => source !== undefined);
  const covers = documents.length > 0 && lists.length === sources.length ? lists : 'all';
  return snapshotFrom(path, documents, covers, options);
}

/** A folder of `kubectl get -o json` outputs, at any depth: it covers the kinds it has. Logs lie in `logs/NAMESPACE/POD/CONTAINER.log`. */
export async function readFolder(dir: string, options: ReadOptions): Promise<Snapshot> {
  const names = (await readdir(dir, { recursive: true })).sort();
  const objects: unknown[] = [];
  const covers = new Set<SourceName>();
  for (const name of names.filter((one) => isDocument(basename(one)))) {
    const named = sourceOfName(basename(name));
    const documents = await readDocuments(join(dir, name));
    const of = kindOfSource(named);
    for (const { raw, of: kind } of flatten(documents, of)) objects.push(withKind(raw, kind));
    // An empty list says by its name or its kind only what it would have held.
    for (const source of [...documents.map(sourceOfList), named]) if (source) covers.add(source);
  }
  for (const source of sourcesOf(objects)) covers.add(source);
  return withLogFiles(await snapshotFrom(dir, objects, [...covers], options), dir, names);
}

/** The snapshot of objects with the clock they tell; of the file where they tell none. */
export async function snapshotFrom(
  path: string,
  objects: readonly unknown[],
  covers: 'all' | readonly SourceName[],
  options: ReadOptions,
): Promise<Snapshot> {
  if (covers !== 'all' && covers.length === 0) {
    throw new RecordingError(
      `${path} holds no Kubernetes objects: expected a recording, a List, or outputs of kubectl get -o json`,
    );
  }
  const now = options.now ?? findClock(objects) ?? (await stat(path)).mtimeMs;
  const snapshot = snapshotOf(objects, { now, covers });
  return { ...snapshot, cluster: { ...snapshot.cluster, name: basename(path) } };
}

export function withKind(raw: unknown, of: { kind: string; apiVersion: string } | undefined): unknown {
  return of && typeof raw === 'object' ? { ...of, ...raw } : raw;
}

export function sourcesOf(objects: readonly unknown[]): SourceName[] {
  return objects.flatMap((raw) => {
    const projected = projectObject(raw);
    return 'source' in projected && projected.source ? [projected.source] : [];
  });
}
