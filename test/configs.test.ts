import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileFiles } from '../src/config/compile.ts';
import type { Problem } from '../src/config/revision.ts';
import { configFiles, exampleFolder } from './support/config-files.ts';

const configs = join(import.meta.dirname, 'configs');
const folders = readdirSync(configs, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** `UPDATE_CONFIGS=1` writes what came instead of comparing; read the difference before you keep it. */
const update = process.env['UPDATE_CONFIGS'] === '1';

const say = ({ file, line, column, level, code, message, cure }: Problem): string =>
  `${file}:${line}:${column}  ${level} ${code}: ${message} ${cure}`;

/** What the example itself says is not the fault of a folder. */
const ownProblems = new Set(compileFiles(configFiles()).problems.map(say));

for (const name of folders) {
  test(`broken configuration: ${name}`, () => {
    const { problems } = compileFiles(configFiles(join(configs, name)));
    const said = problems.map(say).filter((line) => !ownProblems.has(line));
    const path = join(configs, name, 'expected.txt');
    if (update) writeFileSync(path, `${said.join('\n')}\n`);
    assert.deepEqual(said, readFileSync(path, 'utf8').trimEnd().split('\n'));
    assert.ok(said.length > 0, 'a broken configuration has a problem');
  });
}

test('at least 30 configurations are broken in their own way', () => {
  assert.ok(folders.length >= 30, `there are ${folders.length}`);
});

test('the example compiles without a warning', () => {
  const { problems } = compileFiles(configFiles(exampleFolder));
  assert.deepEqual(
    problems.filter(({ level }) => level !== 'info'),
    [],
  );
});
