import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Figure } from './bench/measure.ts';

/**
 * `npm run bench [-- PART...] [--output json]`: figures as ratios of one run where that is possible. With `KUBECONFIG` set the
 * real cluster is measured too. Exit 1 where a figure is beyond its limit.
 */
const parts: Record<string, () => Promise<Figure[]>> = {
  start: async () => (await import('./bench/start-speed.ts')).benchStart(),
  judgement: async () => (await import('./bench/judgement-speed.ts')).benchJudgement(),
  stalls: async () => (await import('./bench/stalls.ts')).benchStalls(),
  list: async () => (await import('./bench/list-speed.ts')).benchList(),
};

const json = process.argv.includes('json');
const wanted = process.argv.slice(2).filter((word) => word in parts);
if (wanted.length === 1) await runHere(wanted[0] ?? '');
// Each part has a process of its own: memory and warmed-up code of one must not count for another.
else
  for (const part of wanted.length > 0 ? wanted : Object.keys(parts))
    execFileSync(process.execPath, [import.meta.filename, part, ...(json ? ['--output', 'json'] : [])], {
      stdio: 'inherit',
    });

async function runHere(part: string): Promise<void> {
  const figures = (await parts[part]?.()) ?? [];
  if (json)
    process.stdout.write(
      `${JSON.stringify({ part, node: process.version, cores: availableParallelism(), figures })}\n`,
    );
  else
    for (const { what, value, unit, limit } of figures)
      process.stdout.write(
        `${what}: ${value.toFixed(value < 10 ? 2 : 0)} ${unit}${limit === undefined ? '' : ` (at most ${limit})`}\n`,
      );
  if (figures.some(({ value, limit }) => limit !== undefined && !(value <= limit))) process.exitCode = 1;
  // Workers and connections that wait hold up nobody.
  process.exit();
}
