import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compileFiles } from '../src/config/compile.ts';
import { sayProblem } from '../src/config/say-problem.ts';
import { filesOfYaml } from '../src/config/source/read-yaml.ts';
import { applyGuideEdit, readGuideSteps } from './guide-commands.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('the steps of docs/HOT-RELOAD.md', () => {
  const steps = readGuideSteps();

  test('its edits fit the manifests, one after the other, and every one of them compiles', () => {
    const manifests = new Map(
      ['k8s/orchestrator-configmap.yaml', 'k8s/agents-configmap.yaml'].map((file) => [file, read(file)]),
    );
    const ids = new Set<string>();
    for (const step of steps) {
      if (step.type !== 'edit') continue;
      manifests.set(step.file, applyGuideEdit(manifests.get(step.file) ?? '', step));
      const sets = [...manifests].map(([file, text]) => filesOfYaml(text, file));
      const revision = compileFiles(sets.flatMap(({ files }) => files));
      const problems = [...sets.flatMap((set) => set.problems), ...revision.problems];
      assert.deepEqual(problems.filter(({ level }) => level === 'error').map(sayProblem), [], step.section);
      ids.add(revision.id);
    }
    assert.equal(ids.size, steps.filter(({ type }) => type === 'edit').length, 'each edit is a revision of its own');
    assert.ok(ids.size >= 6, `there are ${ids.size}`);
  });

  test('its commands can be run as they stand', () => {
    const commands = steps.flatMap((step) => (step.type === 'command' ? [step.command] : []));
    assert.ok(commands.length > 40, `there are ${commands.length}`);
    assert.deepEqual(
      commands.filter((command) => /<[\w-]+>|\bHASH\b|\bID\b|^vi |-f \S+\.yaml \S+\.yaml/.test(command)),
      [],
    );
    for (const { endless, command } of steps.flatMap((step) => (step.type === 'command' ? [step] : [])))
      assert.equal(endless, / -f$/.test(command), command);
  });

  test('the mounts it shows are those of the Deployment', () => {
    const deployment = read('k8s/deployment.yaml').replaceAll(/^ +/gm, '');
    const [, shown = ''] = /^```yaml\n(volumeMounts:[\s\S]*?)^```$/m.exec(read('docs/HOT-RELOAD.md')) ?? [];
    const [mounts = '', volumes = ''] = shown.replaceAll(/^ +/gm, '').split('volumes:\n');
    assert.ok(deployment.includes(mounts.replace('volumeMounts:\n', '')), mounts);
    assert.ok(deployment.includes(volumes), volumes);
  });
});

test('its git commands do what they say, in order, and what they lead to compiles whenever it is applied', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'k8s-monitor-guide-'));
  t.after(() => rmSync(home, { recursive: true }));
  const clone = join(home, 'clone');
  const shell = (command: string): string =>
    execFileSync('bash', ['-e', '-o', 'pipefail', '-c', command], {
      cwd: clone,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      // Nothing of whoever runs the tests: neither identity nor hooks.
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'Ana',
        GIT_AUTHOR_EMAIL: 'ana@example.com',
        GIT_COMMITTER_NAME: 'Ana',
        GIT_COMMITTER_EMAIL: 'ana@example.com',
      },
    });
  mkdirSync(clone);
  const manifests = ['k8s/orchestrator-configmap.yaml', 'k8s/agents-configmap.yaml'];
  mkdirSync(join(clone, 'k8s'));
  for (const file of manifests) writeFileSync(join(clone, file), read(file));
  shell('git init -q -b main && git add . && git commit -q -m shipped');
  shell(`git clone -q --bare . ${home}/origin.git && git remote add origin ${home}/origin.git && git fetch -q`);
  shell('git branch -q --set-upstream-to=origin/main');

  const idOf = (files: readonly string[]): string => {
    const sets = files.map((file) => filesOfYaml(readFileSync(join(clone, file), 'utf8'), file));
    const revision = compileFiles(sets.flatMap((set) => set.files));
    const problems = [...sets.flatMap((set) => set.problems), ...revision.problems];
    assert.deepEqual(problems.filter(({ level }) => level === 'error').map(sayProblem), []);
    return revision.id;
  };
  const applied: string[] = [idOf(manifests)];
  for (const step of readGuideSteps()) {
    if (step.type === 'edit') {
      const file = join(clone, step.file);
      writeFileSync(file, applyGuideEdit(readFileSync(file, 'utf8'), step));
    } else if (step.command.startsWith('git ')) shell(step.command);
    else if (/^kubectl (?:apply|patch) (?!.*--dry-run)/.test(step.command)) {
      const file = step.command.includes('previous.yaml') ? 'previous.yaml' : manifests[0];
      applied.push(idOf([file ?? '', manifests[1] ?? '']));
    }
  }
  const changes = applied.filter((id, index) => id !== applied[index - 1]).length;
  assert.ok(changes >= 12, `only ${changes} of ${applied.length} changed anything`);
  assert.equal(
    shell('git status --short -- k8s | wc -l').trim(),
    '1',
    'what a rollback took from git is to be committed',
  );
});
