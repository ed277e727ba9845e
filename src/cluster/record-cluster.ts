import type { Millis } from '../lib/clock.ts';
import type { Connection } from './api/connection.ts';
import { stateOfFailure } from './api/coverage.ts';
import { failureOfError } from './api/failure.ts';
import { listAll } from './api/list.ts';
import { redactObject } from './recording/redact-object.ts';
import { writeRecording } from './recording/write-recording.ts';
import type { Coverage } from './snapshot.ts';
import { apiVersionOf, type SourceRow, sourcePath, sourceRows } from './sources.ts';
import { takeSnapshot } from './take-snapshot.ts';

/**
 * Records every source of the cluster and the logs of failing containers into `dir`. Returns what each source came to; a
 * source that cannot be read is kept as such. Rejects where the disk does, or where not even the pods could be read.
 */
export async function recordCluster(connection: Connection, dir: string, now: Millis): Promise<Coverage[]> {
  // The judgement of what fails decides whose logs are recorded.
  const snapshot = await takeSnapshot(connection, { now, logs: true });
  const known = new Map<string, Coverage>(snapshot.coverage.map((coverage) => [coverage.source, coverage]));
  const sources = Object.fromEntries(
    sourceRows.flatMap((row) =>
      known.get(row.source)?.state === 'complete' ? [[row.source, listRedacted(connection, row, known)]] : [],
    ),
  );
  return writeRecording({ ...sources, logs: snapshot.logs }, dir, {
    at: now,
    cluster: snapshot.cluster,
    coverage: () => [...known.values()],
  });
}

/** The raw objects of one source, already without what must not be kept: so that no list of raw objects is held in memory. */
async function* listRedacted(
  connection: Connection,
  row: SourceRow,
  known: Map<string, Coverage>,
): AsyncGenerator<unknown> {
  let objects: unknown[] = [];
  const of = { kind: row.kind, apiVersion: apiVersionOf(row) };
  const sink = {
    begin: () => {
      objects = [];
    },
    add: (raw: unknown) => {
      const redacted = redactObject(raw, of);
      if (redacted) objects.push(redacted);
    },
  };
  try {
    await listAll(connection, { path: sourcePath(row), sink });
  } catch (error) {
    const failure = failureOfError(error, connection.server);
    known.set(row.source, {
      source: row.source,
      state: stateOfFailure(row, failure),
      count: objects.length,
      reason: failure.message,
    });
  }
  yield* objects;
}
