import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

/** The order of AGENTS.md: a room imports lib, itself and the rooms before it. */
const rooms = ['lib', 'config', 'cluster', 'analysis', 'changes', 'triage', 'notify', 'record', 'agents'];
/** These see several rooms; `demo` and `dashboard` are only imported by them. */
const joins = ['cli', 'daemon', 'demo', 'dashboard'];

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({
    file,
    room: file.includes('/') ? (file.split('/')[0] ?? '') : '',
    text: readFileSync(join(root, 'src', file), 'utf8'),
  }));
const code = files
  .filter(({ file }) => !file.endsWith('.test.ts'))
  // Comments may say what they like.
  .map((one) => ({ ...one, text: one.text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '') }));

test('a room imports only lib, itself and the rooms before it', () => {
  const wrong = code.flatMap(({ file, room, text }) => {
    if (!rooms.includes(room)) return [];
    const imports = [...text.matchAll(/from '(\.[^']*)'/g)].map((match) => match[1] ?? '');
    return imports
      .map((path) => relative(join(root, 'src'), join(root, 'src', file, '..', path)))
      .filter((target) => {
        const other = target.includes('/') ? (target.split('/')[0] ?? '') : '';
        return !rooms.includes(other) || rooms.indexOf(other) > rooms.indexOf(room);
      })
      .map(
        (target) =>
          `src/${file} imports src/${target}: move what it needs to an earlier room, or pass it in from cycle.ts`,
      );
  });
  assert.deepEqual(wrong, []);
});

test('every folder of src is a room or joins rooms', () => {
  const strange = [...new Set(files.map(({ room }) => room))].filter(
    (room) => room && ![...rooms, ...joins].includes(room),
  );
  assert.deepEqual(strange, [], 'a new room belongs into the map of AGENTS.md and into the list of this test');
});

const bans: { what: RegExp; where: (file: string) => boolean; cure: string }[] = [
  { what: /process\.env/, where: (file) => file !== 'settings.ts', cure: 'read it in settings.ts and pass it on' },
  {
    what: /\bconsole\.(log|error|warn|info|debug|table)\b/,
    where: (file) => !file.startsWith('cli/'),
    cure: 'return it, or use the log',
  },
  {
    what: /\bas any\b|: any\b|as unknown as|@ts-(ignore|expect-error|nocheck)/,
    where: () => true,
    cure: 'give it its type, or parse it',
  },
  { what: /^export default/m, where: () => true, cure: 'export it by name' },
  {
    what: /Date\.now\(\)|new Date\(\)|Math\.random\(\)|Temporal\.Now/,
    where: (file) => /^(analysis|changes|triage)\//.test(file),
    cure: 'take `now` (or the random value) as an argument',
  },
  {
    what: /child_process'[\s\S]*\b(exec|execSync)\(/,
    where: () => true,
    cure: 'execFile with an argument list: no shell sees cluster text',
  },
];

for (const { what, where, cure } of bans) {
  test(`nobody writes ${what.source.slice(0, 40)}`, () => {
    const wrong = code
      .filter(({ file, text }) => where(file) && what.test(text))
      .map(({ file }) => `src/${file}: ${cure}`);
    assert.deepEqual(wrong, []);
  });
}

test('a clone has every file that is worked with', { skip: !existsSync(join(root, '.git')) }, () => {
  const folders = ['bin', 'docs', 'examples', 'scripts', 'src', 'test'];
  const ignored = execFileSync('git', ['ls-files', '--others', '--ignored', '--exclude-standard', '--', ...folders], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.deepEqual(
    ignored.split('\n').filter((line) => line !== ''),
    [],
    'these exist here and in no clone: narrow the line of .gitignore that hides them',
  );
});
