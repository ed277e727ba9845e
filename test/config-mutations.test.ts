import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileFiles } from '../src/config/compile.ts';
import type { SourceFile } from '../src/config/revision.ts';
import { configFiles } from './support/config-files.ts';

const files = configFiles();

type Mutation = (lines: string[], at: number, other: number, noise: string) => string[];

/** What a slip of the hand, a bad merge or a hostile editor does to a file. */
const mutations: Record<string, Mutation> = {
  'a line is deleted': (lines, at) => lines.toSpliced(at, 1),
  'a line is doubled': (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ''),
  'two lines are swapped': (lines, at, other) => lines.with(at, lines[other] ?? '').with(other, lines[at] ?? ''),
  'a heading changes its level': (lines, at) => {
    const heading = lines.findIndex((line, index) => index >= at && line.startsWith('#'));
    return heading < 0 ? lines : lines.with(heading, (lines[heading] ?? '').replace(/^#+/, '#'.repeat((at % 6) + 1)));
  },
  'noise is put into a line': (lines, at, other, noise) =>
    lines.with(at, `${(lines[at] ?? '').slice(0, other)}${noise}${(lines[at] ?? '').slice(other)}`),
  'a line is replaced by noise': (lines, at, _, noise) => lines.with(at, noise),
  'a line is cut': (lines, at, other) => lines.with(at, (lines[at] ?? '').slice(0, other % 20)),
  'a line is indented': (lines, at, other) => lines.with(at, `${' '.repeat(other % 9)}${lines[at] ?? ''}`),
};

const markdownNoise = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '```',
    '~~~',
    '<!--',
    '-->',
    '---',
    '***',
    '| a | b |',
    '|--|--|',
    '> ',
    '- [ ] ',
    '# ',
    '####### ',
    '{{',
    '$HOME',
    '<b>',
    '\t- x',
    '**',
    '`',
    '[a](b',
    '&#0;',
    '\r',
    '\u0000',
  ),
);

const mutated = fc
  .tuple(
    fc.nat({ max: files.length - 1 }),
    fc.array(
      fc.record({
        what: fc.constantFrom(...Object.keys(mutations)),
        at: fc.nat(),
        other: fc.nat(),
        noise: markdownNoise,
      }),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([which, steps]) =>
    files.map((file, index): SourceFile => {
      if (index !== which) return file;
      let lines = file.text.split('\n');
      for (const { what, at, other, noise } of steps) {
        const mutate = mutations[what];
        if (mutate && lines.length > 0) lines = mutate(lines, at % lines.length, other % lines.length, noise);
      }
      return { ...file, text: lines.join('\n') };
    }),
  );

test('no mutation of a configuration makes the compiler fail, and every line has one verdict', () => {
  fc.assert(
    fc.property(mutated, (set) => {
      const { lines, problems } = compileFiles(set);
      for (const { file, text } of set) {
        const numbers = lines.filter((line) => line.file === file).map(({ line }) => line);
        const wanted = text.replace(/\r\n?/g, '\n').split('\n').length;
        assert.deepEqual(
          numbers,
          Array.from({ length: wanted }, (_, index) => index + 1),
        );
        for (const problem of problems.filter((each) => each.file === file)) {
          assert.ok(
            problem.line >= 1 && problem.line <= wanted,
            `${problem.code} stands in line ${problem.line} of ${wanted}`,
          );
          assert.ok(problem.column >= 1, `${problem.code} stands in column ${problem.column}`);
        }
      }
      assert.deepEqual(
        problems.filter(({ code }) => code === 'compiler-failed'),
        [],
      );
    }),
    { numRuns: 250 },
  );
});

test('a compile of the same files gives the same revision, whatever was compiled between', () => {
  const before = compileFiles(files);
  fc.assert(
    fc.property(mutated, (set) => void compileFiles(set)),
    { numRuns: 20 },
  );
  assert.deepEqual(compileFiles(files), before);
});
