import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFiles } from '../../../test/support/config-files.ts';
import { compileFiles } from '../compile.ts';
import { findHarm } from '../meaning/find-harm.ts';
import { decideCandidate } from './decide.ts';

const files = configFiles();
const active = compileFiles(files);
const without = files.filter(({ name }) => name !== 'slack-notifier.md');
const revision = compileFiles(without);

const decide = (confirm?: string) => {
  const halves = { agents: confirm === undefined ? {} : { confirm } };
  const offer = { files: without, problems: [], from: 'test', kind: 'api' as const, halves };
  return decideCandidate({
    revision,
    offer,
    active,
    findHarm: () => findHarm(active, revision, confirm === undefined ? {} : { confirmed: confirm }),
  });
};
const codes = (judged: ReturnType<typeof decide>): string[] =>
  'problems' in judged ? judged.problems.filter(({ level }) => level === 'error').map(({ code }) => code) : [];

test('a required agent that is gone is refused, with the hash that confirms it', () => {
  const judged = decide();
  assert.deepEqual([judged.is, codes(judged)], ['refused', ['agent-missing', 'needs-confirmation']]);
  assert.ok('problems' in judged && judged.problems.some(({ cure }) => cure.includes(revision.id)));
});

test('confirmed it is put in force, and still said', () => {
  const judged = decide(revision.id);
  assert.deepEqual([judged.is, codes(judged)], ['accepted', []]);
  const said = 'problems' in judged ? judged.problems.find(({ code }) => code === 'agent-missing') : undefined;
  assert.equal(said?.level, 'warning');
});

test('the hash of another content confirms nothing', () => {
  assert.equal(decide(active.id).is, 'refused');
});

test('what was confirmed once is not asked about again with every other edit', () => {
  const judged = decide(revision.id);
  assert.ok('problems' in judged);
  const confirmed = { ...revision, problems: judged.problems };
  const edited = without.map((file) =>
    file.role === 'orchestrator' ? { ...file, text: file.text.replace('(P3)', '(P2)') } : file,
  );
  const offer = { files: edited, problems: [], from: 'test', kind: 'api' as const, halves: {} };
  const after = compileFiles(edited);
  const next = decideCandidate({
    revision: after,
    offer,
    active: confirmed,
    findHarm: () => findHarm(confirmed, after),
  });
  assert.deepEqual([next.is, codes(next)], ['accepted', []]);
});
