import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { SourceFile } from '../revision.ts';
import { filesOfYaml, readConfigPaths } from './read-yaml.ts';

const both = `# Two ConfigMaps
apiVersion: v1
kind: ConfigMap
metadata:
  name: k8s-monitor-orchestrator
data:
  CLAUDE.md: |

    # Context
      indented
    last
---
apiVersion: v1
kind: List
items:
  - kind: Service
  - kind: ConfigMap
    data:
      settings.json: '{}'
      k8s-analyzer.md: |2-
          two more
        end
`;

/** Each line of the Markdown, with the line and the column of the YAML file where it begins. */
function places(yaml: string, { text, lineOffset, columnOffset }: SourceFile): string[] {
  const lines = yaml.split('\n');
  return text.split('\n').map((line, index) => {
    const there = lines[lineOffset + index] ?? '';
    assert.equal(there.slice(columnOffset), line, 'the position leads to the same words');
    return `${lineOffset + index + 1}:${columnOffset + 1} ${line}`;
  });
}

test('YAML: positions of literal blocks are those of the YAML file', () => {
  const { files, problems } = filesOfYaml(both, 'k8s/both.yaml');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    files.map(({ file, name, role }) => `${file} ${name} ${role}`),
    ['k8s/both.yaml CLAUDE.md orchestrator', 'k8s/both.yaml k8s-analyzer.md agent'],
  );
  const [orchestrator, agent] = files;
  assert.ok(orchestrator && agent);
  assert.deepEqual(places(both, { ...orchestrator, text: orchestrator.text.trimEnd() }), [
    '8:5 ',
    '9:5 # Context',
    '10:5   indented',
    '11:5 last',
  ]);
  assert.deepEqual(places(both, agent), ['21:9   two more', '22:9 end']);
});

for (const [form, value] of [
  ['double quotes', '"# A\\nb"'],
  ['single quotes', "'# A\n\n\n    b'"],
  ['a folded block', '>\n    # A\n\n    b'],
]) {
  test(`YAML: in ${form} lines count from the key, and an info says so`, () => {
    const { files, problems } = filesOfYaml(`kind: ConfigMap\ndata:\n  CLAUDE.md: ${value}\n`, 'a.yaml');
    assert.deepEqual([files[0]?.lineOffset, files[0]?.columnOffset], [2, 0]);
    assert.deepEqual(
      problems.map(({ line, column, level, code }) => `${line}:${column} ${level} ${code}`),
      ['3:3 info config-map-not-literal'],
    );
  });
}

const faults: [string, string, string][] = [
  ['a broken indentation', 'kind: ConfigMap\ndata:\n  CLAUDE.md: |\n    a\n   b: c\n  d', '5:1 yaml-invalid'],
  [
    'a merge that was not resolved',
    'kind: ConfigMap\ndata:\n  CLAUDE.md: |\n<<<<<<< HEAD\n    a\n=======\n    b\n>>>>>>> b\n',
    '4:1 merge-conflict',
  ],
  ['the same key twice', 'kind: ConfigMap\ndata:\n  CLAUDE.md: |\n    a\n  CLAUDE.md: |\n    b\n', '5:3 yaml-invalid'],
  ['no ConfigMap', 'kind: Deployment\n', '1:1 no-configuration'],
  ['no Markdown', 'kind: ConfigMap\ndata:\n  a: b\n', '1:1 no-configuration'],
  ['nothing', '', '1:1 no-configuration'],
  ['a number', 'kind: ConfigMap\ndata:\n  CLAUDE.md: 5\n', '3:3 config-map-not-text'],
  ['a map', 'kind: ConfigMap\ndata:\n  CLAUDE.md:\n    a: b\n', '3:3 config-map-not-text'],
  ['binary data', 'kind: ConfigMap\nbinaryData:\n  CLAUDE.md: AAAA\n', '3:3 not-utf8'],
  ['an agent twice', 'kind: ConfigMap\ndata: {a.md: "x"}\n---\nkind: ConfigMap\ndata: {A.md: "y"}\n', '5:1 file-twice'],
  ['brackets without end', '['.repeat(20_000), '1:'],
];
for (const [name, yaml, problem] of faults) {
  test(`YAML: ${name} is a problem at its line`, () => {
    const found = filesOfYaml(yaml, 'a.yaml').problems.filter(({ level }) => level === 'error');
    assert.ok(found.length > 0 && found.length <= 10);
    assert.ok(`${found[0]?.line}:${found[0]?.column} ${found[0]?.code}`.startsWith(problem), JSON.stringify(found[0]));
  });
}

const home = mkdtempSync(join(tmpdir(), 'config-paths-'));
after(() => rmSync(home, { recursive: true, force: true }));

test('paths: YAML with line ends of Windows, Markdown files and folders come together', async () => {
  writeFileSync(join(home, 'orchestrator.yaml'), 'kind: ConfigMap\r\ndata:\r\n  CLAUDE.md: |\r\n    # A\r\n');
  writeFileSync(join(home, 'k8s-analyzer.md'), '# B\n');
  const { files, problems } = await readConfigPaths([join(home, 'orchestrator.yaml'), join(home, 'k8s-analyzer.md')]);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    files.map(({ name, role, text, lineOffset }) => [name, role, text, lineOffset]),
    [
      ['CLAUDE.md', 'orchestrator', '# A\n', 3],
      ['k8s-analyzer.md', 'agent', '# B\n', 0],
    ],
  );
});

test('paths: a folder of manifests is its ConfigMaps with Markdown', async () => {
  writeFileSync(join(home, 'service.yaml'), 'kind: Service\n');
  assert.deepEqual(
    (await readConfigPaths([home])).files.map(({ name }) => name),
    ['CLAUDE.md'],
  );
});

test('paths: manifests of other kinds beside the ConfigMaps are passed over, alone they are told', async () => {
  const service = join(home, 'service.yaml');
  const beside = await readConfigPaths([join(home, 'orchestrator.yaml'), service]);
  assert.deepEqual([beside.files.length, beside.problems], [1, []]);
  const alone = await readConfigPaths([service]);
  assert.deepEqual(
    alone.problems.map(({ code }) => code),
    ['no-configuration'],
  );
});

test('paths: the same file twice is an error', async () => {
  const path = join(home, 'orchestrator.yaml');
  const { files, problems } = await readConfigPaths([path, path]);
  assert.equal(files.length, 1);
  assert.deepEqual(
    problems.map(({ line, code }) => `${line} ${code}`),
    ['4 file-twice'],
  );
});

test('paths: what is not there is a problem that names it', async () => {
  const { problems } = await readConfigPaths([join(home, 'nowhere.yaml')]);
  assert.deepEqual(
    problems.map(({ file, code }) => [file, code]),
    [[join(home, 'nowhere.yaml'), 'file-missing']],
  );
});
