import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm test`: every test file. A process for each costs half a second to load what it needs (measured: 16 s of processor time for 30 files, 4 s in
 * one process), so the rooms that are pure share one; what has servers, files, threads or the environment keeps its own.
 */
const root = join(import.meta.dirname, '..');
const shared = /^src\/(?:analysis|changes|triage|lib|config\/(?:grammar|sections|shape))\/|^src\/config\/[^/]+$/;

const files = globSync(['src/**/*.test.ts', 'test/*.test.ts'], { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .sort();
const runs: [options: string[], files: string[]][] = [
  [['--test-isolation=none'], files.filter((file) => shared.test(file))],
  [[], files.filter((file) => !shared.test(file))],
];
for (const [options, some] of runs) {
  const { status } = spawnSync(process.execPath, ['--test', ...options, ...process.argv.slice(2), ...some], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
