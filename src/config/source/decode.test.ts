import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText } from './decode.ts';

const bytes = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))));

/** Bytes, the text they become, and the problems. */
const rows: [string, Uint8Array, string, string[]][] = [
  ['plain text', bytes('# A\nü 東 \u{1f600}\n'), '# A\nü 東 \u{1f600}\n', []],
  ['line ends of Windows', bytes('# A\r\nb\r\n'), '# A\nb\n', []],
  ['lone carriage returns (F18)', bytes('# A\rb'), '# A\nb', []],
  ['a byte order mark (F17)', bytes(0xef, 0xbb, 0xbf, '# A'), '# A', ['1:1 warning byte-order-mark']],
  ['a byte that is not UTF-8 (F19)', bytes('# A\nb', 0xff, 'c\n'), '# A\nb\uFFFDc\n', ['2:1 error not-utf8']],
  ['a character cut in half', bytes('# A\n\nb', 0xe6, 0x9d), '# A\n\nb\uFFFD', ['3:1 error not-utf8']],
  [
    'UTF-16',
    bytes(0xff, 0xfe, '#', 0, 'A', 0),
    '\uFFFD\uFFFD#\uFFFDA\uFFFD',
    ['1:1 error not-utf8', '1:4 error nul-character'],
  ],
  ['NUL (F19)', bytes('# A\nb', 0, 'c'), '# A\nb\uFFFDc', ['2:2 error nul-character']],
  ['nothing', bytes(), '', []],
];
for (const [name, given, text, problems] of rows) {
  test(`decode: ${name}`, () => {
    const read = decodeText(given, 'CLAUDE.md');
    assert.equal(read.text, text);
    assert.deepEqual(
      read.problems.map(({ line, column, level, code }) => `${line}:${column} ${level} ${code}`),
      problems,
    );
  });
}
