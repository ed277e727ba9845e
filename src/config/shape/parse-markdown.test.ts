import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Root } from 'mdast';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { parseMarkdown } from './parse-markdown.ts';

const whole = unified().use(remarkParse).use(remarkGfm).freeze();

/** What matters of a tree: which blocks stand where. */
const blocksOf = (root: Root, linesAbove: number): string[] =>
  root.children.map(
    ({ type, position }) =>
      `${type} ${(position?.start.line ?? 0) + linesAbove}-${(position?.end.line ?? 0) + linesAbove}`,
  );

const line = fc.constantFrom(
  '## One',
  '## Two',
  '# Title',
  '',
  '',
  '- item',
  '  nested',
  '    code',
  'prose',
  '```',
  '```bash',
  '~~~~',
  '   ```',
  '- ```',
  '> quote',
  '> ```',
  '<div>',
  '<pre>',
  '</pre>',
  '| a | b |',
  '|---|---|',
  '---',
  '1. one',
);

test('sections parsed one by one give the same blocks as the whole', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), (lines) => {
      const parts = parseMarkdown(lines).flatMap(({ root, linesAbove }) => blocksOf(root, linesAbove));
      assert.deepEqual(parts, blocksOf(whole.parse(lines.join('\n')), 0));
    }),
    { numRuns: 400 },
  );
});
