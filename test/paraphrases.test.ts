import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileFiles } from '../src/config/compile.ts';
import { factsOf } from './support/facts.ts';
import { filesOf, readParaphrases } from './support/paraphrases.ts';

const page = readFileSync(join(import.meta.dirname, 'paraphrases.md'), 'utf8');
const { paraphrases, base } = readParaphrases(page);

for (const paraphrase of paraphrases) {
  test(`paraphrase ${paraphrase.number}: ${paraphrase.title}`, () => {
    const revision = compileFiles(filesOf(paraphrase, base));
    const facts = new Set(factsOf(revision));
    const told = revision.problems.map(({ level, code, message, cure }) => ({
      kind: level === 'error' ? 'refused' : level,
      says: `${code}: ${message} ${cure}`,
    }));
    for (const line of paraphrase.expected) {
      const [, kind, words = ''] = /^(refused|warning|info): (.+)$/.exec(line) ?? [];
      if (kind === undefined) {
        const near = [...facts].filter((fact) => fact.split(' ')[0] === line.split(' ')[0]);
        assert.ok(facts.has(line), `"${line}" is not what was understood:\n${near.join('\n')}\n${sayTold(told)}`);
        continue;
      }
      const at = told.findIndex((each) => each.kind === kind && each.says.toLowerCase().includes(words.toLowerCase()));
      assert.ok(at >= 0, `no ${kind} line with "${words}":\n${sayTold(told)}\n${[...facts].join('\n')}`);
      told.splice(at, 1);
    }
    assert.deepEqual(
      told.filter(({ kind }) => kind !== 'info'),
      [],
      'said although it is not listed',
    );
  });
}

test('there are 120, and each says what it means', () => {
  assert.equal(paraphrases.length, 120);
  assert.deepEqual(
    paraphrases.map(({ number }) => number),
    paraphrases.map((_, index) => index + 1),
  );
  assert.deepEqual(
    paraphrases.filter(({ expected }) => expected.length === 0).map(({ title }) => title),
    [],
  );
});

const sayTold = (told: readonly { kind: string; says: string }[]): string =>
  told.map(({ kind, says }) => `${kind}: ${says}`).join('\n');
