import { compileFiles } from '../../../src/config/compile.ts';
import type { HalfName } from '../../../src/config/keep.ts';
import type { Revision, SourceFile } from '../../../src/config/revision.ts';
import { hashOf } from '../../../src/lib/hash.ts';

/**
 * What somebody may write into a half. `one`, `two`: in order. `broken`: does not compile. `bytes`: no UTF-8. `empty`: nothing in it.
 * `quiet`: removes every P0 service. `lacking`: removes a required agent; both take effect when confirmed only. `poison`: compiles, and
 * every cycle under it fails. `gone`: deleted.
 */
export type Kind = 'one' | 'two' | 'broken' | 'bytes' | 'empty' | 'quiet' | 'lacking' | 'poison' | 'gone';
export const kindsOf = {
  orchestrator: ['one', 'two', 'broken', 'bytes', 'empty', 'quiet', 'poison'],
  agents: ['one', 'two', 'broken', 'bytes', 'empty', 'lacking'],
} as const satisfies Record<HalfName, readonly Kind[]>;

const orchestrator = (services: string): string =>
  `# Shop\n\n## Cluster Information\n\n- **Name**: shop\n- **Monitoring Frequency**: Every 1 hour\n\n${services}\n\n## Notes\n\nEdition 0.\n`;
const critical = '## Critical Services (P0)\n\n- web: The pages\n- orders: Takes orders';
const orchestrators: Readonly<Record<string, string>> = {
  one: orchestrator(critical),
  two: orchestrator(`${critical}\n\n## Important Services (P1)\n\n- search: Finds things`),
  poison: orchestrator(`${critical}\n\n## Important Services (P1)\n\n- poison: No cycle survives it`),
  broken: orchestrator(`${critical}\n- mail (P9): Sends letters`),
  quiet: orchestrator('## Supporting Services (P3)\n\n- web: The pages\n- orders: Takes orders'),
};
const agent = (name: string, prose = 'Look at it.'): string =>
  `---\nname: ${name}\ndescription: Does what ${name} does.\nmodel: haiku\n---\n\n# ${name}\n\n${prose}\n\nEdition 0.\n`;
const agentNames = ['k8s-analyzer', 'escalation-manager', 'slack-notifier', 'github-reviewer'];
const agentFiles = (prose?: string): Record<string, string> =>
  Object.fromEntries(agentNames.map((name) => [`${name}.md`, agent(name, prose)]));
const { 'slack-notifier.md': _, ...lacking } = agentFiles();
const agents: Readonly<Record<string, Record<string, string>>> = {
  one: agentFiles(),
  two: agentFiles('Look at it twice.'),
  broken: { ...agentFiles(), 'k8s-analyzer.md': agent('k8s-analyzer').replace('\n---\n\n', '\n\n') },
  lacking,
};

/** The files of a half of that kind. `edition` makes them unlike every other; 0 is like the others of its kind. */
export function textsOf(
  half: HalfName,
  kind: Kind,
  edition: number,
  comments: readonly string[],
): Record<string, string> {
  const main = half === 'orchestrator' ? 'CLAUDE.md' : 'k8s-analyzer.md';
  const pool = half === 'orchestrator' ? { [main]: orchestrators[kind] ?? '' } : { ...agents[kind] };
  const texts = Object.entries(pool).filter(([, text]) => text !== '');
  return Object.fromEntries(
    texts.map(([name, text]) => {
      const own = text.replace('Edition 0.', `Edition ${edition}.`);
      return [name, name === main ? own + comments.map((comment) => `\n<!-- ${comment} -->\n`).join('') : own];
    }),
  );
}

const compiled = new Map<string, Revision>();
const editions = /Edition (\d+)\./g;
const comment = /\n<!--[^>]*-->\n/g;

/** The compiler, which sees each kind of content once; editions differ by their id only, and comments do not count. */
export function compilePool(files: readonly SourceFile[]): Revision {
  const plain = files.map((file) => ({
    ...file,
    text: file.text.replace(comment, '').replace(editions, 'Edition 0.'),
  }));
  const key = JSON.stringify(plain);
  const known = compiled.get(key) ?? compileFiles(plain);
  compiled.set(key, known);
  const found = files.flatMap(({ role, text }) =>
    [...text.matchAll(editions)].map(([, edition]) => `${role} ${edition}`),
  );
  return { ...known, id: hashOf([known.id, ...[...new Set(found)].sort()]) };
}
