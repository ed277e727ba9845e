import { compileInWorker } from '../../src/config/source/compile-in-worker.ts';
import type { Figure } from './measure.ts';
import { benchStorm } from './storm.ts';

/** What a hostile or careless author could write. */
const hostile: [string, string][] = [
  ['`*_` for 49 KiB', '*_'.repeat(24_500)],
  ['a line of 256 KiB', 'x '.repeat(128 * 1024)],
  ['10,000 headings', '## Critical services (P0)\n'.repeat(10_000)],
  ['5,000 table cells', `| a | b |\n| --- | --- |\n${'| c | d |\n'.repeat(2500)}`],
];

/** The longest time for which the main loop stood still while each was compiled, and while everything in the cluster fails. */
export async function benchStalls(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [what, text] of hostile) {
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last - 1);
      last = performance.now();
    }, 1);
    await compileInWorker(
      [{ file: 'CLAUDE.md', name: 'CLAUDE.md', role: 'orchestrator', text, lineOffset: 0, columnOffset: 0 }],
      { timeoutMs: 2000 },
    );
    clearInterval(beat);
    figures.push({
      what: `longest stall of the main loop while ${what} is compiled`,
      value: longest,
      unit: 'ms',
      limit: 50,
    });
  }
  return [...figures, ...(await benchStorm())];
}
