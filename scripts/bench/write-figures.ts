import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Figure, printFigure } from './measure.ts';

const file = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks.md');
const head = `# Benchmarks

Written by \`npm run bench -- --write\`; each part when it was last measured. A ratio (x) is made of two figures of the same run, so that it
says the same on any machine; a time is worth what the load beside it leaves: above the number of cores it measures the others.
`;

/** Puts the figures of one part into `docs/benchmarks.md`; those of the other parts stay. */
export function writeFigures(part: string, title: string, figures: readonly Figure[]): void {
  const before = existsSync(file)
    ? readFileSync(file, 'utf8')
        .split(/^(?=## )/m)
        .slice(1)
    : [];
  const sections = new Map(before.map((section) => [/^## (\w+)/.exec(section)?.[1] ?? '', section.trimEnd()]));
  const date = new Date().toISOString().slice(0, 10);
  const rows = figures.map((figure) => {
    const { value, limit } = printFigure(figure);
    return `| ${figure.what} | ${value} | ${limit} |`;
  });
  const section = [
    `## ${part}: ${title}`,
    '',
    `${date}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? process.arch}), load ${loadavg()[0]?.toFixed(1)}.`,
    '',
    '| what | measured | at most |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
  sections.set(part, section);
  writeFileSync(file, `${[head.trimEnd(), ...sections.values()].join('\n\n')}\n`);
}
