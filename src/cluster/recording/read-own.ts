import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { addProjected, projectObject, volumeUsage } from '../project/index.ts';
import { present } from '../project/read.ts';
import { emptySnapshot, type Snapshot, type SourceName } from '../snapshot.ts';
import { formatVersion, logSchema, metaFile, metaSchema, RecordingError, sourceFile } from './format.ts';

/** Reads what `writeRecording` wrote: its own clock, cluster and coverage. Throws a RecordingError where a file is broken. */
export async function readOwn(dir: string): Promise<Snapshot> {
  const meta = metaSchema.safeParse(JSON.parse(await readFile(join(dir, metaFile), 'utf8')));
  if (!meta.success) throw new RecordingError(`${dir}: ${metaFile} is not that of a recording`);
  const { at, cluster, coverage, version } = meta.data;
  if (version > formatVersion) {
    throw new RecordingError(
      `${dir} was recorded by a newer k8s-monitor (format ${version}, this one reads ${formatVersion})`,
    );
  }
  const snapshot = emptySnapshot(at, present(cluster));
  const told = new Map(coverage.map((one) => [one.source, present(one)]));
  snapshot.coverage = snapshot.coverage.map((one) => told.get(one.source) ?? one);
  for (const { source, state, count } of snapshot.coverage) {
    if (state === 'complete' || count > 0) await readSource(dir, source, snapshot);
  }
  return snapshot;
}

async function readSource(dir: string, source: SourceName, snapshot: Snapshot): Promise<void> {
  for await (const item of readItems(join(dir, sourceFile(source)))) add(source, item, snapshot);
}

/** What stands on the lines of one file. Throws a RecordingError where it is broken. */
async function* readItems(path: string): AsyncGenerator<unknown> {
  try {
    const unzipped = createReadStream(path)
      .on('error', (error) => unzipped.destroy(error))
      .pipe(createGunzip());
    for await (const line of createInterface({ input: unzipped, crlfDelay: Number.POSITIVE_INFINITY })) {
      // The first and the last line are the list around the objects; a comma begins or ends the others.
      const inner = line.replace(/^,|,$/g, '');
      if (inner !== '' && inner !== ']}' && !inner.startsWith('{"apiVersion":"v1","kind":"List"'))
        yield JSON.parse(inner);
    }
  } catch (error) {
    throw new RecordingError(`${path} cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}

/** The raw objects of one source, as `writeRecording` left them; none where it was not recorded. */
export async function* readOwnObjects(dir: string, source: SourceName): AsyncGenerator<unknown> {
  const path = join(dir, sourceFile(source));
  if (existsSync(path)) yield* readItems(path);
}

function add(source: SourceName, item: unknown, snapshot: Snapshot): void {
  if (source === 'volumestats') {
    snapshot.volumeUsage.push(...volumeUsage(item));
    return;
  }
  if (source === 'logs') {
    snapshot.logs.push(logSchema.parse(item));
    return;
  }
  const projected = projectObject(item);
  if ('dropped' in projected) snapshot.dropped.push(projected.dropped);
  else addProjected(snapshot, projected);
}
