import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConfigMapData, filesOfConfigMaps } from './config-maps.ts';

const orchestrator: ConfigMapData = { name: 'k8s-monitor-orchestrator', data: { 'CLAUDE.md': '# A', other: 'x' } };
const agents: ConfigMapData = {
  name: 'k8s-monitor-agents',
  data: { 'b.md': '2', 'a.md': '1', 'CLAUDE.md': 'not here' },
};

test('live ConfigMaps: positions are those of the Markdown files', () => {
  const { files, problems } = filesOfConfigMaps(orchestrator, agents);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    files.map(({ file, role, text, lineOffset, columnOffset }) => [file, role, text, lineOffset, columnOffset]),
    [
      ['CLAUDE.md', 'orchestrator', '# A', 0, 0],
      ['agents/a.md', 'agent', '1', 0, 0],
      ['agents/b.md', 'agent', '2', 0, 0],
    ],
  );
});

/** Never an empty configuration: each of these is an error. */
const faults: [string, ConfigMapData | undefined, ConfigMapData | undefined, string[]][] = [
  ['the orchestrator is deleted', undefined, agents, ['CLAUDE.md config-map-missing']],
  ['the agents are deleted', orchestrator, undefined, ['agents config-map-missing']],
  ['both are deleted', undefined, undefined, ['CLAUDE.md config-map-missing', 'agents config-map-missing']],
  ['the orchestrator has no data', { name: 'o' }, agents, ['CLAUDE.md config-map-empty']],
  [
    'the orchestrator has another key',
    { name: 'o', data: { 'claude.txt': 'x' } },
    agents,
    ['CLAUDE.md config-map-empty'],
  ],
  ['the agents have none', orchestrator, { name: 'a', data: {} }, ['agents config-map-empty']],
  ['the orchestrator is binary', { name: 'o', binaryData: { 'CLAUDE.md': 'AAAA' } }, agents, ['CLAUDE.md not-utf8']],
];
for (const [name, first, second, problems] of faults) {
  test(`live ConfigMaps: ${name}`, () => {
    const found = filesOfConfigMaps(first, second).problems;
    assert.deepEqual(
      found.map(({ file, code }) => `${file} ${code}`),
      problems,
    );
    assert.ok(found.every(({ level }) => level === 'error'));
  });
}

test('live ConfigMaps: one that is immutable is read, with a warning (F25)', () => {
  const { files, problems } = filesOfConfigMaps({ ...orchestrator, immutable: true }, agents);
  assert.equal(files.length, 3);
  assert.deepEqual(
    problems.map(({ file, level, code }) => `${file} ${level} ${code}`),
    ['CLAUDE.md warning config-map-immutable'],
  );
  const empty = filesOfConfigMaps({ name: 'o', immutable: true }, agents);
  assert.ok(empty.problems.some(({ code }) => code === 'config-map-empty'));
});
