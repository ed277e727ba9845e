import { compileFiles, hasErrors } from '../config/compile.ts';
import type { LineVerdict, Problem } from '../config/revision.ts';
import { readConfigPaths } from '../config/source/read-yaml.ts';
import { systemClock } from '../lib/clock.ts';
import { allProblems, type ChosenCluster, type ClusterChoice, readChoice } from './all-problems.ts';
import { fromHere, sayAnnotation, sayProblem, sayVerdict } from './config-problems.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

export { sayProblem } from './config-problems.ts';

export type CheckOptions = ClusterChoice & {
  paths: string[];
  strict?: boolean;
  output: string;
  /** A code to explain instead of checking anything. */
  explain?: string;
  watch?: boolean;
};

/** What a check found, and whether it fails. */
export type Checked = { id: string; problems: Problem[]; failed: boolean; lines: LineVerdict[] };

/** Every problem with its place and cure; exit 1 with an error, with `--strict` also with a warning. */
export async function checkConfig(options: CheckOptions, output: Output): Promise<number> {
  const paths = options.paths.length > 0 ? options.paths : ['.'];
  if (options.explain !== undefined)
    return (await import('./explain-problem.ts')).explainProblem(options.explain, output);
  if (options.watch) return (await import('./config-watch.ts')).watchConfig({ ...options, paths }, output);
  const checked = await checkPaths(paths, options.strict === true, await readChoice(options));
  printChecked(checked, paths, options.output, output);
  return checked.failed ? exitCodes.failed : exitCodes.done;
}

/** Reads and compiles what stands at the paths, and holds it against a cluster where one was chosen. */
export async function checkPaths(paths: string[], strict: boolean, cluster?: ChosenCluster): Promise<Checked> {
  const source = await readConfigPaths(paths);
  const compiled = compileFiles(source.files);
  const revision = { ...compiled, problems: [...source.problems, ...compiled.problems] };
  const problems = allProblems(revision, source.files, cluster?.snapshot.at ?? systemClock.now(), cluster);
  const failed = hasErrors({ problems }) || (strict && problems.some(({ level }) => level === 'warning'));
  return { id: revision.id, problems, failed, lines: revision.lines };
}

function printChecked({ id, problems, failed }: Checked, paths: string[], format: string, output: Output): void {
  if (format === 'json') {
    output.print(JSON.stringify({ revision: id, ok: !failed, problems }, null, 2));
    return;
  }
  for (const problem of fromHere(problems, paths))
    output.print(format === 'github' ? sayAnnotation(problem) : sayProblem(problem, output));
  output.print(sayVerdict(problems, failed, id));
}
