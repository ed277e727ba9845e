import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFrontmatter } from './frontmatter.ts';

const head = 'name: k8s-analyzer\ndescription: Finds what is wrong';

test('frontmatter: everything that an agent may say', () => {
  const text = `${head}\ntools: Bash, Read(*), grep\nmodel: haiku\nwhen: on-change\nmaxTurns: 12\nbudgetUsd: 0.5`;
  assert.deepEqual(readFrontmatter(text), {
    agent: {
      name: 'k8s-analyzer',
      description: 'Finds what is wrong',
      tools: ['Bash', 'Read', 'Grep'],
      model: 'haiku',
      when: 'on-change',
      maxTurns: 12,
      budgetUsd: 0.5,
    },
    notes: [],
  });
});

test('frontmatter: name and description are enough', () => {
  assert.deepEqual(readFrontmatter(head).agent, {
    name: 'k8s-analyzer',
    description: 'Finds what is wrong',
    model: 'inherit',
    when: 'always',
  });
});

for (const model of ['haiku', 'Sonnet', 'opus', 'inherit', 'claude-sonnet-4-5-20250929', '$K8S_ANALYZER_MODEL']) {
  test(`frontmatter: the model may be ${model}`, () => {
    assert.equal(readFrontmatter(`${head}\nmodel: ${model}`).agent?.model, model === 'Sonnet' ? 'sonnet' : model);
  });
}

/** Text, the line and level of its first note, and what that says. */
const faults: [string, number, string, RegExp][] = [
  ['', 1, 'error', /empty/],
  ['# only a comment', 1, 'error', /empty/],
  ['- a list', 1, 'error', /no keys/],
  ['name: a', 1, 'error', /no `description`/],
  [`${head}\nmodle: haiku`, 3, 'error', /Did you mean `model`\?/],
  [`${head}\ncolor: red`, 3, 'warning', /no effect/],
  [`${head}\nname: b`, 3, 'error', /unique.*Keep one/],
  [`${head}\n\tmodel: haiku`, 3, 'error', /Tabs.*spaces/],
  [`${head}\nmodel: *haiku`, 3, 'error', /alias/i],
  [`${head}\nmodel: &m haiku`, 3, 'error', /anchor/i],
  [`${head}\nmodel: !!js/function x`, 3, 'error', /tag/],
  [`${head}\n---\nname: b`, 3, 'error', /second YAML document/],
  [`${head}\ntools: ${'['.repeat(11)}`, 3, 'error', /nested too deeply/],
  [`${head}\n${'a: '.repeat(12)}`, 3, 'error', /nested too deeply/],
  ['name: a\ndescription: see: this', 2, 'error', /quotes/],
  ["name: a\ndescription: 'open", 2, 'error', /quote/],
  [`${head}\nmodel: gpt-4`, 3, 'error', /not a model/],
  [`${head}\nmodel: hiaku`, 3, 'error', /Did you mean haiku\?/],
  [`${head}\nmodel: $MODEL`, 3, 'info', /setting \$MODEL/],
  [`${head}\ntools: Bash, Write`, 3, 'warning', /Write is not offered/],
  [`${head}\ntools: [Bash, mcp__slack__post]`, 3, 'warning', /mcp__slack__post is not offered/],
  [`${head}\ntools: {a: b}`, 3, 'error', /`tools`/],
  [`${head}\nwhen: sometimes`, 3, 'error', /always, on-change, on-incident/],
  [`${head}\nmaxTurns: many`, 3, 'error', /whole number/],
  [`${head}\nbudgetUsd: -1`, 3, 'error', /dollars/],
  ['name: K8s Analyzer\ndescription: x', 1, 'error', /small letters/],
  ['name: a\ndescription: 7', 2, 'error', /one sentence/],
];
for (const [text, line, level, says] of faults) {
  test(`frontmatter: ${JSON.stringify(text)} has an ${level} in line ${line} (F10, F11, F12, F14, F15)`, () => {
    const { agent, notes } = readFrontmatter(text);
    assert.deepEqual([notes[0]?.line, notes[0]?.level], [line, level]);
    assert.match(`${notes[0]?.message} ${notes[0]?.cure}`, says);
    assert.equal(agent === undefined, level === 'error');
  });
}

test('frontmatter: YAML 1.2 reads `no` as a word (F11)', () => {
  assert.equal(readFrontmatter('name: no\ndescription: yes').agent?.name, 'no');
});

test('frontmatter: a bomb of aliases is refused before it is unfolded (F11)', () => {
  const text = `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n${head}`;
  assert.equal(readFrontmatter(text).agent, undefined);
});
