import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileFiles } from '../src/config/compile.ts';
import { sayProblem } from '../src/config/say-problem.ts';
import { configFiles, exampleFolder } from './support/config-files.ts';
import { cureFiles, readCure } from './support/cure.ts';

const configs = join(import.meta.dirname, 'configs');
const folders = readdirSync(configs, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** `UPDATE_CONFIGS=1` writes what came instead of comparing; read the difference before you keep it. */
const update = process.env['UPDATE_CONFIGS'] === '1';

/** What the example itself says is not the fault of a folder. */
const ownProblems = new Set(compileFiles(configFiles()).problems.map(sayProblem));

for (const name of folders) {
  test(`broken configuration: ${name}`, () => {
    const { problems } = compileFiles(configFiles(join(configs, name)));
    const said = problems.map(sayProblem).filter((line) => !ownProblems.has(line));
    const path = join(configs, name, 'expected.txt');
    if (update) writeFileSync(path, `${said.join('\n')}\n`);
    assert.deepEqual(said, readFileSync(path, 'utf8').trimEnd().split('\n'));
    assert.ok(said.length > 0, 'a broken configuration has a problem');
  });
}

for (const name of folders) {
  test(`what is said of ${name} cures it`, () => {
    const folder = join(configs, name);
    const expected = readFileSync(join(folder, 'expected.txt'), 'utf8').trimEnd().split('\n');
    const { follows, writes, edits } = readCure(join(folder, 'cure.txt'));
    const said = expected.find((line) => line.includes(follows));
    assert.ok(said, `no message says "${follows}"`);
    if (writes !== undefined) {
      assert.ok(said.includes(writes), `the message does not say to write "${writes}"`);
      const written = edits.map(({ to }) => to.replaceAll('**', '')).join('\n');
      assert.ok(written.includes(writes.replaceAll('**', '')), `the cure does not write "${writes}"`);
    }
    const { problems } = compileFiles(cureFiles(configFiles(folder), edits));
    const left = problems.filter(({ level }) => level !== 'info').map(sayProblem);
    assert.deepEqual(left, [], 'what the message says to write has no problem');
  });
}

test('at least 80 configurations are broken in their own way', () => {
  assert.ok(folders.length >= 80, `there are ${folders.length}`);
});

test('the example compiles without a warning', () => {
  const { problems } = compileFiles(configFiles(exampleFolder));
  assert.deepEqual(
    problems.filter(({ level }) => level !== 'info'),
    [],
  );
});
