import { parentPort, workerData } from 'node:worker_threads';
import { raw } from 'jq-wasm';
import * as z from 'zod';

/** The program of the thread in which jq runs as WebAssembly: one filter, one answer. */
const { filter, input } = z.object({ filter: z.string(), input: z.string() }).parse(workerData);

raw(input, ` ${filter}`, ['-c']).then(
  (output) => parentPort?.postMessage({ output }),
  (error: unknown) =>
    parentPort?.postMessage({
      failure: `jq: ${(error instanceof Error ? error.message : String(error)).replace(/^Failed to execute raw query: /, '').slice(0, 200)}`,
    }),
);
