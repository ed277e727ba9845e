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

/** The folders that prove a failure of docs/failures.md. */
const proofs = [
  'agent-listed-twice (F13)',
  'agent-name-differs-from-file (F13)',
  'agent-removed (F7)',
  'bidirectional-control (F19)',
  'byte-order-mark (F17)',
  'check-pipes-into-a-shell (F52)',
  'check-reads-secrets (F52)',
  'empty-file (F8)',
  'file-too-large (F20)',
  'frontmatter-missing (F10)',
  'frontmatter-model-unknown (F14)',
  'frontmatter-not-closed (F10)',
  'frontmatter-unknown-key (F12)',
  'nul-character (F19)',
  'placeholder-not-expanded (F16)',
  'port-in-the-markdown (F48)',
  'token-in-the-markdown (F48)',
  'tool-not-offered (F15, F52)',
  'zero-width-in-name (F19)',
];
const titleOf = (folder: string): string => proofs.find((proof) => proof.startsWith(`${folder} (`)) ?? folder;

test('every proof is a folder', () => {
  assert.equal(folders.filter((name) => titleOf(name) !== name).length, proofs.length);
});

for (const name of folders) {
  test(`broken configuration: ${titleOf(name)}`, () => {
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
