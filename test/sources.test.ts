import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { configMapSource } from '../src/daemon/source/config-map-source.ts';
import { applyEdit } from '../src/demo/edit.ts';
import { minute, second } from '../src/lib/clock.ts';
import { openRecord, recordFile } from '../src/record/open-record.ts';
import { findRevision, savePin, saveRevision } from '../src/record/revisions.ts';
import { configFiles } from './support/config-files.ts';
import { connectTo } from './support/connect-to.ts';
import { agents, namespace, orchestrator, startWatch } from './support/daemon.ts';
import { mountConfig } from './support/mounted-config.ts';
import { waitFor } from './support/wait-for.ts';

const texts = (role: 'orchestrator' | 'agent'): Record<string, string> =>
  Object.fromEntries(configFiles().flatMap((file) => (file.role === role ? [[file.name, file.text]] : [])));
const find = '- reports (P3): Nightly numbers for the office';
const raised = (priority: string): string => find.replace('P3', priority);
const edited = (priority: string): Record<string, string> => {
  const { 'CLAUDE.md': text = '' } = texts('orchestrator');
  return { 'CLAUDE.md': text.replace(find, raised(priority)) };
};

test('the right to read the ConfigMaps is taken away and given back: the mount stands in, people hear, all ends by itself (F39)', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-sources-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const mount = mountConfig(folder, { orchestrator: texts('orchestrator'), agents: texts('agent') });
  const names = { namespace, orchestrator, agents };
  const watch = await startWatch({ source: (_, connection) => configMapSource(connection, names, { folder }) });
  const { server, clock, daemon } = watch;
  const priority = (): string | undefined =>
    daemon.keeper.active().services.find(({ name }) => name === 'reports')?.priority;
  const source = async (): Promise<{ speaking: string; watchConnected: boolean; conditions: string[] }> =>
    JSON.parse((await watch.get('/configz')).text).source;
  try {
    await applyEdit(server.url, namespace, { map: orchestrator, key: 'CLAUDE.md', find, replace: raised('P2') });
    await waitFor('the edit through the API', () => priority() === 'P2');
    assert.deepEqual([(await source()).speaking, (await source()).conditions], ['api', []]);

    server.fault('configmaps', { kind: '403' });
    let speaking = 'api';
    await waitFor(
      'the mount speaks',
      () => speaking === 'files',
      async () => {
        if (!(await source()).watchConnected) clock.jump(10 * second);
        speaking = (await source()).speaking;
      },
    );
    assert.deepEqual(
      (await source()).conditions.map((one) => one.split(':')[0]),
      ['Forbidden', 'FilesOlder'],
    );
    assert.equal(priority(), 'P2', 'the mount is still behind, and does not bring back what was replaced');
    mount.orchestrator.write(edited('P1'));
    mount.orchestrator.swap();
    await waitFor('the edit through the mount', () => priority() === 'P1');

    clock.jump(5 * minute);
    await waitFor('people hear', () =>
      watch.messages.some(({ text }) => text.includes('Forbidden: the ConfigMaps in')),
    );
    server.clearFaults();
    await waitFor('the API is the truth again', () => priority() === 'P2');
    await waitFor('people hear of the end', () => watch.messages.some(({ title }) => title.endsWith('works again')));
    assert.ok(watch.log.some(({ message }) => message.startsWith('configuration comes from files: ')));
  } finally {
    await watch.stop();
  }
});

test('a rollback outlives a restart without the API: the mount still holds what was rolled back (F42)', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-sources-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const data = join(folder, 'data');
  const names = { namespace, orchestrator, agents };
  const mount = mountConfig(join(folder, 'mount'), { orchestrator: edited('P2'), agents: texts('agent') });
  const first = await startWatch({ folder: data });
  const good = first.daemon.keeper.active().id;
  await applyEdit(first.server.url, namespace, { map: orchestrator, key: 'CLAUDE.md', find, replace: raised('P2') });
  await waitFor('the edit', () => first.daemon.keeper.active().id !== good);
  const bad = first.daemon.keeper.active().id;
  await first.stop();

  const record = openRecord(join(data, recordFile), { now: Date.now() });
  const saved = findRevision(record, good);
  assert.ok(saved);
  const at = Date.now();
  savePin(record, { revision: good, instead: bad, at, why: 'a test', by: 'operator' });
  saveRevision(record, { ...saved, at });
  record.close();

  const watch = await startWatch({
    folder: data,
    source: (clock) => configMapSource(connectTo('http://127.0.0.1:1', { clock }), names, { folder: mount.folder }),
  });
  try {
    assert.equal(watch.daemon.keeper.active().id, good);
    assert.equal(watch.daemon.keeper.pin()?.instead, bad);
    assert.equal(JSON.parse((await watch.get('/configz')).text).source.speaking, 'files');
  } finally {
    await watch.stop();
  }
});
