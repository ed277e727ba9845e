import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFiles } from '../../src/config/compile.ts';
import type { Revision } from '../../src/config/revision.ts';
import { readConfigFolder } from '../../src/config/source/read-folder.ts';

const folder = join(import.meta.dirname, '..', '..', 'examples', 'config');

/** The example's policy with an inventory of so many Deployments of `bigCluster`: P0 to P3 in turn. */
export async function bigRevision(services: number): Promise<Revision> {
  const { files } = await readConfigFolder(folder);
  const names = Array.from({ length: services }, (_, index) => `app-${index}`);
  const groups = ['P0', 'P1', 'P2', 'P3'].map((priority, place) => {
    const own = names.filter((_, index) => index % 4 === place).map((name) => `- ${name}: a service`);
    return `## Services of ${priority}\n\n${own.join('\n')}\n`;
  });
  const text = readFileSync(join(folder, 'CLAUDE.md'), 'utf8').replace(
    '## Known Issues',
    `${groups.join('\n')}\n## Known Issues`,
  );
  return compileFiles(files.map((file) => (file.role === 'orchestrator' ? { ...file, text } : file)));
}
