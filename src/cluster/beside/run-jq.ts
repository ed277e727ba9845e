import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Millis, second } from '../../lib/clock.ts';
import { oneLine } from '../../lib/text.ts';

/** A filter that takes longer than this is wrong or hostile. */
export const longestRun: Millis = 5 * second;
/** More than this nobody reads; a filter that prints its input would. */
export const longestOutput = 1024 * 1024;
/** Above this the WebAssembly jq, which is quadratic, would only run into its time. */
export const longestWasmInput = 8 * 1024 * 1024;

/** What jq printed (one JSON value a line), or the sentence why there is no answer. */
export type JqOutcome = { output: string } | { failure: string };

export type JqOptions = {
  /** Where to look for the `jq` program, as in `PATH`; without it, or where there is none, jq runs as WebAssembly. */
  path?: string;
  timeoutMs?: Millis;
};

/** Runs a jq filter over a JSON text: never in a shell, without an environment, with limits on time and output. Never rejects. */
export async function runJq(filter: string, input: string, options: JqOptions): Promise<JqOutcome> {
  // Modules would read files of the monitor's own machine.
  if (/(?:^|[;\s])(?:import|include)\s+"/.test(filter)) return { failure: 'jq modules (import, include) are not read' };
  const timeoutMs = options.timeoutMs ?? longestRun;
  const program = await findProgram('jq', options.path ?? '');
  if (program) return runProgram(program, filter, input, timeoutMs);
  if (Buffer.byteLength(input) > longestWasmInput) return { failure: 'the objects are more than 8 MB: install jq' };
  return runWasm(filter, input, timeoutMs);
}

async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const program = join(folder, name);
    // A relative entry would run what lies in the folder we were started in.
    if (!isAbsolute(folder)) continue;
    const runs = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return program;
  }
  return undefined;
}

function runProgram(program: string, filter: string, input: string, timeoutMs: Millis): Promise<JqOutcome> {
  return new Promise((resolve) => {
    // The blank keeps a filter that begins with "-" from being an option.
    const child = spawn(program, ['-c', ` ${filter}`], { env: {}, cwd: '/', shell: false, stdio: 'pipe' });
    const chunks: Buffer[] = [];
    let size = 0;
    let errors = '';
    let failure: string | undefined;
    const end = (why: string): void => {
      failure ??= why;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => end(tooSlow(timeoutMs)), timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > longestOutput) end(tooMuch);
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors.length < 2000) errors += chunk.toString();
    });
    // A filter that is done early (`first(...)`) closes its input before all of it is written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ failure: `jq could not be started: ${error.message}` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (failure !== undefined) resolve({ failure });
      else if (code !== 0) resolve({ failure: `jq: ${oneLine(errors || `exit code ${code}`, 200)}` });
      else resolve({ output: Buffer.concat(chunks).toString() });
    });
  });
}

/** A file of its own beside this one: TypeScript in the checkout, JavaScript in the bundle. */
const workerUrl = (here: string): URL => new URL(here.endsWith('.ts') ? './jq-worker.ts' : './jq-worker.js', here);

/** In a thread of its own, which can be ended in the middle of a filter; a new one each time, because what jq allocates stays. */
function runWasm(filter: string, input: string, timeoutMs: Millis): Promise<JqOutcome> {
  return new Promise((resolve) => {
    const worker = new Worker(workerUrl(import.meta.url), {
      workerData: { filter, input },
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    const done = (outcome: JqOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
      void worker.terminate();
    };
    const timer = setTimeout(() => done({ failure: tooSlow(timeoutMs) }), timeoutMs);
    worker.once('message', (message: JqOutcome) =>
      done('output' in message && message.output.length > longestOutput ? { failure: tooMuch } : message),
    );
    worker.once('error', (error) =>
      done({ failure: `jq: ${oneLine(error instanceof Error ? error.message : String(error), 200)}` }),
    );
    worker.once('exit', () => done({ failure: 'jq ended without an answer' }));
  });
}

const tooSlow = (limit: Millis): string => `the filter took longer than ${limit / second} s`;
const tooMuch = 'the filter printed more than 1 MB';
