import { existsSync } from 'node:fs';
import { readFile as readBytes, readdir } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { cleanText } from '../../lib/text.ts';
import type { ContainerLog } from '../objects.ts';
import { flatten } from '../project/snapshot-of.ts';
import type { Coverage, Snapshot, SourceName } from '../snapshot.ts';
import { isDocument, readDocuments } from './read-documents.ts';
import { type ReadOptions, snapshotFrom, sourcesOf, withKind } from './read-files.ts';
import { kindOfSource, sourceOfName } from './source-of-name.ts';

const folder = 'cluster-resources';

/** As many lines as we take from a live container. */
const mostLines = 200;

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
  const snapshot = await snapshotFrom(dirname(dir), objects, [...covers], options);
  const logs = await readLogs(dir, names.filter(isLog));
  return {
    ...snapshot,
    logs,
    coverage: snapshot.coverage.map((one): Coverage => {
      const reason = failed.get(one.source);
      if (reason) return { source: one.source, state: 'partial', count: one.count, reason };
      if (one.source !== 'logs' || logs.length === 0) return one;
      return { source: 'logs', state: 'complete', count: logs.length, seenAt: snapshot.at };
    }),
  };
}

/** `pods/shop.json` and `nodes.json`, `pods-errors.json` as well. */
function sourceOfPath(name: string): SourceName | undefined {
  return sourceOfName((name.split(sep)[0] ?? '').replace(/-errors\.json$/, ''));
}

/** The collector writes an object of namespaces and errors, or a list; empty where all went well. */
async function readErrors(path: string): Promise<string | undefined> {
  const [errors] = await readDocuments(path);
  const told = Object.values(errors && typeof errors === 'object' ? errors : {});
  return told.length > 0 ? `the bundle's collector failed: ${cleanText(String(told[0])).slice(0, 200)}` : undefined;
}

const isLog = (name: string): boolean => /^pods.logs..*\.log$/.test(name);

/** `pods/logs/NAMESPACE/POD/CONTAINER.log` and `-previous.log`. */
async function readLogs(dir: string, names: readonly string[]): Promise<ContainerLog[]> {
  const logs: ContainerLog[] = [];
  for (const name of names) {
    const [namespace, pod, file] = name.split(sep).slice(2);
    if (!namespace || !pod || !file) continue;
    const text = cleanText(await readBytes(join(dir, name), 'utf8')).trimEnd();
    const previous = file.endsWith('-previous.log');
    const container = file.replace(/(-previous)?\.log$/, '');
    if (text) logs.push({ namespace, pod, container, previous, lines: text.split('\n').slice(-mostLines) });
  }
  return logs;
}
