import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfigFolder } from './read-folder.ts';

const names = ['a.md', 'b.md', 'c.md', 'd.md'];
const swaps = 300;

/** A folder as kubelet mounts a ConfigMap: files are links into `..data`, which is swapped as a whole. */
function mount(root: string): { swap(): void } {
  const folder = join(root, 'agents');
  mkdirSync(folder);
  let version = 0;
  const swap = (): void => {
    const next = `..v${++version}`;
    mkdirSync(join(folder, next));
    for (const name of names) writeFileSync(join(folder, next, name), `version ${version}\n`);
    symlinkSync(next, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  swap();
  for (const name of names) symlinkSync(join('..data', name), join(folder, name));
  return { swap };
}

test('a mounted ConfigMap is read in one version, however often it is swapped meanwhile (F1)', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'k8s-monitor-mount-'));
  t.after(() => rmSync(root, { recursive: true }));
  const { swap } = mount(root);
  let left = swaps;
  const swapping = (async () => {
    for (; left > 0; left--) {
      swap();
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const read: string[] = [];
  while (left > 0) {
    const { files, problems } = await readConfigFolder(root);
    assert.deepEqual(problems, []);
    read.push([...new Set(files.map(({ text }) => text.trim()))].join(' and '));
  }
  await swapping;
  assert.deepEqual(
    read.filter((versions) => !/^version \d+$/.test(versions)),
    [],
  );
  assert.ok(new Set(read).size > 1, 'it was swapped while it was read');
});
