import type { SourceFile } from '../../src/config/revision.ts';
import { sourceFile } from './config-files.ts';

/** One example of `paraphrases.md`: Markdown for one part of a configuration, and what it has to mean. */
export type Paraphrase = { number: number; title: string; part: string; markdown: string; expected: string[] };

const fence = /^(`{3,})markdown ([\w -]+)\n([\s\S]*?)\n\1$/gm;

/** The examples of the page and the parts of the configuration around them. */
export function readParaphrases(page: string): { paraphrases: Paraphrase[]; base: Map<string, string> } {
  const base = new Map<string, string>();
  const paraphrases: Paraphrase[] = [];
  const fences = [...page.matchAll(fence)].map((match) => ({
    part: match[2] ?? '',
    markdown: match[3] ?? '',
    start: match.index,
    end: match.index + match[0].length,
  }));
  for (const [index, { part, markdown, start, end }] of fences.entries()) {
    if (part.startsWith('base ')) {
      base.set(part.slice(5), markdown);
      continue;
    }
    const before = page.slice(fences[index - 1]?.end ?? 0, start);
    const [, number = '', title = ''] = [...before.matchAll(/^### (\d+)\. (.+)$/gm)].at(-1) ?? [];
    const after = page.slice(end, page.indexOf('\n#', end));
    const expected = [...after.matchAll(/^- (.+)$/gm)].map((match) => match[1] ?? '');
    paraphrases.push({ number: Number(number), title, part, markdown, expected });
  }
  return { paraphrases, base };
}

/** The whole configuration with the example in its place. */
export function filesOf({ part, markdown }: Paraphrase, base: ReadonlyMap<string, string>): SourceFile[] {
  const text = (name: string, otherwise = ''): string => (part === name ? markdown : (base.get(name) ?? otherwise));
  const agent = (name: string, body: string, frontmatter?: string): SourceFile =>
    sourceFile(
      `${name}.md`,
      `---\n${frontmatter ?? `name: ${name}\ndescription: Helps.\ntools: Read\nmodel: haiku`}\n---\n\n${body}\n`,
    );
  const orchestrator = ['cluster', 'services', 'known-issues', 'policy'].map((name) => text(name)).join('\n\n');
  return [
    sourceFile('CLAUDE.md', `${orchestrator}\n`),
    agent('k8s-analyzer', text('analyzer'), text('analyzer-frontmatter')),
    agent('escalation-manager', text('escalation')),
    agent('slack-notifier', text('slack')),
    agent('github-reviewer', text('github')),
  ];
}
