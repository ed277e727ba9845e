import type { Example } from '../../src/config/pages/index.ts';
import type { SourceFile } from '../../src/config/revision.ts';
import { sourceFile } from './config-files.ts';

/** What stands above a piece of CLAUDE.md, so that it can name a service and hours. */
const above =
  '## Cluster Information\n\n- **Timezone**: Europe/Berlin\n\n## Critical Services (P0)\n\n- shop: the shop\n\n## Important Services (P1)\n\n- search: product search\n\n';
const criteria = '## Severity levels\n\n### SEV-1\n\n- **Criteria**: Any P0 service down\n';
const headOf = (name: string): string => `---\nname: ${name.replace(/\.md$/, '')}\ndescription: An agent.\n---\n\n`;

/** The files around a piece of a configuration, and that piece in its place. */
export function filesAround(example: Pick<Example, 'file' | 'whole'>, text: string): SourceFile[] {
  const { file, whole } = example;
  if (file === 'CLAUDE.md')
    return [
      sourceFile('CLAUDE.md', whole ? text : `${above}${text}`),
      sourceFile('escalation-manager.md', `${headOf('escalation-manager.md')}${criteria}`),
    ];
  return [sourceFile('CLAUDE.md', above), sourceFile(file, whole ? text : `${headOf(file)}${text}`)];
}
