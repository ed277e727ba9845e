import { levelOf, problemPages } from '../config/pages/index.ts';
import { tryExample } from '../config/pages/try-example.ts';
import { nearestWord } from '../lib/text.ts';
import { sayProblem } from './config-problems.ts';
import { exitCodes } from './exit-codes.ts';
import { type Output, paints } from './output.ts';

/** What a code means, an example that causes it and what to write instead. Exit 1 where there is no such code. */
export function explainProblem(code: string, output: Output): number {
  const page = problemPages.get(code);
  if (!page) {
    const near = nearestWord(code, problemPages.keys());
    output.warn(
      `There is no problem "${code}".${near === undefined ? ' docs/problems/ lists all.' : ` Did you mean "${near}"?`}`,
    );
    return exitCodes.failed;
  }
  const paint = paints(output);
  const indented = (text: string): string => text.trimEnd().replace(/^(?=.)/gm, '    ');
  output.print(`${paint.bold(code)} (${levelOf(code)})\n\n${page.means}\n`);
  if (!('example' in page)) {
    output.print(
      `${paint.bold('How it comes about')}\n\n${page.arises}\n\n${paint.bold('Do instead')}\n\n${page.instead}`,
    );
    return exitCodes.done;
  }
  const { file, wrong, right } = page.example;
  const said = tryExample(page.example, wrong).problems.find((problem) => problem.code === code);
  output.print(
    `${paint.bold(`An example, in ${file === 'yaml' ? "the ConfigMap's YAML" : file}`)}\n\n${indented(wrong)}\n`,
  );
  if (said) output.print(`says\n\n    ${sayProblem(said, output)}\n`);
  output.print(`${paint.bold('Write instead')}\n\n${indented(right)}`);
  return exitCodes.done;
}
