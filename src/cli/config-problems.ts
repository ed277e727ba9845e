import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Problem } from '../config/revision.ts';
import { count } from '../lib/text.ts';
import { type Output, paints } from './output.ts';

/** One problem on one line, as editors read it: `file:line:col: level: message cure [code]`. */
export function sayProblem({ file, line, column, level, code, message, cure }: Problem, output: Output): string {
  const paint = paints(output);
  const word = level === 'error' ? paint.bad(level) : level === 'warning' ? paint.warning(level) : paint.dim(level);
  return `${paint.bold(`${file}:${line}:${column}:`)} ${word}: ${message} ${cure} ${paint.dim(`[${code}]`)}`;
}

const githubLevel = { error: 'error', warning: 'warning', info: 'notice' } as const;
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** One problem as an annotation of a GitHub workflow: it is shown beside its line in the review. */
export function sayAnnotation({ file, line, column, level, code, message, cure }: Problem): string {
  const place = `file=${escapeProperty(file)},line=${line},col=${column},title=${escapeProperty(code)}`;
  return `::${githubLevel[level]} ${place}::${escapeData(`${message} ${cure}`)}`;
}

/** Problems with their files as one can open them from here; a folder's files are named from that folder. */
export function fromHere(problems: readonly Problem[], paths: readonly string[]): Problem[] {
  const known = new Map<string, string>();
  const find = (file: string): string => {
    if (existsSync(file)) return file;
    const found = paths.map((path) => join(path, file)).find((path) => existsSync(path));
    const near = found === undefined ? file : relative('.', found);
    return found !== undefined && near.startsWith('..') ? found : near;
  };
  return problems.map((problem) => {
    const file = known.get(problem.file) ?? find(problem.file);
    known.set(problem.file, file);
    return { ...problem, file };
  });
}

/** `would be refused: 2 errors, 1 warning`. */
export function sayVerdict(problems: readonly Problem[], failed: boolean, id: string): string {
  const counts = (['error', 'warning', 'info'] as const)
    .map((level) => ({ level, number: problems.filter((problem) => problem.level === level).length }))
    .filter(({ number }) => number > 0)
    .map(({ level, number }) => (level === 'info' ? `${number} for information` : count(number, level)));
  const verdict = failed ? 'would be refused' : `revision ${id} would be accepted`;
  return counts.length > 0 ? `${verdict}: ${counts.join(', ')}` : verdict;
}
