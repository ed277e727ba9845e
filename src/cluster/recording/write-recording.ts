import { createWriteStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Millis } from '../../lib/clock.ts';
import { flatten } from '../project/snapshot-of.ts';
import { type ClusterIdentity, type Coverage, type SourceName, sourceNames } from '../snapshot.ts';
import { apiVersionOf, sourceRows } from '../sources.ts';
import { formatVersion, logSchema, metaFile, type RecordedMeta, sourceFile } from './format.ts';
import { redactObject, redactSummary } from './redact-object.ts';
import { redactText } from './redact-text.ts';

/** Raw objects of each source as they come from the API; for `logs` ContainerLogs, for `volumestats` kubelets' summaries. */
export type ObjectsBySource = Partial<Record<SourceName, Iterable<unknown> | AsyncIterable<unknown>>>;

export type RecordingMeta = {
  at: Millis;
  cluster: ClusterIdentity;
  /** What is known of sources beside what was written: denied ones, say. Asked at the end. */
  coverage?: () => readonly Coverage[];
};

/**
 * Writes a recording into `dir`, which is made. Secrets never get into it, nor values of environment and ConfigMaps, nor what looks
 * like a token. A source that breaks off is kept as `partial`. Returns what each source came to; rejects where the disk does.
 */
export async function writeRecording(sources: ObjectsBySource, dir: string, meta: RecordingMeta): Promise<Coverage[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const written = new Map<SourceName, Coverage>();
  for (const source of sourceNames) {
    const objects = sources[source];
    if (objects) written.set(source, await writeSource(source, objects, dir, meta.at));
  }
  const known = new Map((meta.coverage?.() ?? []).map((coverage) => [coverage.source, coverage]));
  const coverage = sourceNames.map((source): Coverage => {
    const told = known.get(source);
    const own = written.get(source);
    if (told && told.state !== 'complete') return { ...told, count: own?.count ?? 0 };
    return own ?? { source, state: 'absent', count: 0 };
  });
  const content: RecordedMeta = {
    format: 'k8s-monitor recording',
    version: formatVersion,
    at: meta.at,
    cluster: meta.cluster,
    coverage,
  };
  // Last and at once: a folder without it is no recording.
  const path = join(dir, metaFile);
  await writeFile(`${path}.new`, `${JSON.stringify(content, null, 1)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return coverage;
}

async function writeSource(
  source: SourceName,
  objects: Iterable<unknown> | AsyncIterable<unknown>,
  dir: string,
  at: Millis,
): Promise<Coverage> {
  const seen = { count: 0, reason: '' };
  const path = join(dir, sourceFile(source));
  await pipeline(
    Readable.from(printList(source, objects, seen)),
    createGzip(),
    createWriteStream(path, { mode: 0o600 }),
  );
  const { count, reason } = seen;
  return reason ? { source, state: 'partial', count, reason } : { source, state: 'complete', count, seenAt: at };
}

async function* printList(
  source: SourceName,
  objects: Iterable<unknown> | AsyncIterable<unknown>,
  seen: { count: number; reason: string },
): AsyncGenerator<string> {
  yield '{"apiVersion":"v1","kind":"List","items":[';
  try {
    for await (const item of objects) {
      for (const line of linesOf(source, item)) {
        yield `${seen.count > 0 ? ',' : ''}\n${line}`;
        seen.count += 1;
      }
    }
  } catch (error) {
    seen.reason = redactText(error instanceof Error ? error.message : String(error));
  }
  yield '\n]}\n';
}

function linesOf(source: SourceName, item: unknown): string[] {
  if (source === 'logs') {
    const log = logSchema.safeParse(item);
    return log.success
      ? [JSON.stringify({ ...log.data, lines: redactText(log.data.lines.join('\n')).split('\n') })]
      : [];
  }
  if (source === 'volumestats') return [JSON.stringify(redactSummary(item))];
  const row = sourceRows.find((one) => one.source === source);
  const of = row && { kind: row.kind, apiVersion: apiVersionOf(row) };
  return [...flatten([item], of)].flatMap(({ raw, of: kind }) => {
    const object = redactObject(raw, kind);
    return object ? [JSON.stringify(object)] : [];
  });
}
