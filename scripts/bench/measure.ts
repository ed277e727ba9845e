import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One line of the report. `limit` is what is promised; a ratio is made of two figures of the same run. */
export type Figure = { what: string; value: number; unit: string; limit?: number };

/** Whether it keeps what is promised. */
export const isKept = ({ value, limit }: Figure): boolean => limit === undefined || value <= limit;

/** A figure in words; the limit is empty where nothing is promised. */
export function printFigure({ value, unit, limit }: Figure): { value: string; limit: string } {
  return {
    value: `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`,
    limit: limit === undefined ? '' : `${limit} ${unit}`,
  };
}

/** The middle one of several runs. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Milliseconds of `work`, the median of `runs` after one to warm up. */
export async function timeOf(runs: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const began = performance.now();
    await work();
    if (run > 0) times.push(performance.now() - began);
  }
  return median(times);
}

/**
 * Processor milliseconds of the same work on a small thing and on one that is `times` as large, and how many times the larger costs.
 * One run on the large is compared with `times` on the small: equal work, if it is linear, so that memory, collections and whatever
 * a run costs whatever its size count the same in both. They take turns, so that both meet the machine as it is, and each begins after
 * a full collection, so that neither pays for the garbage of the other. Medians, after two turns to warm up the code at both sizes.
 */
export async function inTurn(
  runs: number,
  times: number,
  small: () => void,
  large: () => void,
): Promise<{ small: number; ratio: number }> {
  const [smalls, larges]: [number[], number[]] = [[], []];
  for (let run = -2; run < runs; run++) {
    const took = await cpuAfterCollection(() => {
      for (let time = 0; time < times; time++) small();
    });
    const whole = await cpuAfterCollection(large);
    if (run < 0) continue;
    smalls.push(took / times);
    larges.push(whole);
  }
  return { small: median(smalls), ratio: median(larges) / median(smalls) };
}

/** What others do on the machine counts less than by the clock on the wall; the threads that collect garbage are counted. */
async function cpuAfterCollection(work: () => void): Promise<number> {
  collect();
  let before: NodeJS.CpuUsage;
  // Its threads sweep for a while after it returned.
  do {
    before = process.cpuUsage();
    await setTimeout(5);
  } while (cpuSince(before) > 2);
  before = process.cpuUsage();
  work();
  return cpuSince(before);
}

/** Milliseconds of all threads of this process. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** `gc` as a program started with `--expose-gc` has it, without having been. */
function makeCollect(): () => void {
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('gc');
  if (typeof found !== 'function') throw new Error('this Node cannot be made to collect garbage');
  return () => void Reflect.apply(found, undefined, []);
}
/** A full collection of garbage, now. */
export const collect = makeCollect();

/** A process to its end: milliseconds, and its largest resident size in MiB as the system saw it. */
export function runProcess(
  program: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ took: number; resident: number; code: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...environment } });
    let resident = 0;
    const look = setInterval(() => {
      resident = Math.max(resident, residentOf(child.pid));
    }, 10);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearInterval(look);
      resolve({ took: performance.now() - began, resident, code: code ?? -1 });
    });
  });
}

/** Resident size of a process in MiB, its peak where the system keeps one; 0 where it is not known. */
export function residentOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
