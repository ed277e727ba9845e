import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sayChange } from './say-change.ts';

const rows: [changes: string[], limit: number | undefined, says: string][] = [
  [[], undefined, 'nothing changes in meaning'],
  [['P0 `shop` removed'], undefined, 'P0 `shop` removed'],
  [['P0 `shop` removed', 'SEV-1 after 2 -> 200 minutes'], undefined, 'P0 `shop` removed; SEV-1 after 2 -> 200 minutes'],
  [['first', 'second', 'third'], 24, 'first (and 2 more)'],
  [['first', 'second', 'third', 'fourth'], 27, 'first; second (and 2 more)'],
  // An Event counts bytes.
  [['ä'.repeat(9), 'second'], 20, '(and 2 more)'],
];

for (const [changes, limit, says] of rows) {
  test(`${changes.length} changes in ${limit ?? 'the usual'} bytes: ${says}`, () => {
    assert.equal(sayChange(changes, limit), says);
  });
}

test('however many and long, it fits into an Event', () => {
  const says = sayChange(Array.from({ length: 500 }, (_, index) => `P0 \`${'é'.repeat(300)}-${index}\` removed`));
  assert.ok(Buffer.byteLength(says) <= 800);
  assert.match(says, /^P0 `é+… \(and 499 more\)$/);
});
