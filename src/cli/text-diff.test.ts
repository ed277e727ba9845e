import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unifiedDiff } from './text-diff.ts';

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join('');

// As `diff -u` of GNU diffutils 3.10 prints them.
const rows: [what: string, before: string | undefined, after: string | undefined, expected: string[]][] = [
  ['the same', 'a\nb\n', 'a\nb\n', []],
  ['only the line ends differ', 'a\r\nb\r\n', 'a\nb', []],
  ['a new file', undefined, 'a\nb\n', ['@@ -0,0 +1,2 @@', '+a', '+b']],
  ['a file that is gone', 'a\n', undefined, ['@@ -1 +0,0 @@', '-a']],
  ['one line of three', 'a\nb\nc\n', 'a\nx\nc\n', ['@@ -1,3 +1,3 @@', ' a', '-b', '+x', ' c']],
  [
    'far from each other: two parts',
    numbers(1, 20),
    numbers(1, 20).replace('\n3\n', '\nthree\n').replace('\n18\n', '\neighteen\n'),
    [
      ...['@@ -1,6 +1,6 @@', ' 1', ' 2', '-3', '+three', ' 4', ' 5', ' 6'],
      ...['@@ -15,6 +15,6 @@', ' 15', ' 16', ' 17', '-18', '+eighteen', ' 19', ' 20'],
    ],
  ],
  [
    'near each other: one part',
    numbers(1, 9),
    numbers(1, 9).replace('\n2\n', '\n').replace('\n8\n', '\n8\n8.5\n'),
    ['@@ -1,9 +1,9 @@', ' 1', '-2', ' 3', ' 4', ' 5', ' 6', ' 7', ' 8', '+8.5', ' 9'],
  ],
];
for (const [what, before, after, expected] of rows) {
  test(`a difference: ${what}`, () => assert.deepEqual(unifiedDiff(before, after), expected));
}
