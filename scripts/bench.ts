import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { type Figure, isKept, printFigure } from './bench/measure.ts';
import { writeFigures } from './bench/write-figures.ts';

/**
 * `npm run bench [-- PART...] [--output json] [--write]`: figures as ratios of one run where that is possible. With `KUBECONFIG` set
 * the real cluster is measured too. `--write` puts them into `docs/benchmarks.md`. Exit 1 where a figure is beyond its limit.
 */
const parts: Record<string, { title: string; run: () => Promise<Figure[]> }> = {
  start: {
    title: 'the packed package from its start',
    run: async () => (await import('./bench/start-speed.ts')).benchStart(),
  },
  judgement: {
    title: 'a snapshot to incidents',
    run: async () => (await import('./bench/judgement-speed.ts')).benchJudgement(),
  },
  config: {
    title: 'an edit of the configuration',
    run: async () => (await import('./bench/config-speed.ts')).benchConfig(),
  },
  stalls: {
    title: 'hostile Markdown, and a cluster in which everything fails',
    run: async () => (await import('./bench/stalls.ts')).benchStalls(),
  },
  image: {
    title: 'the image that was built last',
    run: async () => (await import('./bench/image-size.ts')).benchImage(),
  },
  list: {
    title: 'a real API server',
    run: async () => (await import('./bench/list-speed.ts')).benchList(),
  },
};

const options = process.argv.slice(2).filter((word) => !(word in parts));
const wanted = process.argv.slice(2).filter((word) => word in parts);
if (wanted.length === 1) await runHere(wanted[0] ?? '');
// Each part has a process of its own: memory and warmed-up code of one must not count for another.
else
  for (const part of wanted.length > 0 ? wanted : Object.keys(parts)) {
    const { status } = spawnSync(process.execPath, [import.meta.filename, part, ...options], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }

async function runHere(name: string): Promise<void> {
  const part = parts[name];
  const figures = (await part?.run()) ?? [];
  if (options.includes('json'))
    process.stdout.write(
      `${JSON.stringify({ part: name, node: process.version, cores: availableParallelism(), figures })}\n`,
    );
  else
    for (const figure of figures) {
      const { value, limit } = printFigure(figure);
      process.stdout.write(`${figure.what}: ${value}${limit && ` (at most ${limit})`}\n`);
    }
  if (options.includes('--write') && part && figures.length > 0) writeFigures(name, part.title, figures);
  // Workers and connections that wait hold up nobody.
  process.exit(figures.every(isKept) ? 0 : 1);
}
