import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failures, promises } from '../scripts/generate/failures.ts';
import { findProofs } from '../scripts/generate/failures-page.ts';

/** Numbers that no test proves so far. One that is proved leaves this list; the list may only become shorter. */
const notYet: readonly string[] = ['A10'];

const all = [...failures, ...promises];
const proved = new Set(findProofs().map(({ id }) => id));

test('the failures are F1 to F52, the promises A1 to A15, each once and in order', () => {
  const numbers = (letter: string, last: number): string[] =>
    Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
  assert.deepEqual(
    all.map(({ id }) => id),
    [...numbers('F', 52), ...numbers('A', 15)],
  );
});

test('each is proved by a test that has its number, or cannot happen here', () => {
  const open = all.filter(({ id, never }) => !never && !proved.has(id) && !notYet.includes(id)).map(({ id }) => id);
  assert.deepEqual(open, [], 'end the name of the test that proves it with its number: `a pipe is refused (F22)`');
});

test('what is proved is no longer on the list of what is not', () => {
  assert.deepEqual(
    notYet.filter((id) => proved.has(id)),
    [],
    'remove it from `notYet` and run `npm run generate`',
  );
});

test('what cannot happen needs no proof, and no test has a number that does not exist', () => {
  assert.deepEqual(
    all.filter(({ id, never }) => never && proved.has(id)).map(({ id }) => id),
    [],
    'it is proved: say what we do instead of why it cannot happen',
  );
  const known = new Set(all.map(({ id }) => id));
  assert.deepEqual(
    findProofs().filter(({ id }) => !known.has(id)),
    [],
  );
});
