import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceFile } from '../../config/revision.ts';
import { plainFile } from '../../config/source/source-set.ts';
import { keepHistory } from './half-history.ts';

const files = (text: string): SourceFile[] => [plainFile('CLAUDE.md', 'CLAUDE.md', text)];

/** What the API gave, in order, and what mounted files with that text are then. */
const rows: [string[], string, 'newest' | 'older' | 'new'][] = [
  [[], 'a', 'new'],
  [['a'], 'a', 'newest'],
  [['a'], 'b', 'new'],
  [['a', 'b'], 'a', 'older'],
  [['a', 'b'], 'b', 'newest'],
  [['a', 'b', 'a'], 'a', 'newest'],
  [['a', 'b', 'a'], 'b', 'older'],
  [['a', 'a'], 'a', 'newest'],
];
for (const [given, held, judged] of rows) {
  test(`history: the API gave ${given.join(', ') || 'nothing'}, files with ${held} are ${judged}`, () => {
    const history = keepHistory('orchestrator');
    for (const text of given) history.give(files(text), {});
    assert.equal(history.judge(files(held)), judged);
  });
}

test('history: what the API had replaced before anybody asked it is older, too, until it gives it again', () => {
  const history = keepHistory('orchestrator');
  history.give(files('b'), { author: 'kubectl' });
  history.markOlder(files('a'));
  history.markOlder(files('b'));
  assert.deepEqual([history.judge(files('a')), history.judge(files('b'))], ['older', 'newest']);
  assert.equal(history.newest()?.facts.author, 'kubectl');
  history.give(files('a'), {});
  assert.equal(history.judge(files('a')), 'newest');
});

test('history: a deleted half is no content', () => {
  const history = keepHistory('orchestrator');
  history.give(files('a'), {});
  history.give([], {});
  assert.equal(history.newest()?.files[0]?.text, 'a');
  assert.equal(history.judge([]), 'new');
});

test('history: the oldest are forgotten, so that a year of edits takes no memory', () => {
  const history = keepHistory('orchestrator');
  for (let edit = 0; edit < 700; edit++) history.give(files(`${edit}`), {});
  assert.equal(history.judge(files('0')), 'new');
  assert.equal(history.judge(files('698')), 'older');
});
