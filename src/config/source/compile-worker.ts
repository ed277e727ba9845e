import { parentPort } from 'node:worker_threads';
import { compileFiles } from '../compile.ts';
import type { SourceFile } from '../revision.ts';

/** The thread in which Markdown is compiled: what takes too long there is ended, and the monitor goes on. */
parentPort?.on('message', ({ id, files }: { id: number; files: SourceFile[] }) => {
  parentPort?.postMessage({ id, revision: compileFiles(files) });
});
parentPort?.postMessage({ ready: true });
