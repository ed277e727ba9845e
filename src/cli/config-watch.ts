import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Problem } from '../config/revision.ts';
import { watchFolder } from '../config/watch-folder.ts';
import { type Clock, type Millis, systemClock } from '../lib/clock.ts';
import { readChoice } from './all-problems.ts';
import { type Checked, type CheckOptions, checkPaths } from './config-check.ts';
import { fromHere, sayProblem, sayVerdict } from './config-problems.ts';
import { exitCodes } from './exit-codes.ts';
import { type Output, paints } from './output.ts';

/** Editors write a file in several steps; this much quiet and it is whole. */
const settle: Millis = 150;
/** So much of what changed its meaning is shown; a larger edit is better read with `config explain`. */
const mostMeanings = 8;

/**
 * Checks again whenever a file changes, for a second terminal while writing: first everything, then what is new, what is
 * gone and what lines mean now. Ends when `stop` does; returns the exit code of the last check.
 */
export async function watchConfig(
  options: CheckOptions,
  output: Output,
  { clock = systemClock, stop }: { clock?: Clock; stop?: AbortSignal } = {},
): Promise<number> {
  // Read once: what changes while somebody writes is the Markdown.
  const cluster = await readChoice(options);
  const check = async (): Promise<Checked> => {
    const checked = await checkPaths(options.paths, options.strict === true, cluster);
    return { ...checked, problems: fromHere(checked.problems, options.paths) };
  };
  let last: Checked | undefined;
  let cancel = (): void => undefined;
  let queue: Promise<void> = Promise.resolve();
  const again = async (): Promise<void> => {
    const next = await check();
    if (last) printChange(last, next, output);
    last = next;
  };
  const onChange = (): void => {
    cancel();
    cancel = clock.wakeAt(clock.now() + settle, () => {
      // One at a time and in order, so that what is printed is the difference to what was.
      queue = queue.then(again);
    });
  };
  // Watched before the first look, so that no edit falls between the two.
  const watchers = foldersOf(options.paths).map((folder) => watchFolder(folder, { clock, every: 1000, onChange }));
  queue = check().then((checked) => {
    last = checked;
    for (const problem of checked.problems) output.print(sayProblem(problem, output));
    output.print(sayVerdict(checked.problems, checked.failed, checked.id));
  });
  try {
    await queue;
    await new Promise<void>((resolve) => stop?.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    cancel();
    for (const watcher of watchers) watcher.stop();
  }
  await queue;
  return last?.failed ? exitCodes.failed : exitCodes.done;
}

/** A file is watched through its folder: an editor puts a new file in its place. */
const foldersOf = (paths: readonly string[]): string[] => [
  ...new Set(paths.map((path) => (statSync(path, { throwIfNoEntry: false })?.isFile() ? dirname(path) : path))),
];

/** Lines move with every edit, so a problem is known by what it says. */
const keyOf = ({ file, code, message }: Problem): string => `${file}\n${code}\n${message}`;

function printChange(before: Checked, after: Checked, output: Output): void {
  const paint = paints(output);
  const fresh = without(after.problems, before.problems, keyOf);
  const gone = without(before.problems, after.problems, keyOf);
  const said = ({ file, says = '' }: Checked['lines'][number]): string => `${file}\n${says}`;
  const meanings = without(after.lines, before.lines, said).filter(({ says }) => says !== undefined);
  if (before.id === after.id && fresh.length + gone.length === 0) return;
  output.print('');
  for (const problem of gone) output.print(paint.good(`gone: ${problem.file}: ${problem.message} [${problem.code}]`));
  for (const problem of fresh) output.print(sayProblem(problem, output));
  for (const { file, line, says } of meanings.slice(0, mostMeanings))
    output.print(paint.dim(`${file}:${line}: understood: ${says}`));
  if (meanings.length > mostMeanings)
    output.print(paint.dim(`and ${meanings.length - mostMeanings} more lines mean something else`));
  output.print(sayVerdict(after.problems, after.failed, after.id));
}

/** What is in `these` and not in `those`, counting what stands there twice. */
function without<T>(these: readonly T[], those: readonly T[], keyOfOne: (one: T) => string): T[] {
  const left = new Map<string, number>();
  for (const each of those) left.set(keyOfOne(each), (left.get(keyOfOne(each)) ?? 0) + 1);
  return these.filter((each) => {
    const many = left.get(keyOfOne(each)) ?? 0;
    left.set(keyOfOne(each), many - 1);
    return many <= 0;
  });
}
