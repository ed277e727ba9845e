import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Example, problemPages } from '../src/config/pages/index.ts';
import { tryExample } from '../src/config/pages/try-example.ts';
import { problemTable } from '../src/config/problems.ts';
import type { Problem } from '../src/config/revision.ts';
import { matchProblemCures } from '../src/triage/match-problems.ts';

const room = join(import.meta.dirname, '..', 'src', 'config');

/** Codes that grammars and sources write down where they find them: `code: '...'` or the argument before a message. */
function codesWritten(): string[] {
  const files = readdirSync(room, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(?:grammar|source)\/.*(?<!\.test)\.ts$/.test(name),
  );
  const marks =
    /(?:code: |(?:fault|found|refuse|sourceProblem|problemAt)\([^']{0,60}|'E[A-Z]+',\s*|level: '\w+',\s*|'(?:info|warning|error)',\s*)'([a-z][a-z0-9]*(?:-[a-z0-9]+)+)'/g;
  return files.flatMap((name) =>
    [...readFileSync(join(room, name), 'utf8').matchAll(marks)].map(([, code = '']) => code),
  );
}

test('every code has a page, and no page is left over', () => {
  const codes = new Set([...Object.keys(problemTable), ...codesWritten(), ...Object.keys(matchProblemCures)]);
  assert.deepEqual(
    [...codes].filter((code) => !problemPages.has(code)),
    [],
    'write it in src/config/pages/',
  );
  const left = [...problemPages.keys()].filter((code) => !codes.has(code));
  assert.deepEqual(left, [], 'nothing gives these codes: remove their pages');
});

const problemsOf = (example: Example, text: string): Problem[] => tryExample(example, text).problems;
const codesOf = (problems: readonly Problem[]): string[] => problems.map(({ code }) => code);

for (const [code, page] of problemPages) {
  if (!('example' in page)) continue;
  const { example } = page;
  describe(`the page of ${code}`, () => {
    test('shows what causes it', () => {
      const codes = codesOf(problemsOf(example, example.wrong));
      assert.ok(codes.includes(code), `it gives ${codes.join(', ') || 'nothing'}`);
    });
    test('shows what to write instead: without any problem', () => {
      const left = problemsOf(example, example.right).filter(({ level }) => level !== 'info');
      assert.deepEqual(left, []);
      assert.ok(!codesOf(problemsOf(example, example.right)).includes(code));
    });
  });
}
