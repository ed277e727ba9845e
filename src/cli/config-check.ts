import { compileFiles, hasErrors } from '../config/compile.ts';
import type { Problem } from '../config/revision.ts';
import { readConfigPaths } from '../config/source/read-yaml.ts';
import { count } from '../lib/text.ts';
import { exitCodes } from './exit-codes.ts';
import { type Output, paints } from './output.ts';

/** `file:line:col  level code: message cure` for every problem; exit 1 with an error, with `--strict` also with a warning. */
export async function checkConfig(
  options: { paths: string[]; strict?: boolean; output: string },
  output: Output,
): Promise<number> {
  const source = await readConfigPaths(options.paths.length > 0 ? options.paths : ['.']);
  const revision = compileFiles(source.files);
  const problems = [...source.problems, ...revision.problems];
  const failed =
    hasErrors({ ...revision, problems }) ||
    (options.strict === true && problems.some(({ level }) => level === 'warning'));
  if (options.output === 'json')
    output.print(JSON.stringify({ revision: revision.id, ok: !failed, problems }, null, 2));
  else {
    for (const problem of problems) output.print(sayProblem(problem, output));
    output.print(summary(problems, failed, revision.id));
  }
  return failed ? exitCodes.failed : exitCodes.done;
}

/** One problem on one line, as editors and people read it. */
export function sayProblem({ file, line, column, level, code, message, cure }: Problem, output: Output): string {
  const paint = paints(output);
  const word = level === 'error' ? paint.bad(level) : level === 'warning' ? paint.warning(level) : paint.dim(level);
  return `${paint.bold(`${file}:${line}:${column}`)}  ${word} ${code}: ${message} ${cure}`;
}

function summary(problems: readonly Problem[], failed: boolean, id: string): string {
  const counts = (['error', 'warning', 'info'] as const)
    .map((level) => ({ level, number: problems.filter((problem) => problem.level === level).length }))
    .filter(({ number }) => number > 0)
    .map(({ level, number }) => (level === 'info' ? `${number} for information` : count(number, level)));
  const verdict = failed ? 'would be refused' : `revision ${id} would be accepted`;
  return counts.length > 0 ? `${verdict}: ${counts.join(', ')}` : verdict;
}
