import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsInComments, hashOfHalf } from './halves.ts';
import { plainFile } from './source-set.ts';

const rows: [string, string, { bundle?: string; confirm?: string }][] = [
  ['nothing', '# A\n', {}],
  ['a comment', '# A\n<!-- bundle: 2026-11-24.1 -->\n', { bundle: '2026-11-24.1' }],
  ['both words', '<!-- confirm: a1b2c3 -->\n<!-- bundle: 7 -->', { bundle: '7', confirm: 'a1b2c3' }],
  [
    'a comment of several lines',
    '<!--\nSaturday rollout\nbundle: 7\n  confirm: a1\n-->',
    { bundle: '7', confirm: 'a1' },
  ],
  ['one twice: the first', '<!-- bundle: 7 -->\n<!-- bundle: 8 -->', { bundle: '7' }],
  ['one in an example', '```markdown\n<!-- bundle: 7 -->\n```\n', {}],
  ['one in a sentence', 'Write `<!-- bundle: 7 -->` into both.', {}],
  ['prose in a comment', '<!-- the bundle: 7 of them -->', {}],
];
for (const [what, text, facts] of rows) {
  test(`facts in comments: ${what}`, () => {
    assert.deepEqual(factsInComments([plainFile('CLAUDE.md', 'CLAUDE.md', text)], 'orchestrator'), facts);
  });
}

test('facts in comments: each half by itself, the agents in any of their files', () => {
  const files = [
    plainFile('CLAUDE.md', 'CLAUDE.md', '<!-- bundle: 7 -->'),
    plainFile('agents/a.md', 'a.md', 'x'),
    plainFile('agents/b.md', 'b.md', '<!-- bundle: 8 -->'),
  ];
  assert.deepEqual(
    [factsInComments(files, 'orchestrator'), factsInComments(files, 'agents')].map(({ bundle }) => bundle),
    ['7', '8'],
  );
});

test('the hash of a half: the same from everywhere, other for another file or name, whatever its comments, none without files', () => {
  const a = plainFile('agents/a.md', 'a.md', 'one');
  const b = plainFile('.claude/agents/b.md', 'b.md', 'two');
  const hash = hashOfHalf([a, b], 'agents');
  assert.equal(
    hashOfHalf([{ ...b, file: 'agents/b.md' }, plainFile('CLAUDE.md', 'CLAUDE.md', 'x'), a], 'agents'),
    hash,
  );
  assert.notEqual(hashOfHalf([a], 'agents'), hash);
  assert.equal(hashOfHalf([a, { ...b, text: 'two\n<!-- bundle: 7 -->' }], 'agents'), hash);
  assert.notEqual(hashOfHalf([a, { ...b, name: 'c.md' }], 'agents'), hash);
  assert.equal(hashOfHalf([a, b], 'orchestrator'), undefined);
});
