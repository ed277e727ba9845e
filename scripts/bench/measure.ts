import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

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

/** Two works in turn, so that both meet the machine as it is: the median of the first in milliseconds, and the median of second : first. */
export async function inTurn(
  runs: number,
  first: () => unknown,
  second: () => unknown,
): Promise<{ first: number; ratio: number }> {
  const [times, ratios]: [number[], number[]] = [[], []];
  for (let run = -2; run < runs; run++) {
    const one = await timeOf(1, first);
    const two = await timeOf(1, second);
    if (run < 0) continue;
    times.push(one);
    ratios.push(two / one);
  }
  return { first: median(times), ratio: median(ratios) };
}

/** Milliseconds of processor time of `work`, the median of `runs` after two to warm up: what others do on the machine counts less. */
export function cpuOf(runs: number, work: () => void): number {
  const times: number[] = [];
  for (let run = -2; run < runs; run++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    if (run >= 0) times.push((user + system) / 1000);
  }
  return median(times);
}

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
