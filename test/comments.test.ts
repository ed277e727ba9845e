import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileFiles } from '../src/config/compile.ts';
import type { Revision, SourceFile } from '../src/config/revision.ts';
import { configFiles } from './support/config-files.ts';

/** What a revision decides: all of it but where lines stand, and what they are called. */
const meaningOf = ({ lines: _, problems, ...revision }: Revision): unknown =>
  JSON.parse(
    JSON.stringify(
      { ...revision, problems: problems.map(({ code, message }) => `${code} ${message}`) },
      (key, value) => (key === 'at' ? undefined : value),
    ),
  );

/** Whether a line is Markdown in which a comment is a comment: not in the frontmatter and not in a fence. */
function placesOf(text: string, isFit: (line: string, above: string) => boolean): number[] {
  let fence = false;
  let frontmatter = text.startsWith('---\n');
  return text.split('\n').flatMap((line, index, lines) => {
    if (frontmatter) {
      if (index > 0 && line === '---') frontmatter = false;
      return [];
    }
    const fit = isFit(line, lines[index - 1] ?? '') ? [index] : [];
    if (!/^\s*```/.test(line)) return fence ? [] : fit;
    fence = !fence;
    return fence ? fit : [];
  });
}

const put = (text: string, at: number, lines: string[]): string =>
  text
    .split('\n')
    .toSpliced(at, 0, ...lines)
    .join('\n');

const files = configFiles();
const plain = compileFiles(files);

type Way = [what: string, edit: (text: string, at: number) => string, isFit?: (line: string, above: string) => boolean];
const ways: Way[] = [
  ['a line of its own', (text, at) => put(text, at, ['<!-- bundle: x -->'])],
  [
    'a line of its own between empty ones',
    (text, at) => put(text, at, ['<!-- bundle: x -->', '']),
    (_, above) => above === '',
  ],
  ['three lines', (text, at) => put(text, at, ['<!--', 'confirm: 0123', '-->'])],
  [
    'the end of a line',
    (text, at) =>
      text
        .split('\n')
        .map((line, index) => (index === at ? `${line} <!-- why: x -->` : line))
        .join('\n'),
    (line) => line !== '' && !line.startsWith('```'),
  ],
];
for (const [way, [what, edit, isFit = () => true]] of ways.entries()) {
  test(`a comment (${what}) changes neither the hash nor any meaning`, () => {
    const wrong: string[] = [];
    for (const [index, file] of files.entries()) {
      for (const at of placesOf(file.text, isFit).filter((_, place) => place % 3 === way % 3)) {
        const edited: SourceFile[] = files.with(index, { ...file, text: edit(file.text, at) });
        const revision = compileFiles(edited);
        const place = `${file.name}:${at + 1} ${file.text.split('\n')[at]}`;
        if (revision.id !== plain.id) wrong.push(`hash: ${place}`);
        else
          try {
            assert.deepEqual(meaningOf(revision), meaningOf(plain));
          } catch (error) {
            wrong.push(`meaning: ${place} ${String(error).slice(0, 400)}`);
          }
      }
    }
    assert.deepEqual(wrong, []);
  });
}
