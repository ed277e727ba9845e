import { Worker } from 'node:worker_threads';
import { type Millis, second } from '../../lib/clock.ts';
import { hashOf } from '../../lib/hash.ts';
import { emptyRevision } from '../empty-revision.ts';
import type { Problem, Revision, SourceFile } from '../revision.ts';

/** A compiler that needs more than this for 900 KiB of Markdown is fed something hostile. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

/** Loading the compiler takes a quarter of a second; on a machine without a free core, longer. */
const longestStart: Millis = 30 * second;
/** A container with a tenth of a core needs ten times as long for the same work: good Markdown is not refused for that. */
const longestWork: Millis = 30 * second;

/** How soon the thread's work is looked at again. */
const shortestLook: Millis = 20;

type Thread = { worker: Worker; ready: Promise<void> };

let thread: Thread | undefined;
let lastId = 0;
/** One compilation at a time: the next waits for the one before. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Compiles in a thread of its own, so that the main loop never stalls. What takes more than `timeoutMs` of processor time, or
 * needs too much memory, is ended and comes back as a revision with the error `too-complex`. Never rejects. The thread does not hold the process.
 */
export function compileInWorker(files: SourceFile[], options: { timeoutMs: number }): Promise<Revision> {
  const result = queue.then(() => compileNext(files, options.timeoutMs));
  queue = result;
  return result;
}

async function compileNext(files: SourceFile[], timeoutMs: Millis): Promise<Revision> {
  thread ??= startThread();
  const { worker, ready } = thread;
  worker.ref();
  try {
    await withLimit(ready, longestStart);
    return await withLimit(withWorkLimit(askThread(worker, files), worker, timeoutMs), longestWork);
  } catch (error) {
    thread = undefined;
    // Nobody waits for its end: the next compilation gets a thread of its own.
    void worker.terminate();
    return refusedRevision(files, error, timeoutMs);
  } finally {
    worker.unref();
  }
}

/** Where the thread's program is: a file of its own beside this one, TypeScript in the checkout and JavaScript in the bundle. */
export function workerUrl(here: string): URL {
  return new URL(here.endsWith('.ts') ? './compile-worker.ts' : './compile-worker.js', here);
}

function startThread(): Thread {
  // No options of the parent: some (`--eval`'s) refuse a program that is a file.
  const worker = new Worker(workerUrl(import.meta.url), { resourceLimits, execArgv: [] });
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    // One that ends for whatever reason is replaced at the next compilation.
    worker.on('error', reject);
    worker.once('exit', () => {
      if (thread?.worker === worker) thread = undefined;
      reject(new Error('the compiler ended'));
    });
  });
  ready.catch(() => undefined);
  return { worker, ready };
}

type Answer = { id: number; revision: Revision };

function askThread(worker: Worker, files: SourceFile[]): Promise<Revision> {
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      worker.off('message', onMessage);
      worker.off('error', onEnd);
      worker.off('exit', onExit);
    };
    const onMessage = (answer: Answer): void => {
      if (answer.id !== id) return;
      stop();
      resolve(answer.revision);
    };
    const onEnd = (error: unknown): void => {
      stop();
      reject(error);
    };
    const onExit = (): void => onEnd(new Error('the compiler ended'));
    worker.on('message', onMessage);
    worker.on('error', onEnd);
    worker.on('exit', onExit);
    worker.postMessage({ id, files });
  });
}

const tooLong = Symbol('too long');

async function withLimit<T>(work: Promise<T>, limit: Millis): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLong), limit);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects when the thread has worked for that long; waiting for a free core is no work. */
async function withWorkLimit<T>(work: Promise<T>, worker: Worker, limit: Millis): Promise<T> {
  // A thread that has ended tells no time, and its end is what `work` rejects with.
  work.catch(() => undefined);
  const worked = async (): Promise<Millis> => {
    const used = await worker.cpuUsage().catch(() => undefined);
    return used ? (used.user + used.system) / 1000 : 0;
  };
  const before = await worked();
  let left = limit;
  for (;;) {
    try {
      return await withLimit(work, left);
    } catch (error) {
      if (error !== tooLong) throw error;
    }
    left = before + limit - (await worked());
    if (left <= 0) throw tooLong;
    left = Math.max(left, shortestLook);
  }
}

function refusedRevision(files: readonly SourceFile[], error: unknown, timeoutMs: Millis): Revision {
  // Which file it was is not known; the largest is the likeliest.
  const largest = [...files].sort((a, b) => b.text.length - a.text.length)[0];
  const at = { file: largest?.file ?? 'CLAUDE.md', line: (largest?.lineOffset ?? 0) + 1, column: 1 };
  const memory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const limit = `${Math.round(timeoutMs / 100) / 10} s`;
  const complex: Problem = {
    ...at,
    level: 'error',
    code: 'too-complex',
    message: memory
      ? 'The Markdown needs too much memory to be read.'
      : `The Markdown could not be read within ${limit} of work.`,
    cure: 'Shorten very long lines, tables and rows of emphasis marks (`*`, `_`); start with the change you made last.',
  };
  const failed: Problem = {
    ...at,
    level: 'error',
    code: 'compiler-failed',
    message: `The compiler failed (${error instanceof Error ? error.message.slice(0, 200) : 'unknown reason'}).`,
    cure: 'This is a fault of the monitor; please report it with the file.',
  };
  const problem = memory || error === tooLong ? complex : failed;
  return { ...emptyRevision, id: hashOf(files.flatMap(({ file, text }) => [file, text])), problems: [problem] };
}
