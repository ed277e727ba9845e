import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { faultOf } from './read-file.ts';
import { readConfigFolder } from './read-folder.ts';

const home = mkdtempSync(join(tmpdir(), 'config-folder-'));
after(() => rmSync(home, { recursive: true, force: true }));

let folders = 0;
/** A folder with these files; a value that begins with `->` is a link. */
function folder(files: Record<string, string>): string {
  const root = join(home, String(++folders));
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (text.startsWith('->')) symlinkSync(text.slice(2), join(root, path));
    else writeFileSync(join(root, path), text);
  }
  return root;
}

async function read(root: string): Promise<{ files: string[]; problems: string[] }> {
  const { files, problems } = await readConfigFolder(root);
  return {
    files: files.map(({ file, role, text }) => `${file} ${role} ${text}`),
    problems: problems.map(({ file, level, code }) => `${file} ${level} ${code}`),
  };
}

test('folder: CLAUDE.md and the agents, in order, and nothing else (F21)', async () => {
  const root = folder({
    'CLAUDE.md': 'one',
    'agents/b.md': 'two',
    'agents/a.md': 'three',
    'agents/notes.txt': 'no',
    'agents/.hidden.md': 'no',
    'agents/deep/c.md': 'no',
    'README.md': 'no',
  });
  assert.deepEqual(await read(root), {
    files: ['CLAUDE.md orchestrator one', 'agents/a.md agent three', 'agents/b.md agent two'],
    problems: [],
  });
});

test('folder: the layout of Claude Code', async () => {
  const root = folder({ '.claude/CLAUDE.md': 'one', '.claude/agents/a.md': 'two' });
  assert.deepEqual((await read(root)).files, ['.claude/CLAUDE.md orchestrator one', '.claude/agents/a.md agent two']);
});

test('folder: a mounted ConfigMap is read once, through its links, before and after a swap (F21)', async () => {
  const root = folder({
    '..2026_1/CLAUDE.md': 'one',
    '..data': '->..2026_1',
    'CLAUDE.md': '->..data/CLAUDE.md',
    'agents/..2026_1/a.md': 'two',
    'agents/..data': '->..2026_1',
    'agents/a.md': '->..data/a.md',
  });
  assert.deepEqual(await read(root), { files: ['CLAUDE.md orchestrator one', 'agents/a.md agent two'], problems: [] });
  mkdirSync(join(root, '..2026_2'));
  writeFileSync(join(root, '..2026_2/CLAUDE.md'), 'new');
  symlinkSync('..2026_2', join(root, '..data_tmp'));
  renameSync(join(root, '..data_tmp'), join(root, '..data'));
  assert.deepEqual((await read(root)).files, ['CLAUDE.md orchestrator new', 'agents/a.md agent two']);
});

const faults: [string, Record<string, string>, string[]][] = [
  ['is empty', {}, ['no-configuration']],
  ['has a link out of it', { 'CLAUDE.md': '->/etc/hostname', 'agents/a.md': 'x' }, ['CLAUDE.md error file-outside']],
  [
    'has a link to the folder beside it',
    { 'CLAUDE.md': 'x', 'agents/a.md': '->../../1/CLAUDE.md' },
    ['agents/a.md error file-outside'],
  ],
  ['has a link to itself', { 'CLAUDE.md': '->CLAUDE.md', 'agents/a.md': 'x' }, ['CLAUDE.md error file-link']],
  ['has a folder instead of a file', { 'CLAUDE.md/x': 'x', 'agents/a.md': 'x' }, ['CLAUDE.md error file-not-regular']],
];
for (const [name, files, problems] of faults) {
  test(`folder: one that ${name} is refused (F22)`, async () => {
    const found = await read(folder(files));
    assert.deepEqual(
      found.problems.map((problem) => (Object.keys(files).length > 0 ? problem : problem.replace(/.* /, ''))),
      problems,
    );
    assert.equal(found.files.length, Object.keys(files).length > 0 ? 1 : 0);
  });
}

test('folder: a pipe is refused and nobody waits for its writer (F22)', async () => {
  const root = folder({ 'agents/a.md': 'x' });
  execFileSync('mkfifo', [join(root, 'CLAUDE.md')]);
  assert.deepEqual((await read(root)).problems, ['CLAUDE.md error file-not-regular']);
});

test('folder: a file that is far too large is not read (F20)', async () => {
  const root = folder({ 'CLAUDE.md': 'x', 'agents/a.md': 'x' });
  truncateSync(join(root, 'CLAUDE.md'), 1e12);
  assert.deepEqual(await read(root), { files: ['agents/a.md agent x'], problems: ['CLAUDE.md error file-too-large'] });
});

test('folder: one that is not there is a problem that names it', async () => {
  const root = join(home, 'nowhere');
  assert.deepEqual(await read(root), { files: [], problems: [`${root} error file-missing`] });
});

test('folder: what may not be read says how to make it readable (F23)', () => {
  const denied = faultOf(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }), 'CLAUDE.md');
  assert.equal(denied.code, 'file-denied');
  assert.match(denied.cure, /defaultMode.*fsGroup/);
});
