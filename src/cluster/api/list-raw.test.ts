import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectTo } from '../../../test/support/connect-to.ts';
import { type ApiServer, startApiServer } from '../../demo/server/start-api-server.ts';
import { fields } from '../project/read.ts';
import type { Connection } from './connection.ts';
import { listRaw, type RawWish } from './list-raw.ts';

let server: ApiServer;
let connection: Connection;
const object = (apiVersion: string, kind: string, name: string, namespace: string, app = 'web'): object => ({
  apiVersion,
  kind,
  metadata: { name, namespace, labels: { app }, managedFields: [{ manager: 'kubectl' }] },
});
before(async () => {
  server = await startApiServer({
    objects: [
      object('v1', 'Pod', 'web-1', 'shop'),
      object('v1', 'Pod', 'db-1', 'shop', 'db'),
      object('v1', 'Pod', 'web-2', 'blog'),
      object('apps/v1', 'Deployment', 'web', 'shop'),
      object('v1', 'Secret', 'keys', 'shop'),
      { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } },
    ],
  });
  connection = connectTo(server.url);
});
after(async () => {
  await connection.close();
  await server.stop();
});

async function names(wish: RawWish): Promise<string[]> {
  const objects = await listRaw(connection, wish);
  return objects.map((raw) => `${String(fields(raw)['kind'])} ${String(fields(fields(raw)['metadata'])['name'])}`);
}

const rows: { wish: RawWish; gives: string[] }[] = [
  { wish: { resource: 'pods' }, gives: ['Pod db-1', 'Pod web-1', 'Pod web-2'] },
  { wish: { resource: 'po', namespace: 'blog' }, gives: ['Pod web-2'] },
  { wish: { resource: 'pod', namespace: 'shop', selector: 'app=db' }, gives: ['Pod db-1'] },
  { wish: { resource: 'Pod', selector: 'app in (web),app!=db', namespace: 'shop' }, gives: ['Pod web-1'] },
  { wish: { resource: 'deployments.apps' }, gives: ['Deployment web'] },
  { wish: { resource: 'deploy' }, gives: ['Deployment web'] },
  { wish: { resource: 'deployments.v1.apps' }, gives: ['Deployment web'] },
  { wish: { resource: 'nodes', namespace: 'shop' }, gives: ['Node n1'] },
];
for (const { wish, gives } of rows) {
  test(`${JSON.stringify(wish)} gives ${gives.join(', ')}`, async () => {
    assert.deepEqual((await names(wish)).toSorted(), gives);
  });
}

test('as kubectl gives them: with their kind, without managedFields', async () => {
  const [deployment] = await listRaw(connection, { resource: 'deploy' });
  assert.equal(fields(deployment)['apiVersion'], 'apps/v1');
  assert.equal(fields(fields(deployment)['metadata'])['managedFields'], undefined);
});

const refused: { wish: RawWish; says: RegExp }[] = [
  { wish: { resource: 'secrets' }, says: /^secrets are never read$/ },
  { wish: { resource: 'Secret' }, says: /^secrets are never read$/ },
  { wish: { resource: 'secrets.v1.' }, says: /^secrets are never read$/ },
  { wish: { resource: 'unicorns' }, says: /^the cluster has no resource "unicorns"$/ },
  { wish: { resource: 'pods/log' }, says: /has no resource "pods\/log"/ },
  { wish: { resource: 'pods', maxBytes: 10 }, says: /more than 10 bytes; name a namespace or a selector/ },
  { wish: { resource: 'pods', namespace: '../../secrets' }, says: /^"\.\.\/\.\.\/secrets" is no name of a namespace$/ },
];
for (const { wish, says } of refused) {
  test(`${JSON.stringify(wish)} is refused`, async () => {
    await assert.rejects(names(wish), { name: 'ApiFailure', message: says });
  });
}

test('which kinds there are is asked once; nobody ever asked for secrets', () => {
  assert.equal(server.requests.filter(({ path }) => path === '/apis').length, 1);
  assert.ok(server.requests.every(({ path }) => !path.includes('secret')));
});
