import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { becomeNobody } from '../../../test/support/as-nobody.ts';
import { mountConfig } from '../../../test/support/mounted-config.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import type { Offer } from '../../config/keep.ts';
import { second, systemClock, virtualClock } from '../../lib/clock.ts';
import type { ConfigSource, SourceStatus } from '../config-source.ts';
import { filesSource } from './files-source.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-files-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const says = ({ files, problems }: Offer): string =>
  [...files.map(({ file, text }) => `${file} ${text}`), ...problems.map(({ code }) => code)].join(', ');

function follow(t: TestContext, source: ConfigSource): { offers: string[]; statuses: SourceStatus[] } {
  const offers: string[] = [];
  const statuses: SourceStatus[] = [];
  const watching = source.watch(
    (offer) => void offers.push(says(offer)),
    (status) => void statuses.push(status),
  );
  t.after(() => watching.stop());
  return { offers, statuses };
}

test('a folder: each edit is offered once, a file that was only touched is not (F26)', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'CLAUDE.md'), 'one');
  const source = filesSource([folder], systemClock);
  assert.equal(says(await source.read()), 'CLAUDE.md one');
  const { offers, statuses } = follow(t, source);
  await waitFor('the first', () => offers.length === 1);
  writeFileSync(join(folder, 'CLAUDE.md'), 'one');
  mkdirSync(join(folder, 'agents'));
  writeFileSync(join(folder, 'agents', 'a.md'), 'two');
  await waitFor('the agent', () => offers.at(-1)?.includes('agents/a.md two') === true);
  assert.deepEqual(new Set(offers).size, offers.length);
  assert.deepEqual(statuses.at(-1), {
    speaking: 'files',
    why: `Nothing but the folder ${folder} is read.`,
    conditions: [],
  });
});

test('ConfigMap YAML files: read, and followed where they lie', async (t) => {
  const folder = temporaryFolder(t);
  const yaml = (key: string, text: string): string => `kind: ConfigMap\ndata:\n  ${key}: |\n    ${text}\n`;
  const paths = [join(folder, 'one.yaml'), join(folder, 'two.yaml')];
  const [first = '', second = ''] = paths;
  writeFileSync(first, yaml('CLAUDE.md', 'one'));
  writeFileSync(second, yaml('a.md', 'two'));
  const source = filesSource(paths, systemClock);
  assert.equal(source.name, `files ${first}, ${second}`);
  const { offers } = follow(t, source);
  await waitFor('the first', () => offers.length === 1);
  assert.equal(offers[0], `${first} one\n, ${second} two\n`);
  writeFileSync(second, yaml('a.md', 'three'));
  await waitFor('the edit', () => offers.at(-1)?.endsWith('three\n') === true);
});

test('inotify is not needed: the look every 5 s sees a swap (F26, F27)', async (t) => {
  const folder = temporaryFolder(t);
  const { agents } = mountConfig(folder, { orchestrator: { 'CLAUDE.md': 'one' }, agents: { 'a.md': 'two' } });
  const clock = virtualClock(Date.parse('2026-11-24T09:00:00Z'));
  const { offers } = follow(t, filesSource([folder], clock));
  await waitFor('the first', () => offers.length === 1);
  for (const text of ['three', 'four', 'five']) {
    agents.write({ 'a.md': text });
    agents.swap();
    await clock.advance(5 * second);
    await waitFor(text, () => offers.at(-1)?.includes(text) === true);
  }
});

test('what may not be read is tried again by itself, and told once (F23, F36)', async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  const file = join(folder, 'CLAUDE.md');
  writeFileSync(file, 'one', { mode: 0o600 });
  if (process.geteuid?.() !== 0) chmodSync(file, 0);
  const comeBack = becomeNobody();
  t.after(comeBack);
  const clock = virtualClock(Date.parse('2026-11-24T09:00:00Z'));
  const source = filesSource([folder], clock);
  source.remember?.([{ from: 'another', files: [] }]);
  const { offers, statuses } = follow(t, source);
  await waitFor('the first', () => offers.length === 1);
  assert.equal(statuses.at(-1)?.speaking, 'saved');
  assert.match(statuses.at(-1)?.conditions[0] ?? '', /^FilesUnreadable: .*defaultMode.*fsGroup/);
  for (let look = 0; look < 10; look++) {
    await clock.advance(30 * second);
    await source.read();
  }
  assert.deepEqual(offers, ['file-denied']);
  // For root nothing that can be watched changes here.
  comeBack();
  chmodSync(file, 0o600);
  const tries = (): Promise<void> => clock.advance(30 * second);
  await waitFor('the file', () => offers.length === 2, tries);
  assert.equal(offers[1], 'CLAUDE.md one');
  assert.deepEqual(statuses.at(-1)?.conditions, []);
});

test('a folder that vanishes is a failure of the source and no configuration (F28)', async (t) => {
  const folder = temporaryFolder(t);
  const { orchestrator, agents } = mountConfig(folder, {
    orchestrator: { 'CLAUDE.md': 'one' },
    agents: { 'a.md': 'two' },
  });
  const { offers, statuses } = follow(t, filesSource([folder], systemClock));
  await waitFor('the first', () => offers.length === 1);
  agents.wipe();
  orchestrator.wipe();
  await waitFor('the fault', () => offers.at(-1) === 'no-configuration');
  assert.equal(statuses.at(-1)?.speaking, 'saved');
  orchestrator.write({ 'CLAUDE.md': 'one' });
  orchestrator.swap();
  agents.write({ 'a.md': 'two' });
  agents.swap();
  await waitFor('all is back', () => offers.at(-1) === 'CLAUDE.md one, agents/a.md two');
  assert.equal(statuses.at(-1)?.speaking, 'files');
});
