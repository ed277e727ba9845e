import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFiles } from '../../src/config/compile.ts';
import { describeChange } from '../../src/config/meaning/describe-change.ts';
import type { Problem, Revision, SourceFile } from '../../src/config/revision.ts';
import { sayProblem } from '../../src/config/say-problem.ts';
import { plainFile } from '../../src/config/source/source-set.ts';

/** An edit shown in a guide: what is added below a heading, what stands in its stead, or an edit that is refused. */
export type GuideExample = { file: string; mode: 'add' | 'replace' | 'refused'; text: string; line: number };

/** What an edit of the example configuration is to the compiler. */
export type Outcome = { means: string[]; changes: string[]; problems: Problem[] };

const folder = join(import.meta.dirname, '..', '..', 'examples', 'config');
const fence = /^(`{3,})markdown (\S+\.md)(?: (add|replace|refused))?\n([\s\S]*?)^\1$/gm;
const [begin, end] = ['<!-- compiled -->', '<!-- /compiled -->'];

/** The fences `markdown FILE` of a guide, in order. */
export function findExamples(guide: string): GuideExample[] {
  return [...guide.matchAll(fence)].map(({ index, 2: file = '', 3: mode = 'add', 4: text = '' }) => ({
    file,
    mode: mode === 'replace' || mode === 'refused' ? mode : 'add',
    text: text.trimEnd(),
    line: guide.slice(0, index).split('\n').length,
  }));
}

/** Compiles an edit of the example configuration: what its own lines mean, what it changes, what is wrong with it. */
export function tryEdit(example: GuideExample): Outcome {
  const before = exampleFiles();
  const edited = before.find(({ name }) => name === example.file);
  const { text, first, last } = applyEdit(edited?.text ?? '', example);
  const file = plainFile(edited?.file ?? `agents/${example.file}`, example.file, text);
  const after = compileFiles([...before.filter((other) => other !== edited), file]);
  const own = after.lines.filter(({ file: name, line }) => name === file.file && line >= first && line <= last);
  return {
    means: [...new Set(own.flatMap(({ says }) => says ?? []))],
    changes: describeChange(exampleRevision(), after),
    problems: after.problems.filter(({ level }) => level !== 'info'),
  };
}

/** A guide in which what the compiler says stands below each of its examples. */
export function compileGuide(guide: string): string {
  const bare = guide.replaceAll(new RegExp(`\\n*${begin}[\\s\\S]*?${end}\\n*`, 'g'), '\n\n');
  return bare.replaceAll(fence, (whole) => {
    const [example] = findExamples(whole);
    return example ? `${whole}\n\n${begin}\n${sayOutcome(example)}\n${end}` : whole;
  });
}

function sayOutcome(example: GuideExample): string {
  const { means, changes, problems } = tryEdit(example);
  if (example.mode === 'refused')
    return ['It is refused:', '', '```text', ...problems.map(sayProblem), '```'].join('\n');
  return [
    ...(means.length > 0 ? ['`config explain` says of it:', '', ...means.map((says) => `- ${says}`), ''] : []),
    ...(changes.length > 0
      ? ['The log and the Event say what it changes:', '', '```text', ...changes, '```']
      : ['It changes nothing in meaning: people and agents read it.']),
  ].join('\n');
}

function exampleFiles(): SourceFile[] {
  const agents = readdirSync(join(folder, 'agents')).toSorted();
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  return [
    plainFile('CLAUDE.md', 'CLAUDE.md', read('CLAUDE.md')),
    ...agents.map((name) => plainFile(`agents/${name}`, name, read(`agents/${name}`))),
  ];
}

let compiled: Revision | undefined;
const exampleRevision = (): Revision => {
  compiled ??= compileFiles(exampleFiles());
  return compiled;
};

const levelOf = (line: string): number => /^(#+) /.exec(line)?.[1]?.length ?? 0;

/** The level of the heading in each line, 0 for what is none; a comment in a fence of shell is none. */
function headingLevels(lines: readonly string[]): number[] {
  let fenced = false;
  return lines.map((line) => {
    if (line.startsWith('```')) fenced = !fenced;
    return fenced ? 0 : levelOf(line);
  });
}

/** The text after the edit, and which of its lines are the edit's own. Headings that the example begins with say where it goes. */
function applyEdit(before: string, { text, mode }: GuideExample): { text: string; first: number; last: number } {
  if (before === '') return { text: `${text}\n`, first: 1, last: text.split('\n').length };
  const lines = before.trimEnd().split('\n');
  const levels = headingLevels(lines);
  let own = text.split('\n');
  let [from, to] = [0, lines.length];
  let found = false;
  for (let heading = own[0] ?? ''; levelOf(heading) > 0; heading = own[0] ?? '') {
    const at = lines.findIndex((line, index) => index >= from && index < to && line === heading);
    found = at >= 0;
    if (!found) break;
    const next = levels.findIndex((level, index) => index > at && level > 0 && level <= levelOf(heading));
    [from, to] = [at + 1, next < 0 ? lines.length : next];
    own = own.slice(own[1] === '' ? 2 : 1);
  }
  const kept = found && mode === 'replace' ? [] : lines.slice(from, to);
  while (kept.at(-1) === '') kept.pop();
  // A bullet goes on with its list; anything else begins anew.
  const gap = kept.length === 0 || !/^\s*[-|]/.test(own[0] ?? '') || !/^\s*[-|]/.test(kept.at(-1) ?? '') ? [''] : [];
  const head = [...lines.slice(0, from), ...kept, ...gap];
  return {
    text: `${[...head, ...own, '', ...lines.slice(to)].join('\n').trimEnd()}\n`,
    first: head.length + 1,
    last: head.length + own.length,
  };
}
