import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: every test file. A process for each costs half a second to load what it needs (measured: 16 s of processor time for 30 files, 4 s in
 * one process), so what is pure shares one; what has servers, threads or the environment keeps its own. Both run at the same time.
 */
const root = join(import.meta.dirname, '..');
const pure: readonly RegExp[] = [
  /^src\/(?:analysis|changes|triage|lib)\//,
  /^src\/config\/(?:(?:grammar|sections|shape|meaning|keep)\/|[^/]+$)/,
  /^src\/cluster\/(?:make-world|project\/)/,
  /^src\/notify\/(?:escape|plan|retry|templates)/,
  /^src\/daemon\/(?:cycle-loop|health|tell-configuration|results-beside|source\/(?:half-history|speaker))\./,
  /^test\/(?:check-docs|check-scenarios|comments|config-formatting|config-mutations|configs|customization-guide|design-8|known-issues)\./,
  /^test\/(?:matching|never-silent|paraphrases|problem-pages|reference|rollouts|scenarios|severity|slips|teams|telling)\./,
];
const isPure = (file: string): boolean => pure.some((pattern) => pattern.test(file));

const files = globSync(['src/**/*.test.ts', 'test/*.test.ts'], { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .sort();
const run = (some: string[], stdio: 'inherit' | 'pipe', ...options: string[]): ChildProcess =>
  spawn(process.execPath, ['--test', ...options, ...process.argv.slice(2), ...some], {
    cwd: root,
    stdio: ['ignore', stdio, stdio],
  });

const together = run(files.filter(isPure), 'pipe', '--test-isolation=none');
// Told when it has ended, so that the two do not speak at once.
const said: Buffer[] = [];
for (const stream of [together.stdout, together.stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk));
const each = run(
  files.filter((file) => !isPure(file)),
  'inherit',
  `--test-concurrency=${availableParallelism()}`,
);
const ends = await Promise.all([once(together, 'close'), once(each, 'exit')]);
process.stdout.write(Buffer.concat(said));
if (ends.some(([code]) => code !== 0)) process.exitCode = 1;
