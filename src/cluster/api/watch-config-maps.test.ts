import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { connectTo } from '../../../test/support/connect-to.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { type ApiServer, startApiServer } from '../../demo/server/start-api-server.ts';
import { minute, virtualClock } from '../../lib/clock.ts';
import { readConfigMap } from './config-maps.ts';
import type { Connection } from './connection.ts';
import { type ConfigMapWatch, watchConfigMaps } from './watch-config-maps.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const map = (text: string, uid = 'first'): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'orchestrator', namespace: 'monitoring', uid },
  data: { 'CLAUDE.md': text },
});
const gone = { kind: 'ConfigMap', namespace: 'monitoring', name: 'orchestrator' };

async function serve(port: number | undefined, ...objects: object[]): Promise<ApiServer> {
  const server = await startApiServer({ objects, ...(port !== undefined && { port }) });
  ends.push(() => server.stop().catch(() => undefined));
  return server;
}

type Watching = { watch: ConfigMapWatch; told: string[]; seen: () => boolean };

function watching(connection: Connection, options: Parameters<typeof watchConfigMaps>[4] = {}): Watching {
  const told: string[] = [];
  const watch = watchConfigMaps(
    connection,
    'monitoring',
    ['orchestrator'],
    (change) => void told.push(`${change.type} ${change.map.data['CLAUDE.md']}`),
    options,
  );
  ends.push(() => watch.stop());
  return { watch, told, seen: () => [...watch.states().values()].every(({ is }) => is === 'seen') };
}

async function start(...objects: object[]): Promise<Watching & { server: ApiServer }> {
  const server = await serve(undefined, ...objects);
  const connection = connectTo(server.url);
  ends.push(() => connection.close());
  const all = watching(connection);
  await all.watch.ready();
  await waitFor('the watch', () => server.watches() > 0);
  return { server, ...all };
}

test('an audit tells what a watch that died in silence did not (F41)', async () => {
  const { server, watch, told } = await start(map('one'));
  server.fault('configmaps', { kind: 'stall', verbs: ['watch'] });
  server.put(map('two'));
  assert.equal(await watch.audit(), true);
  server.remove(gone);
  assert.equal(await watch.audit(), true);
  assert.equal(await watch.audit(), true);
  assert.deepEqual(told, ['ADDED one', 'MODIFIED two', 'DELETED two']);
});

test('an audit that nobody answers tells nothing (F42)', async () => {
  const { server, watch, told } = await start(map('one'));
  server.fault('configmaps', { kind: '500', verbs: ['get'] });
  assert.equal(await watch.audit(), false);
  assert.deepEqual(told, ['ADDED one']);
});

test('every minute there is an audit, by name', async () => {
  const clock = virtualClock(Date.parse('2026-11-24T09:00:00Z'));
  const server = await serve(undefined, map('one'));
  const connection = connectTo(server.url, { clock });
  ends.push(() => connection.close());
  let audits = 0;
  const { watch } = watching(connection, { onAudited: () => void audits++ });
  await watch.ready();
  for (const due of [1, 2]) {
    await clock.advance(minute);
    await waitFor('the audit', () => audits === due);
  }
  const asked = server.requests.filter(({ path }) => path.endsWith('/configmaps/orchestrator'));
  assert.equal(asked.length, 2);
});

for (const kind of ['410', '410-event', 'cut', '500'] as const) {
  test(`a watch that ends with ${kind} and comes back tells nothing that did not happen (F40)`, async () => {
    const { server, told } = await start(map('one'));
    const before = server.requests.length;
    server.compact();
    server.fault('configmaps', { kind, times: 2 });
    await waitFor('it asks again', () => server.requests.length > before + 1);
    await waitFor('it watches again', () => server.watches() > 0);
    server.put(map('two'));
    await waitFor('the next change', () => told.length > 1);
    assert.deepEqual(told, ['ADDED one', 'MODIFIED two']);
  });
}

test('an older version after a reconnect is not told, unless the server stays with it (F43)', async () => {
  const { server, watch, told, seen } = await start(map('one'));
  server.put(map('two'));
  for (let more = 0; more < 5; more++) server.put(map('three'));
  await waitFor('the newest', () => told.length >= 2 && told.at(-1) === 'MODIFIED three');
  await watch.audit();
  const before = told.length;
  const port = Number(new URL(server.url).port);
  await server.stop();
  await waitFor('it is broken', () => !seen());
  // The same object at an earlier version, as a replica that lags behind has it.
  const behind = await serve(port, map('one'));
  await waitFor('it is seen', seen);
  assert.deepEqual(told.slice(before), []);
  assert.equal(await watch.audit(), true);
  assert.deepEqual(told.slice(before), [], 'one answer may come from a server that lags behind');
  assert.equal(await watch.audit(), true);
  assert.deepEqual(told.slice(before), ['MODIFIED one'], 'a restored backup is the truth');
  await waitFor('the watch', () => behind.watches() > 0);
  behind.put(map('after the restore'));
  await waitFor('the next change', () => told.at(-1) === 'MODIFIED after the restore');
});

test('one that was replaced does not come back, its successor is new at any version (F25, F43)', async () => {
  const { server, told, seen } = await start(map('one'));
  for (let more = 0; more < 5; more++) server.put(map('one'));
  server.remove(gone);
  server.put(map('two', 'second'));
  await waitFor('the successor', () => told.at(-1) === 'ADDED two');
  const port = Number(new URL(server.url).port);
  const before = told.length;
  await server.stop();
  await waitFor('it is broken', () => !seen());
  const behind = await serve(port, map('one'));
  await waitFor('it is seen', seen);
  assert.deepEqual(told.slice(before), []);
  await waitFor('the watch', () => behind.watches() > 0);
  behind.put(map('three', 'third'));
  await waitFor('the third', () => told.length > before);
  assert.deepEqual(told.slice(before), ['ADDED three']);
});

test('the author is who changed the data last, not who put a note on it later (F31)', () => {
  const entry = (manager: string, time: string, fieldsV1: object, more: object = {}): object => ({
    manager,
    operation: 'Update',
    time,
    fieldsV1,
    ...more,
  });
  const data = { 'f:data': { 'f:CLAUDE.md': {} } };
  const author = (managedFields: object[]): string | undefined =>
    readConfigMap({ metadata: { name: 'o', managedFields } }).changedBy?.manager;
  const early = entry('argocd-controller', '2026-11-24T09:00:00Z', data);
  const late = entry('kubectl-edit', '2026-11-24T09:05:00Z', data);
  const note = entry('kubectl-annotate', '2026-11-24T09:09:00Z', { 'f:metadata': { 'f:annotations': {} } });
  assert.equal(author([late, early, note]), 'kubectl-edit');
  assert.equal(author([early, note]), 'argocd-controller');
  assert.equal(author([note]), 'kubectl-annotate');
  assert.equal(author([]), undefined);
});
