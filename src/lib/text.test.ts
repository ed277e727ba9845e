import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothEnds, cleanText } from './text.ts';

const rows: [text: string, clean: string][] = [
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b[2J\u001b[1;1Hgone', 'gone'],
  ['one\r\ntwo\rthree', 'one\ntwo\nthree'],
  ['first\n[ERROR] second', 'first\n[ERROR] second'],
  ['a\t[b', 'a\t[b'],
  ['z\u200bero\u202e\u0007', 'zero'],
];
for (const [text, clean] of rows) test(JSON.stringify(text), () => assert.equal(cleanText(text), clean));

test('a long message keeps what went wrong last', () => {
  assert.equal(bothEnds('failed to pull: not found', 40), 'failed to pull: not found');
  const cut = bothEnds(`failed to pull ${'x'.repeat(300)}: not found`, 40);
  assert.equal(cut.length, 40);
  assert.match(cut, /^failed to pull x+ … x+: not found$/);
});
