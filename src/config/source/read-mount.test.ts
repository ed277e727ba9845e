import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { becomeNobody } from '../../../test/support/as-nobody.ts';
import { mountConfig } from '../../../test/support/mounted-config.ts';
import { readConfigFolder } from './read-folder.ts';

const names = ['a.md', 'b.md', 'c.md', 'd.md'];
const version = (number: number): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `version ${number}\n`]));

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-mount-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a mounted ConfigMap is read in one version, however often it is swapped meanwhile (F1)', async (t) => {
  const { folder, agents } = mountConfig(temporaryFolder(t), { agents: version(0) });
  const swaps = 150;
  let swapped = 0;
  const swapping = (async () => {
    while (swapped < swaps) {
      agents.write(version(++swapped));
      agents.swap();
      // At any step of a reading, and often enough at none.
      for (let turn = 0; turn < 60 + ((swapped * 13) % 200); turn++)
        await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const read: string[] = [];
  while (swapped < swaps) {
    const { files, problems } = await readConfigFolder(folder);
    assert.deepEqual(problems, []);
    assert.equal(files.length, names.length, 'and it is whole');
    read.push([...new Set(files.map(({ text }) => text.trim()))].join(' and '));
  }
  await swapping;
  assert.deepEqual(
    read.filter((versions) => !/^version \d+$/.test(versions)),
    [],
  );
  assert.ok(new Set(read).size > 1, 'it was swapped while it was read');
});

test('a mount that never holds still is a problem and no configuration (F1)', async (t) => {
  const { folder, agents } = mountConfig(temporaryFolder(t), {
    orchestrator: { 'CLAUDE.md': 'x' },
    agents: version(0),
  });
  let reading = true;
  const swapping = (async () => {
    for (let number = 1; reading; number++) {
      agents.write(version(number));
      agents.swap();
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const { files, problems } = await readConfigFolder(folder);
  reading = false;
  await swapping;
  assert.deepEqual(
    problems.map(({ file, level, code }) => `${file} ${level} ${code}`),
    ['agents error mount-moving'],
  );
  assert.deepEqual(
    files.map(({ name }) => name),
    ['CLAUDE.md'],
  );
});

test('a mount tells its version and when it was written, a plain folder only when', async (t) => {
  const root = temporaryFolder(t);
  const { folder, orchestrator } = mountConfig(root);
  const at = Date.parse('2026-11-24T09:00:00Z');
  orchestrator.write({ 'CLAUDE.md': 'x' }, { at });
  orchestrator.swap();
  const { halves } = await readConfigFolder(folder);
  assert.deepEqual(halves?.orchestrator, { changedAt: at, version: orchestrator.shown() });
  assert.equal(halves?.agents?.version, undefined);
});

test('a mount that was emptied or wiped has no files (F5, F28)', async (t) => {
  const { folder, orchestrator, agents } = mountConfig(temporaryFolder(t), {
    orchestrator: { 'CLAUDE.md': 'x' },
    agents: version(1),
  });
  agents.empty();
  assert.deepEqual(
    (await readConfigFolder(folder)).files.map(({ name }) => name),
    ['CLAUDE.md'],
  );
  orchestrator.wipe();
  const { files, problems } = await readConfigFolder(folder);
  assert.deepEqual(files, []);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['no-configuration'],
  );
});

test('a mount that this user may not read says how to make it readable (F23)', async (t) => {
  const { folder, orchestrator } = mountConfig(temporaryFolder(t), { orchestrator: { 'CLAUDE.md': 'x' } });
  chmodSync(folder, 0o755);
  orchestrator.chmod(0);
  const comeBack = becomeNobody();
  const { problems } = await readConfigFolder(folder).finally(comeBack);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['file-denied'],
  );
  assert.match(problems[0]?.cure ?? '', /defaultMode.*fsGroup/);
});
