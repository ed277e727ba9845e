import { compileFiles } from '../compile.ts';
import type { Problem, Revision, SourceFile } from '../revision.ts';
import { filesOfYaml } from '../source/read-yaml.ts';
import { plainFile } from '../source/source-set.ts';
import type { Example } from './page.ts';

/** What stands above a piece of CLAUDE.md, so that it can name services and hours. */
const above =
  '## Cluster Information\n\n- **Timezone**: Europe/Berlin\n\n## Critical Services (P0)\n\n- shop: the shop\n\n## Important Services (P1)\n\n- search: product search\n\n';
const criteria = '## Severity levels\n\n### SEV-1\n\n- **Criteria**: Any P0 service down\n';
const headOf = (name: string): string => `---\nname: ${name.replace(/\.md$/, '')}\ndescription: An agent.\n---\n\n`;

/** A Markdown file in which the piece's first line is line 1, whatever stands above it. */
function fileOf(name: string, head: string, text: string): SourceFile {
  const file = name === 'CLAUDE.md' ? name : `agents/${name}`;
  return { ...plainFile(file, name, `${head}${text}`), lineOffset: 1 - head.split('\n').length };
}

/** Compiles a piece of a configuration in its place, with what it needs around it. Positions are those of the piece. */
export function tryExample({ file, whole }: Pick<Example, 'file' | 'whole'>, text: string): Revision {
  const problems: Problem[] = [];
  let files: SourceFile[];
  if (file === 'yaml') {
    const set = filesOfYaml(text, 'config.yaml');
    files = set.files;
    problems.push(...set.problems);
  } else if (file === 'CLAUDE.md') {
    const manager = 'escalation-manager.md';
    files = [fileOf(file, whole ? '' : above, text), fileOf(manager, headOf(manager), criteria)];
  } else {
    files = [fileOf('CLAUDE.md', above, ''), fileOf(file, whole ? '' : headOf(file), text)];
  }
  const revision = compileFiles(files, { allowEmpty: true });
  return { ...revision, problems: [...problems, ...revision.problems] };
}
