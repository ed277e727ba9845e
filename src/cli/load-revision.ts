import { compileFiles, hasErrors } from '../config/compile.ts';
import { defaultFiles } from '../config/default/default-files.ts';
import type { Revision } from '../config/revision.ts';
import { readConfigPaths } from '../config/source/read-yaml.ts';
import { sayProblem } from './config-check.ts';
import type { Output } from './output.ts';

/**
 * The configuration for one command: from the given paths, else the built-in default with a warning. Throws an Error that
 * lists every error where it would be refused: a cycle under a configuration that nobody wrote would mislead.
 */
export async function loadRevision(paths: readonly string[] | undefined, output: Output): Promise<Revision> {
  if (!paths || paths.length === 0) {
    output.warn('no configuration given (--config DIR): the built-in default is used, it knows none of your services');
    return compileFiles(defaultFiles());
  }
  const source = await readConfigPaths([...paths]);
  const revision = compileFiles(source.files);
  const problems = [...source.problems, ...revision.problems];
  if (hasErrors({ ...revision, problems })) {
    const errors = problems.filter(({ level }) => level === 'error');
    throw new Error(
      `the configuration is refused:\n${errors.map((problem) => sayProblem(problem, { ...output, colour: false })).join('\n')}`,
    );
  }
  return { ...revision, problems };
}
