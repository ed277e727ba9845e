import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { run } from '../src/cli/program.ts';
import { fewContents, holdDown, mostCommits, within } from '../src/config/keep/flapping.ts';
import { pairWait } from '../src/config/keep/pair.ts';
import { mostFailures } from '../src/config/keep/probation.ts';
import { longRefusal } from '../src/config/keep/refusal.ts';
import { problemTable } from '../src/config/problems.ts';
import { conditionNames } from '../src/daemon/source/conditions.ts';
import { makeMetrics } from '../src/dashboard/metrics.ts';
import { minute, second } from '../src/lib/clock.ts';
import { secretRows, settingRows } from '../src/settings.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const guides = ['AGENT-CUSTOMIZATION-GUIDE', 'HOT-RELOAD', 'PRODUCTION-DEPLOYMENT-GUIDE'].map(
  (name) => `docs/${name}.md`,
);
const unique = (found: Iterable<string>): string[] => [...new Set(found)].sort();
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => read(join('src', file)))
  .join('\n');

/** Every command line of a guide: in fences without a language, in `bash` fences and in code spans. */
function commandsOf(text: string): string[] {
  const fences = [...text.matchAll(/^ *```(?:bash)?\n([\s\S]*?)^ *```$/gm)].map(([, body = '']) => body);
  const spans = [...text.replaceAll(/^ *(`{3,})[\s\S]*?^ *\1$/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code = '']) => code,
  );
  return [...fences.flatMap((body) => body.replaceAll('\\\n', ' ').split('\n')), ...spans]
    .map((line) => line.replace(/(^|\s)#\s.*$/, '').trim())
    .filter((line) => /^(?:npx |kubectl |k8s-monitor |git )/.test(line));
}

/** What stands behind `k8s-monitor` in a command line, quotes and the shell's part left out. */
const argumentsOf = (line: string): string[] =>
  (/(?:^|npx |-- )k8s-monitor(?:@[\d.]+)? ((?:(?! [|<>&] ).)*)/.exec(line)?.[1] ?? '')
    .replace(/"[^"]*"/g, 'WORDS')
    .split(/\s+/)
    .filter((word) => word !== '');

async function helpOf(words: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const print = (text: string): void => void printed.push(text);
  const code = await run([...words, '--help'], { print, warn: print, colour: false });
  assert.equal(code, 0, printed.join('\n'));
  return printed.join('\n');
}

const headingId = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(/\s/g, '-');
const idsOf = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => headingId(heading));

for (const path of guides) {
  describe(path, () => {
    const text = read(path);

    for (const [index, [, body = '']] of [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].entries()) {
      test(`its YAML ${index + 1} parses: ${body.trim().split('\n')[0]}`, () => {
        const faults = parseAllDocuments(body).flatMap(({ errors }) => errors.map(({ message }) => message));
        assert.deepEqual(faults, []);
      });
    }

    for (const line of unique(commandsOf(text).filter((command) => argumentsOf(command).length > 0))) {
      test(`there is: ${line}`, async () => {
        const words = argumentsOf(line);
        const names = words.slice(0, words.findIndex((word) => !/^[a-z]+$/.test(word)) >>> 0);
        const depth = ['config', 'incidents'].includes(names[0] ?? '') ? 2 : 1;
        const help = await helpOf(names.slice(0, depth));
        assert.match(help, new RegExp(`Usage: k8s-monitor ${names.slice(0, depth).join(' ')}\\b`));
        for (const option of words.filter((word) => word.startsWith('--'))) assert.ok(help.includes(option), option);
      });
    }

    test('every kubectl command says in which namespace', () => {
      const anywhere =
        /^kubectl (?:apply|delete) -k\b|^kubectl get [^|]*-(?:A|-all-namespaces)|^kubectl --|\.\.\.| -n /;
      const lost = commandsOf(text).filter((line) => /^kubectl \w+ \S/.test(line) && !anywhere.test(line));
      // These two are quoted as what does not work or does not need one.
      assert.deepEqual(
        lost.filter(
          (line) => !/^kubectl (?:apply -f|patch --patch|apply --server-side|describe configmap$)/.test(line),
        ),
        [],
      );
    });

    test('every link to a heading leads to one', () => {
      const links = [...text.matchAll(/\]\(([\w./-]*)#([\w-]+)\)/g)];
      const dead = links
        .filter(([, file = '', id = '']) => !idsOf(file === '' ? path : join('docs', file)).includes(id))
        .map(([whole]) => whole);
      assert.deepEqual(dead, []);
    });

    test('every metric, setting, manifest and problem it names is there', () => {
      const metrics = new Set(
        makeMetrics()
          .registry.getMetricsAsArray()
          .map(({ name }) => name),
      );
      const settings = new Set([...Object.keys(settingRows), ...Object.keys(secretRows)]);
      const named = (pattern: RegExp): string[] => unique([...text.matchAll(pattern)].map(([word]) => word));
      assert.deepEqual(
        named(/\bk8s_monitor_[a-z_]+/g).filter((name) => !metrics.has(name)),
        [],
      );
      assert.deepEqual(
        named(/\b(?:K8S_MONITOR|SLACK|WEBHOOK|ADMIN)_[A-Z_]+/g).filter((name) => !settings.has(name)),
        [],
      );
      assert.deepEqual(
        named(/\bk8s\/[\w./-]*\w/g).filter((name) => !existsSync(join(root, name))),
        [],
      );
      const codes = named(/`[a-z]+(?:-[a-z]+)+`(?= with| as|\)| *\|)/g).map((code) => code.slice(1, -1));
      const unknown = codes.filter((code) => !(code in problemTable) && !sources.includes(code));
      assert.deepEqual(unknown, []);
    });

    test('every reason of an Event and every condition it names is there', () => {
      const events = 'Config(?:Accepted|Rejected)|WaitingForPair|RolledBack|Flapping';
      const words = [events, ...conditionNames].join('|');
      const named = unique([...text.matchAll(new RegExp(`\`(${words})\``, 'g'))].map(([, word = '']) => word));
      assert.deepEqual(
        named.filter((word) => !sources.includes(`'${word}`) && !sources.includes(`\`${word}`)),
        [],
      );
    });

    test('what it quotes of the log is what the program says', () => {
      const quoted = [...text.matchAll(/"([^"|]+)" in the log|the log ends with "([^"|]+)"/g)].map(
        ([, inside = '', last = '']) => inside || last,
      );
      assert.deepEqual(
        quoted.filter((words) => !sources.includes(words)),
        [],
      );
    });
  });
}

