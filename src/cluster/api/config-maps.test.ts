import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { connectTo } from '../../../test/support/connect-to.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { type ApiServer, startApiServer } from '../../demo/server/start-api-server.ts';
import { getConfigMap } from './config-maps.ts';
import type { Connection } from './connection.ts';
import { type ConfigMapChange, type ConfigMapWatch, watchConfigMaps } from './watch-config-maps.ts';
import { writeEvent } from './write-event.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const map = (name: string, text: string, uid = `uid-${name}`): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'monitoring', uid, annotations: { 'k8s-monitor.io/bundle': '7', other: 'x' } },
  data: { 'CLAUDE.md': text },
});

async function start(...objects: object[]): Promise<{ server: ApiServer; connection: Connection }> {
  const server = await startApiServer({ objects });
  ends.push(() => server.stop());
  const connection = connectTo(server.url);
  ends.push(() => connection.close());
  return { server, connection };
}

function watching(connection: Connection): { watch: ConfigMapWatch; told: string[] } {
  const told: string[] = [];
  const tell = ({ type, name, map: { data } }: ConfigMapChange): void =>
    void told.push(`${type} ${name} ${data['CLAUDE.md']}`);
  const watch = watchConfigMaps(connection, 'monitoring', ['orchestrator', 'agents'], tell);
  ends.push(() => watch.stop());
  return { watch, told };
}

test('a ConfigMap as it was written, or none', async () => {
  const text = 'tab\there, \u202ebidi, '.padEnd(5000, 'x');
  const { connection } = await start(map('orchestrator', text));
  const found = await getConfigMap(connection, 'monitoring', 'orchestrator');
  assert.equal(found?.data['CLAUDE.md'], text);
  assert.deepEqual(found?.annotations, { 'k8s-monitor.io/bundle': '7' });
  assert.equal(found?.uid, 'uid-orchestrator');
  assert.equal(await getConfigMap(connection, 'monitoring', 'agents'), undefined);
});

test('only the two by name are asked for, and what happens to them is told in order', async () => {
  const { server, connection } = await start(map('orchestrator', 'one'), map('foreign', 'x'));
  const { watch, told } = watching(connection);
  await watch.ready();
  server.put(map('orchestrator', 'two'));
  server.put(map('foreign', 'y'));
  server.put(map('agents', 'new'));
  await waitFor('the new one', () => told.length === 3);
  server.remove({ kind: 'ConfigMap', namespace: 'monitoring', name: 'orchestrator' });
  await waitFor('all', () => told.length === 4);
  assert.deepEqual(told.toSorted(), [
    'ADDED agents new',
    'ADDED orchestrator one',
    'DELETED orchestrator two',
    'MODIFIED orchestrator two',
  ]);
  assert.deepEqual(server.requests.map(({ query }) => query.get('fieldSelector')).toSorted(), [
    'metadata.name=agents',
    'metadata.name=orchestrator',
  ]);
});

test('what happened while the watch was broken is told once, what did not happen is not (F40)', async () => {
  const { server, connection } = await start(map('orchestrator', 'one'), map('agents', 'same'));
  const { watch, told } = watching(connection);
  await watch.ready();
  told.length = 0;
  server.compact();
  server.fault('configmaps', { kind: '500' });
  await waitFor('broken', () => [...watch.states().values()].every(({ is }) => is === 'broken'));
  server.put(map('orchestrator', 'two'));
  server.clearFaults();
  await waitFor('seen', () => [...watch.states().values()].every(({ is }) => is === 'seen'));
  await waitFor('the change', () => told.length > 0);
  assert.deepEqual(told, ['MODIFIED orchestrator two']);
});

test('deleted and made anew is another one (F25)', async () => {
  const { server, connection } = await start(map('orchestrator', 'one', 'first'));
  const { watch, told } = watching(connection);
  await watch.ready();
  server.remove({ kind: 'ConfigMap', namespace: 'monitoring', name: 'orchestrator' });
  server.put(map('orchestrator', 'two', 'second'));
  await waitFor('both', () => told.length === 3);
  assert.deepEqual(told.slice(1), ['DELETED orchestrator one', 'ADDED orchestrator two']);
});

test('no right to see them: ready all the same, and the state says why', async () => {
  const { server, connection } = await start();
  server.fault('configmaps', { kind: '403' });
  const { watch, told } = watching(connection);
  await watch.ready();
  for (const state of watch.states().values()) {
    assert.equal(state.is, 'denied');
    assert.match('reason' in state ? state.reason : '', /403/);
  }
  assert.deepEqual(told, []);
});

const wanted = {
  about: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'monitoring', name: 'orchestrator', uid: 'u' },
  type: 'Warning' as const,
  reason: 'ConfigRejected',
  message: `CLAUDE.md:4:1 ${String.fromCharCode(27)}[31m`.padEnd(3000, 'x'),
  now: Date.parse('2026-11-24T09:00:00Z'),
};

test('an Event on an object, cleaned and not longer than the API takes', async () => {
  const { server, connection } = await start(map('orchestrator', 'one'));
  await writeEvent(connection, wanted);
  const event = server.objects().find(({ kind }) => kind === 'Event');
  assert.match(event?.metadata.name ?? '', /^orchestrator\../);
  assert.equal(event?.['reason'], 'ConfigRejected');
  assert.deepEqual(event?.['involvedObject'], wanted.about);
  assert.equal(event?.['lastTimestamp'], '2026-11-24T09:00:00Z');
  const message = String(event?.['message']);
  assert.equal(message.length, 1024);
  assert.match(message, /^CLAUDE\.md:4:1 xxx/);
});

test('who may not write Events is told so', async () => {
  const { server, connection } = await start();
  server.fault('events', { kind: '403' });
  await assert.rejects(writeEvent(connection, wanted), { kind: 'denied' });
});
