import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceEvents, speakerRows } from '../../src/daemon/source/speaker.ts';
import { makeMetrics } from '../../src/dashboard/metrics.ts';

const root = join(import.meta.dirname, '..', '..');
const block = /^<!-- (figures|sources|metrics)(:(?: [\w-]+)*)? -->\n[\s\S]*?^<!-- \/\1 -->$/gm;

/** A document by hand in which the parts between `<!-- NAME -->` and `<!-- /NAME -->` are written from their tables. */
export function fillBlocks(text: string): string {
  return text.replaceAll(block, (_, name: string, words = '') => {
    const lines = (fillers[name] ?? (() => []))(words.slice(1).trim().split(' '));
    return [`<!-- ${name}${words} -->`, '', ...lines, '', `<!-- /${name} -->`].join('\n').replace(/\n{3,}/g, '\n\n');
  });
}

const fillers: Record<string, (words: readonly string[]) => string[]> = {
  /** Parts of docs/benchmarks.md, by their names. */
  figures: (parts) => {
    const sections = readFileSync(join(root, 'docs', 'benchmarks.md'), 'utf8')
      .split(/^## /m)
      .slice(1);
    const rows = parts.flatMap((part) => {
      const section = sections.find((text) => text.startsWith(`${part}:`)) ?? '';
      return section.split('\n').filter((line) => /^\| (?!what|---)/.test(line));
    });
    return ['| what | measured | at most |', '| --- | --- | --- |', ...rows];
  },
  sources: () => [
    '| speaks | when | then speaks | because |',
    '| --- | --- | --- | --- |',
    ...speakerRows
      .filter(({ from, to }) => from !== to)
      .map(({ from, on, to, because }) => `| ${from} | ${sourceEvents[on]} | ${to} | ${because} |`),
  ],
  metrics: () => {
    const { registry } = makeMetrics();
    const own = registry.getMetricsAsArray().filter(({ name }) => name.startsWith('k8s_monitor_config_'));
    return ['| metric | says |', '| --- | --- |', ...own.map(({ name, help }) => `| \`${name}\` | ${help} |`)];
  },
};
