import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findExamples, tryEdit } from '../scripts/generate/guide.ts';
import { labelNames } from '../src/config/labels.ts';
import { sayProblem } from '../src/config/say-problem.ts';

const path = 'docs/AGENT-CUSTOMIZATION-GUIDE.md';
const guide = readFileSync(join(import.meta.dirname, '..', path), 'utf8');
const examples = findExamples(guide);

describe('the customization guide', () => {
  for (const example of examples) {
    const { file, mode, text, line } = example;
    const name = text.split('\n').find((each) => /^\s*[-|>]|^\*\*/.test(each)) ?? text.split('\n')[0];
    test(`${path}:${line} ${file}: ${name?.trim()}`, () => {
      const { problems, means, changes } = tryEdit(example);
      if (mode === 'refused') assert.ok(problems.some(({ level }) => level === 'error'));
      else assert.deepEqual(problems.map(sayProblem), []);
      // What neither means nor changes anything is prose, and stands where agents or nobody reads.
      const isProse = /Guidance:|History|How to look/.test(text);
      assert.equal(mode === 'refused' || means.length + changes.length > 0, !isProse);
    });
  }

  test('shows every label of the language', () => {
    const shown = examples.map(({ text }) => text.toLowerCase().replaceAll('**', '')).join('\n');
    const isShown = (name: string): boolean =>
      new RegExp(`(?:^|[-|]) *${name.replaceAll('.', '\\.')} *(?:[:|]|$)`, 'm').test(shown);
    const missing = Object.entries(labelNames).filter(([, names]) => !names.some(isShown));
    assert.deepEqual(
      missing.map(([label]) => label),
      [],
      'show it where somebody would look for it',
    );
  });

  test('lists every task at its beginning', () => {
    const prose = guide.replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, '');
    const tasks = [...prose.matchAll(/^### (.*)$/gm)].map(([, task = '']) => task.toLowerCase());
    const listed = [...guide.matchAll(/\[([^\]]+)\]\(#/g)].map(([, task = '']) => task.toLowerCase());
    assert.deepEqual(
      tasks.filter((task) => !listed.includes(task)),
      [],
    );
  });

  test('says for every task how to see that it took effect', () => {
    const prose = guide.replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, 'EXAMPLE');
    const tasks = prose.slice(prose.indexOf('## Services'), prose.indexOf('## Leave notes')).split(/^#{2,3} /m);
    const unseen = tasks.filter((task) => task.includes('EXAMPLE') && !task.includes('To see it:'));
    assert.ok(tasks.length > 40, `there are ${tasks.length}`);
    assert.deepEqual(
      unseen.map((task) => task.split('\n')[0]),
      [],
    );
  });
});
