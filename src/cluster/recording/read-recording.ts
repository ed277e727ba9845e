import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { flatten } from '../project/snapshot-of.ts';
import { type Snapshot, sourceNames } from '../snapshot.ts';
import { metaFile, RecordingError } from './format.ts';
import { findBundle, readBundle } from './read-bundle.ts';
import { isDocument, readDocuments } from './read-documents.ts';
import { type ReadOptions, readFile, readFolder, withKind } from './read-files.ts';
import { readOwn, readOwnObjects } from './read-own.ts';
import { kindOfSource, sourceOfPath } from './source-of-name.ts';

export { RecordingError } from './format.ts';

/**
 * The snapshot in a recording: a folder that `record` wrote, one JSON or YAML file with a whole cluster, a support bundle, or a folder
 * of `kubectl get -o json` outputs. `at` is the recording's own clock: the recorded time, else the newest moment its objects tell of.
 * Throws a RecordingError with a sentence for whoever named the path.
 */
export async function readRecording(path: string, options: ReadOptions = {}): Promise<Snapshot> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new RecordingError(`there is no recording at ${path}`);
  if (/\.(tar|tgz|tar\.gz|zip)$/.test(path))
    throw new RecordingError(`${path} is packed: unpack it and name the folder`);
  if (found.isFile()) return readFile(path, options);
  if (existsSync(join(path, metaFile))) {
    const snapshot = await readOwn(path);
    return options.now === undefined ? snapshot : { ...snapshot, at: options.now };
  }
  const bundle = await findBundle(path);
  return bundle ? readBundle(bundle, options) : readFolder(path, options);
}

/** Sources whose files hold something else than API objects. */
const notObjects = new Set(['logs', 'volumestats']);

/** The raw API objects in a recording of any layout, each with its kind: for what looks deeper than a snapshot does. */
export async function* readRawObjects(path: string): AsyncGenerator<unknown> {
  if (existsSync(join(path, metaFile))) {
    for (const source of sourceNames) if (!notObjects.has(source)) yield* readOwnObjects(path, source);
    return;
  }
  const folder = (await stat(path)).isDirectory();
  const bundle = folder ? await findBundle(path) : undefined;
  const dir = bundle ?? path;
  const names = folder ? (await readdir(dir, { recursive: true })).sort() : [''];
  for (const name of names) {
    if (folder && (!isDocument(basename(name)) || /-errors\.json$/.test(name))) continue;
    const of = kindOfSource(sourceOfPath(bundle ? name : basename(name)));
    for (const { raw, of: kind } of flatten(await readDocuments(join(dir, name)), of)) yield withKind(raw, kind);
  }
}
