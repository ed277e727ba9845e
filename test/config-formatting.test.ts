import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileFiles } from '../src/config/compile.ts';
import { type ExplainDocument, explainRevision } from '../src/config/explain.ts';
import type { SourceFile } from '../src/config/revision.ts';
import { configFiles, exampleFolder } from './support/config-files.ts';

const folders = [
  exampleFolder,
  ...['bank', 'homelab', 'start-up', 'platform', 'prose', 'wiki'].map((name) =>
    join(import.meta.dirname, 'teams', name),
  ),
];

/** What a set of files means: the whole document but for where it stands, how often a line says it, and the hash. */
function meaningOf(files: readonly SourceFile[]): unknown {
  const { revision: _, lines, problems, ...document } = explainRevision(compileFiles(files));
  const told = problems
    .filter(({ code }) => code !== 'byte-order-mark')
    .map(({ file, code, level, message }) => `${file} ${level} ${code} ${message}`);
  // Problems are compared by themselves: that of a byte order mark stands in the first line.
  const plain = ({ verdict, says: said }: ExplainDocument['lines'][number]): string =>
    verdict !== 'problem' ? verdict : said === undefined ? 'context' : 'understood';
  const says = new Set(lines.map((line) => `${line.file} ${plain(line)} ${line.says}`));
  return JSON.parse(
    JSON.stringify({ ...document, told, says: [...says].sort() }, (key, value) =>
      key === 'line' ? undefined : withoutPlaces(value),
    ),
  );
}

/** Messages name lines of other files ("CLAUDE.md:88"); the number is a place. */
const withoutPlaces = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/(?<=\.md:|\bline )\d+/g, 'N') : value;

/** Changes the lines of a text that are Markdown: not the frontmatter and not what stands in a fence. */
function perLine(text: string, change: (line: string, index: number) => string): string {
  let fence = '';
  let frontmatter = false;
  return text
    .split('\n')
    .map((line, index) => {
      if (line === '---' && (index === 0 || frontmatter)) {
        frontmatter = index === 0;
        return line;
      }
      const [, mark = ''] = /^\s*(`{3,})/.exec(line) ?? [];
      if (mark !== '' && (fence === '' || mark.length >= fence.length)) {
        fence = fence === '' ? mark : '';
        return line;
      }
      return fence !== '' || frontmatter ? line : change(line, index);
    })
    .join('\n');
}

type Style = (text: string, seed: number) => string;

const markers = ['-', '*', '+'];
const styles: Record<string, Style> = {
  'stars for bullets': (text) => perLine(text, (line) => line.replace(/^(\s*)[-+](?= )/, '$1*')),
  'pluses for bullets': (text) => perLine(text, (line) => line.replace(/^(\s*)[-*](?= )/, '$1+')),
  'every bullet another': (text, seed) =>
    perLine(text, (line, index) =>
      line.replace(/^(\s*)[-*+](?= )/, (_, indent: string) => `${indent}${markers[(seed + index * 7) % 3]}`),
    ),
  'numbers for bullets': (text) =>
    // What is nested stands below the text, which begins a column further right.
    /\n {2,}`{3}/.test(text)
      ? text
      : perLine(text, (line) =>
          line
            .replace(/^( {2})+(?=[-*+] )/, (indent) => ' '.repeat((indent.length / 2) * 3))
            .replace(/^(\s*)[-*+](?= )/, '$11.'),
        ),
  'no emphasis': (text) => perLine(text, (line) => line.replace(/^(\s*[-*+] )\*\*([^*]+?)(:?)\*\*/, '$1$2$3')),
  'underscores for emphasis': (text) => perLine(text, (line) => line.replace(/\*\*([^*]+)\*\*/g, '__$1__')),
  'blanks at the ends': (text) => perLine(text, (line) => (line === '' ? line : `${line} `)),
  'more empty lines': (text) => perLine(text, (line) => (line.startsWith('#') ? `\n${line}\n` : line)),
  'Windows line ends': (text) => text.replaceAll('\n', '\r\n'),
  'a byte order mark': (text) => `\uFEFF${text}`,
  'aligned tables': (text) =>
    perLine(text, (line) =>
      /^\|[\s:|-]+\|$/.test(line) ? line.replace(/:?-+:?/g, ':------:') : line.replaceAll(' |', '    |'),
    ),
};

for (const [name, style] of Object.entries(styles)) {
  test(`${name} change no meaning`, () => {
    for (const folder of folders) {
      const files = configFiles(folder);
      const restyled = files.map((file) => ({ ...file, text: style(file.text, 1) }));
      assert.deepEqual(meaningOf(restyled), meaningOf(files), folder);
    }
  });
}

test('styles together change no meaning', () => {
  const files = configFiles();
  const meaning = meaningOf(files);
  fc.assert(
    fc.property(fc.uniqueArray(fc.constantFrom(...Object.keys(styles)), { maxLength: 5 }), fc.nat(), (names, seed) => {
      // A byte order mark and line ends come last: nobody types them.
      const last = ['Windows line ends', 'a byte order mark'];
      const order = names.toSorted((a, b) => last.indexOf(a) - last.indexOf(b));
      const restyled = files.map((file) => ({
        ...file,
        text: order.reduce((text, name) => styles[name]?.(text, seed) ?? text, file.text),
      }));
      assert.deepEqual(meaningOf(restyled), meaning);
    }),
    { numRuns: 40 },
  );
});

/** Sections that no other section needs: zone and services are needed by many. */
const leaves = /^## .*(?:Known Issues|Health Check|Escalation|Team|Deployment)/i;

const slips: Record<string, (line: string, at: number) => string> = {
  'a word is dropped': (line, at) =>
    line
      .split(' ')
      .toSpliced(1 + (at % Math.max(1, line.split(' ').length)), 1)
      .join(' '),
  'a digit is another': (line, at) => line.replace(/\d/, String(at % 10)),
  'a letter is doubled': (line, at) => {
    const where = Math.min(line.length, 4 + (at % Math.max(1, line.length)));
    return line.slice(0, where) + line.charAt(where - 1) + line.slice(where);
  },
  'words are added': (line, at) => `${line} ${['except on Fridays', 'P7', '(see below)', 'for ages'][at % 4]}`,
};

test('a slip in one line changes nothing that other sections say', () => {
  const files = configFiles();
  const [orchestrator] = files;
  assert.ok(orchestrator);
  const lines = orchestrator.text.split('\n');
  const heads = lines.flatMap((line, index) => (line.startsWith('## ') ? [index] : []));
  const ranges = heads.map((head, index) => ({ head, end: heads[index + 1] ?? lines.length }));
  const choices = ranges
    .filter(({ head }) => leaves.test(lines[head] ?? ''))
    .flatMap(({ head, end }) =>
      lines
        .slice(head, end)
        .flatMap((line, index) => (/^\s*(?:- |\| \w)/.test(line) ? [{ line: head + index, head, end }] : [])),
    );
  const before = compileFiles(files).lines;
  fc.assert(
    fc.property(
      fc.constantFrom(...choices),
      fc.constantFrom(...Object.keys(slips)),
      fc.nat(),
      ({ line, head, end }, slip, at) => {
        const text = lines.with(line, slips[slip]?.(lines[line] ?? '', at) ?? '').join('\n');
        const after = compileFiles([{ ...orchestrator, text }, ...files.slice(1)]).lines;
        const elsewhere = (all: typeof before): typeof before =>
          all.filter((each) => each.file !== orchestrator.file || each.line <= head || each.line > end);
        assert.deepEqual(elsewhere(after), elsewhere(before));
      },
    ),
    { numRuns: 100 },
  );
});
