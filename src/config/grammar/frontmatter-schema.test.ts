import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFrontmatter } from './frontmatter.ts';
import { frontmatterJsonSchema, frontmatterSchema } from './frontmatter-schema.ts';

const rows: [string, object, string][] = [
  ['a name and a sentence', { name: 'helper', description: 'Helps.' }, 'fits'],
  [
    'every key',
    { name: 'h', description: 'd', tools: 'Bash', model: '$MODEL', when: 'always', maxTurns: 9, budgetUsd: 0.5 },
    'fits',
  ],
  ['a name in capitals', { name: 'Helper', description: 'Helps.' }, 'name'],
  ['no sentence', { name: 'helper', description: ' ' }, 'description'],
  ['turns as a word', { name: 'h', description: 'd', maxTurns: 'many' }, 'maxTurns'],
  ['a free budget', { name: 'h', description: 'd', budgetUsd: 0 }, 'budgetUsd'],
  ['a moment that is none', { name: 'h', description: 'd', when: 'sometimes' }, 'when'],
  ['a key that is none', { name: 'h', description: 'd', modle: 'haiku' }, 'modle'],
];

for (const [what, value, expected] of rows) {
  test(`frontmatter with ${what}: schema and reader say the same`, () => {
    const parsed = frontmatterSchema.safeParse(value);
    const { notes } = readFrontmatter(JSON.stringify(value));
    const faults = notes.filter(({ level }) => level === 'error');
    assert.equal(parsed.success, expected === 'fits');
    assert.equal(faults.length === 0, expected === 'fits', JSON.stringify(faults));
    if (expected !== 'fits') assert.match(faults[0]?.message ?? '', new RegExp(`\`${expected}\``));
  });
}

test('the JSON Schema knows every key of the frontmatter and those that only Claude Code reads', () => {
  const { properties } = frontmatterJsonSchema() as { properties: Record<string, { description: string }> };
  for (const key of [...Object.keys(frontmatterSchema.shape), 'color']) assert.ok(properties[key]?.description, key);
});
