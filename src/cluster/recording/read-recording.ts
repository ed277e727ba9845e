import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Snapshot } from '../snapshot.ts';
import { metaFile, RecordingError } from './format.ts';
import { findBundle, readBundle } from './read-bundle.ts';
import { type ReadOptions, readFile, readFolder } from './read-files.ts';
import { readOwn } from './read-own.ts';

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
