import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { compileFiles } from '../../src/config/compile.ts';
import type { SourceFile } from '../../src/config/revision.ts';
import { compileInWorker } from '../../src/config/source/compile-in-worker.ts';
import { configFiles } from '../../test/support/config-files.ts';
import { type Figure, median } from './measure.ts';

/** CLAUDE.md of some 400 lines with four agents. */
export const largeTeam = join(import.meta.dirname, '..', '..', 'test', 'teams', 'platform');
const edits = 60;

/** An edit as it comes in: one file of 8 KiB has another line, the others are what they were. And 400 lines in a thread that compiled nothing before. */
export async function benchConfig(): Promise<Figure[]> {
  const files = configFiles(largeTeam);
  const [here, threaded, cold, whole]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let edit = 0; edit < edits; edit++) {
    here.push(ownTimeOf(() => compileFiles(edited(files, edit))));
    threaded.push(await timeOnce(() => compileInWorker(edited(files, edit), { timeoutMs: 10_000 })));
  }
  for (let run = 0; run < 7; run++) {
    cold.push(await compileCold('alone'));
    whole.push(await compileCold('whole'));
  }
  const warm = edits / 3;
  return [
    {
      what: 'an edited file of 8 KiB, the others cached, on the processor',
      value: median(here.slice(warm)),
      unit: 'ms',
      limit: 15,
    },
    {
      what: 'the same by the clock, to the thread that compiles and back',
      value: median(threaded.slice(warm)),
      unit: 'ms',
    },
    {
      what: 'a CLAUDE.md of 400 lines for the first time, on the processor',
      value: median(cold),
      unit: 'ms',
      limit: 150,
    },
    { what: 'the same with its four agents, 557 lines in all', value: median(whole), unit: 'ms' },
  ];
}

async function compileCold(files: 'alone' | 'whole'): Promise<number> {
  const worker = new Worker(new URL('./cold-compile.ts', import.meta.url), { workerData: files });
  const [took] = await once(worker, 'message');
  await worker.terminate();
  return Number(took);
}

/** Milliseconds of this thread's processor: what else the machine does must not count. */
export function ownTimeOf(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

async function timeOnce(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The head of CLAUDE.md up to 8 KiB, with a line that no edit had before. */
function edited(files: readonly SourceFile[], edit: number): SourceFile[] {
  return files.map((file) => {
    if (file.role !== 'orchestrator') return file;
    return {
      ...file,
      text: file.text.slice(0, 8 * 1024).replace('the only way in', `the only way in, number ${edit}`),
    };
  });
}
