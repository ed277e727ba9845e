import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { run } from '../src/cli/program.ts';
import { problemTable } from '../src/config/problems.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const below = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts;

/** The command lines of a document's fences, without the comments behind them. */
const commandsOf = (text: string): string[] =>
  [...text.matchAll(/^```(?:bash|sh)?\n([\s\S]*?)^```$/gm)].flatMap(([, body = '']) =>
    body.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim()),
  );

/** Runs a command as it is printed, but on the recorded cluster and without anything that stays. */
async function tryCommand(line: string): Promise<{ code: number; printed: string; warned: string }> {
  const [printed, warned]: [string[], string[]] = [[], []];
  const output = {
    print: (text: string) => void printed.push(text),
    warn: (text: string) => void warned.push(text),
    colour: false,
  };
  const args = line
    .split(' ')
    .slice(2)
    .map((word) => (word.startsWith('examples/') ? join(root, word) : word));
  const stays = ['run', 'demo', 'incidents', 'record'].includes(args[0] ?? '');
  const recording = ['--recording', join(root, 'examples', 'company')];
  const cheap = stays ? [...args, '--help'] : args[0] === 'cycle' ? [...args, ...recording] : args;
  const code = await run(cheap, output);
  return { code, printed: printed.join('\n'), warned: warned.join('\n') };
}

describe('README.md', () => {
  const commands = commandsOf(read('README.md')).filter((line) => line !== '');

  test('its npm scripts are there', () => {
    const named = commands.flatMap((line) =>
      [...line.matchAll(/npm (?:run )?([a-z:]+)/g)].map(([, name = '']) => name),
    );
    assert.deepEqual(
      named.filter((name) => name !== 'ci' && scripts[name] === undefined),
      [],
    );
    assert.ok(named.includes('demo') && named.includes('test'));
  });

  for (const line of commands.filter((command) => command.startsWith('npx k8s-monitor '))) {
    test(line, async () => {
      const { code, printed, warned } = await tryCommand(line);
      assert.equal(code, 0, printed + warned);
      assert.notEqual(printed, '');
      assert.doesNotMatch(printed + warned, /^\S+:\d+:\d+ .*\bwarning\b/m);
    });
  }

  test('it shows commands', () => {
    assert.ok(commands.filter((command) => command.startsWith('npx k8s-monitor ')).length >= 3);
  });

  test('the number of checks is the number of checks', () => {
    const pages = readdirSync(join(root, 'docs', 'checks')).filter((file) => file !== 'README.md');
    assert.match(read('README.md'), new RegExp(`\\b${pages.length} checks\\b`));
  });
});

test('every link of the documents leads somewhere', () => {
  const documents = ['README.md', 'AGENTS.md', 'CHANGELOG.md', 'examples/README.md', ...below('docs', '.md')];
  const dead = documents.flatMap((file) =>
    [...read(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(file), target)))
      .map((target) => `${file} links to ${target}`),
  );
  assert.deepEqual(dead, []);
});

describe('AGENTS.md', () => {
  const text = read('AGENTS.md');

  test('is a map and no book', () => {
    assert.ok(text.split('\n').length < 150);
  });

  test('every path it names is there', () => {
    const places = ['', 'src', 'src/config', 'src/cluster', 'src/analysis', 'src/triage', 'src/notify', 'src/daemon'];
    const paths = [...text.matchAll(/`([\w.-]*\/[\w./-]*|[\w-]+\.ts)`/g)].map(([, path = '']) => path);
    const isThere = (path: string): boolean =>
      path.startsWith('/') || places.some((place) => existsSync(join(root, place, path)));
    assert.deepEqual([...new Set(paths.filter((path) => !isThere(path)))], []);
    assert.ok(paths.length > 30, `found ${paths.length}`);
  });

  test('its npm scripts are there', () => {
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name);
    assert.deepEqual(
      named.filter((name) => scripts[name] === undefined),
      [],
    );
  });
});

test('every problem is shown by a broken configuration of test/configs, or on a page of its own', () => {
  const expected = below('test/configs', 'expected.txt').map(read).join('\n');
  const isShown = (code: string): boolean =>
    expected.includes(` ${code}: `) || existsSync(join(root, 'docs', 'problems', `${code}.md`));
  assert.deepEqual(
    Object.keys(problemTable).filter((code) => !isShown(code)),
    [],
    'add a folder to test/configs that shows it',
  );
});

test('every page of a check or a problem has the name of its file as its heading', () => {
  const wrong = [...below('docs/checks', '.md'), ...below('docs/problems', '.md')].filter(
    (file) => !file.endsWith('README.md') && !read(file).startsWith(`# ${basename(file, '.md')}\n`),
  );
  assert.deepEqual(wrong, []);
});
