import { diff } from 'node:util';

/** Lines shown around a change. */
const around = 3;

type Line = { mark: ' ' | '-' | '+'; text: string };
// Asked for what leads back, it names what goes before what comes.
const marks = { [-1]: '+', 0: ' ', 1: '-' } as const;

/**
 * The difference of two texts as `diff -u` prints it, without the two lines that name the files; empty where they are the same. A file
 * that is not there is undefined.
 */
export function unifiedDiff(before: string | undefined, after: string | undefined): string[] {
  if (before === after) return [];
  const lines = diff(linesOf(before), linesOf(after)).map(([mark, text]): Line => ({ mark: marks[mark], text }));
  return findHunks(lines).flatMap(({ from, to }) => [
    head(lines, from, to),
    ...lines.slice(from, to).map(({ mark, text }) => mark + text),
  ]);
}

const linesOf = (text: string | undefined): string[] =>
  text === undefined || text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);

/** Parts that hold changes with their surroundings; what touches is one part. */
function findHunks(lines: readonly Line[]): { from: number; to: number }[] {
  const hunks: { from: number; to: number }[] = [];
  for (const [index, { mark }] of lines.entries()) {
    if (mark === ' ') continue;
    const [from, to] = [Math.max(0, index - around), Math.min(lines.length, index + around + 1)];
    const last = hunks.at(-1);
    if (last && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  return hunks;
}

function head(lines: readonly Line[], from: number, to: number): string {
  const range = (other: Line['mark']): string => {
    const count = (part: readonly Line[]): number => part.filter(({ mark }) => mark !== other).length;
    const [before, length] = [count(lines.slice(0, from)), count(lines.slice(from, to))];
    return `${length === 0 ? before : before + 1}${length === 1 ? '' : `,${length}`}`;
  };
  return `@@ -${range('+')} +${range('-')} @@`;
}