test('every condition of a source is in docs/HOT-RELOAD.md, in order', () => {
  const rows = [...read('docs/HOT-RELOAD.md').matchAll(/^\| `([A-Z][A-Za-z]+)` \|/gm)].map(([, name = '']) => name);
  assert.deepEqual(rows, conditionNames);
});

/** What a guide says in numbers, with where the number comes from. */
const figures: [string, string, unknown][] = [
  ['HOT-RELOAD', `150 ms without another change, at most 1 s`, /settle \?\? 150[\s\S]*longest \?\? 1000/.test(sources)],
  ['HOT-RELOAD', `after ${pairWait / second} s the half that came is`, true],
  ['HOT-RELOAD', `lasts longer than ${longRefusal / minute} minutes is told`, true],
  ['HOT-RELOAD', `More than ${mostCommits} commits in ${within / minute} minutes that go to and fro`, true],
  ['HOT-RELOAD', 'between at most three contents are flapping', fewContents === 3],
  ['HOT-RELOAD', `the next ones wait for ${holdDown / second} s`, true],
  ['HOT-RELOAD', 'under which cycles fail twice', mostFailures === 2],
  [
    'PRODUCTION-DEPLOYMENT-GUIDE',
    'ask for 192 MiB and allow 512 MiB',
    /memory: 192Mi[\s\S]*memory: 512Mi/.test(read('k8s/deployment.yaml')),
  ],
  ['PRODUCTION-DEPLOYMENT-GUIDE', '2 GiB leave room', read('k8s/pvc.yaml').includes('storage: 2Gi')],
];
for (const [guide, says, holds] of figures) {
  test(`docs/${guide}.md: ${says}`, () => {
    assert.ok(read(`docs/${guide}.md`).includes(says), 'the guide says something else');
    assert.equal(holds, true, 'the program does something else');
  });
}
