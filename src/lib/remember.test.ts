import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remember } from './remember.ts';

test('a text that comes again is not read again, and the oldest is forgotten', () => {
  const read: string[] = [];
  const lengthOf = remember((text) => read.push(text) && text.length, 2);
  assert.deepEqual([lengthOf('a'), lengthOf('bb'), lengthOf('a')], [1, 2, 1]);
  assert.deepEqual(read, ['a', 'bb']);
  lengthOf('ccc');
  assert.equal(lengthOf('a'), 1);
  assert.deepEqual(read, ['a', 'bb', 'ccc']);
  lengthOf('bb');
  assert.deepEqual(read, ['a', 'bb', 'ccc', 'bb']);
});
