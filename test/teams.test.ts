import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compileFiles, hasErrors } from '../src/config/compile.ts';
import { explainDocument, explainRevision } from '../src/config/explain.ts';
import { configFiles } from './support/config-files.ts';

const folder = join(import.meta.dirname, 'teams');
const teams = readdirSync(folder);

/** `UPDATE_TEAMS=1` writes what came instead of comparing; read every line of the difference before you keep it. */
const update = process.env['UPDATE_TEAMS'] === '1';

for (const team of teams) {
  test(`the files of a team: ${team}`, () => {
    const revision = compileFiles(configFiles(join(folder, team)));
    const document = explainDocument.parse(explainRevision(revision));
    const path = join(folder, team, 'explain.json');
    if (update) writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`);
    assert.deepEqual(document, JSON.parse(readFileSync(path, 'utf8')));
    assert.equal(hasErrors(revision), false, 'a team that runs the monitor has a configuration in force');
  });
}

test('six teams, with four agents each', () => {
  assert.equal(teams.length, 6);
  for (const team of teams) assert.equal(readdirSync(join(folder, team, 'agents')).length, 4, team);
});
