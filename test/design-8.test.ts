import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const table = 'docs/decisions/design-8.md';

const rows = [...read(table).matchAll(/^\| (.*?) ?\| (.*?) \| `([^`]+)` \| `([^`]+)` \|$/gm)].map(
  ([, question = '', decided = '', file = '', name = '']) => ({ question, decided, file, name }),
);

/** A title or a row's words: a whole string of the file, in whichever quotes. */
const isIn = (text: string, name: string): boolean =>
  ["'", '"', '`'].some((quote) => text.includes(`${quote}${name}${quote}`));

test('every line of the table is read', () => {
  const lines = read(table)
    .split('\n')
    .filter((line) => line.startsWith('| '));
  assert.equal(rows.length, lines.length - 2, 'a line has four cells, the file and the test in backticks');
});

test('every decision names tests that are there', () => {
  const missing = rows
    .filter(({ file, name }) => !file.endsWith('.test.ts') || !existsSync(join(root, file)) || !isIn(read(file), name))
    .map(
      ({ file, name, decided }) =>
        `${decided}: ${file} has no test "${name}"; write it, or name the one that proves this`,
    );
  assert.deepEqual(missing, []);
});

test('no decision is without a question, and no test proves two in the same words', () => {
  assert.ok(rows[0]?.question);
  const names = rows.map(({ file, name }) => `${file} ${name}`);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});
