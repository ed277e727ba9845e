import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cleanText } from '../../lib/text.ts';
import { flatten } from '../project/snapshot-of.ts';
import type { Coverage, Snapshot, SourceName } from '../snapshot.ts';
import { isDocument, readDocuments } from './read-documents.ts';
import { type ReadOptions, snapshotFrom, sourcesOf, withKind } from './read-files.ts';
import { withLogFiles } from './read-log-files.ts';
import { kindOfSource, sourceOfPath } from './source-of-name.ts';

const folder = 'cluster-resources';

/** Where a support bundle of troubleshoot.sh keeps the cluster: in the folder, or in the one folder that unpacking it made. */
export async function findBundle(dir: string): Promise<string | undefined> {
  if (basename(dir) === folder) return dir;
  if (existsSync(join(dir, folder))) return join(dir, folder);
  const inner = await readdir(dir, { withFileTypes: true });
  const nested = inner.find((entry) => entry.isDirectory() && existsSync(join(dir, entry.name, folder)));
  return nested && join(dir, nested.name, folder);
}

/** Reads a bundle: objects, what its collector could not read, and container logs. */
export async function readBundle(dir: string, options: ReadOptions): Promise<Snapshot> {
  const names = (await readdir(dir, { recursive: true })).sort();
  const objects: unknown[] = [];
  const covers = new Set<SourceName>();
  const failed = new Map<SourceName, string>();
  for (const name of names.filter((one) => isDocument(basename(one)))) {
    const path = join(dir, name);
    const source = sourceOfPath(name);
    if (/-errors\.json$/.test(name)) {
      const reason = await readErrors(path);
      if (source && reason) failed.set(source, reason);
      continue;
    }
    for (const { raw, of } of flatten(await readDocuments(path), kindOfSource(source))) objects.push(withKind(raw, of));
    if (source) covers.add(source);
  }
  for (const source of sourcesOf(objects)) covers.add(source);
  const objectsOnly = await snapshotFrom(dirname(dir), objects, [...covers], options);
  const snapshot = await withLogFiles(objectsOnly, dir, names);
  return {
    ...snapshot,
    coverage: snapshot.coverage.map((one): Coverage => {
      const reason = failed.get(one.source);
      return reason ? { source: one.source, state: 'partial', count: one.count, reason } : one;
    }),
  };
}

/** The collector writes an object of namespaces and errors, or a list; empty where all went well. */
async function readErrors(path: string): Promise<string | undefined> {
  const [errors] = await readDocuments(path);
  const told = Object.values(errors && typeof errors === 'object' ? errors : {});
  return told.length > 0 ? `the bundle's collector failed: ${cleanText(String(told[0])).slice(0, 200)}` : undefined;
}
