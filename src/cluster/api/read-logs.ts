import { type Millis, second } from '../../lib/clock.ts';
import { cleanText } from '../../lib/text.ts';
import type { ContainerLog } from '../objects.ts';
import type { Coverage } from '../snapshot.ts';
import { atMost } from './at-most.ts';
import { type Connection, readAll } from './connection.ts';
import { coverageOfFailures } from './coverage.ts';
import { type ApiFailure, failureOfError } from './failure.ts';
import type { WantedLog } from './find-failing-containers.ts';

const lines = 200;
/** A log of 200 long lines is no longer a log for people. */
const bytes = 256 * 1024;
const longestLine = 2048;
const patience = 5 * second;
const parallel = 5;

/** The last 200 lines of each, cleaned. Never throws: what could not be read is missing, and the coverage of `logs` says so. */
export async function readLogs(
  connection: Connection,
  wanted: readonly WantedLog[],
  { now, signal }: { now: Millis; signal?: AbortSignal | undefined },
): Promise<{ logs: ContainerLog[]; coverage: Coverage }> {
  const logs: ContainerLog[] = [];
  const failures: ApiFailure[] = [];
  await atMost(parallel, wanted, async (one) => {
    try {
      logs.push({ ...one, lines: await readLog(connection, one, signal) });
    } catch (error) {
      const failure = failureOfError(error, connection.server);
      if (!hasNone(failure)) failures.push(failure);
    }
  });
  return { logs, coverage: coverageOfFailures('logs', failures, wanted.length, logs.length, now) };
}

/** Gone meanwhile, or that run left no log: nothing was overlooked. */
function hasNone({ kind }: ApiFailure): boolean {
  return kind === 'absent' || kind === 'invalid';
}

async function readLog(connection: Connection, one: WantedLog, signal: AbortSignal | undefined): Promise<string[]> {
  const namespace = encodeURIComponent(one.namespace);
  const answer = await connection.request({
    path: `/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(one.pod)}/log`,
    query: { container: one.container, previous: one.previous || undefined, tailLines: lines, limitBytes: bytes },
    within: patience,
    signal,
  });
  // limitBytes is the server's promise; twice of it is where we stop to believe it.
  const text = cleanText(await readAll(answer, 2 * bytes));
  const all = text.split('\n').map((line) => (line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line));
  if (all.at(-1) === '') all.pop();
  return all.slice(-lines);
}
