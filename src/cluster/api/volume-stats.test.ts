import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { connectTo } from '../../../test/support/connect-to.ts';
import { snapshotOf } from '../project/snapshot-of.ts';
import type { Connection } from './connection.ts';
import { readVolumeUsage } from './volume-stats.ts';

const now = Date.parse('2026-11-24T09:00:00Z');
const summary = {
  node: { nodeName: 'good' },
  pods: [
    {
      podRef: { namespace: 'shop', name: 'db-0' },
      volume: [{ name: 'data', pvcRef: { name: 'data-db-0' }, capacityBytes: 100, availableBytes: 3 }],
    },
  ],
};
const server = createServer((request, response) => {
  const node = request.url?.split('/')[4];
  if (node === 'good') response.end(JSON.stringify(summary));
  else response.writeHead(node === 'denied' ? 403 : 503).end();
});
let connection: Connection;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  connection = connectTo(`http://127.0.0.1:${port}`);
});
after(async () => {
  await connection.close();
  server.close();
});

const rows: { nodes: string[]; volumes: number; state: string; reason?: RegExp }[] = [
  { nodes: ['good'], volumes: 1, state: 'complete' },
  { nodes: ['good', 'down'], volumes: 1, state: 'partial', reason: /1 of 2 requests failed, the first: .*503/ },
  { nodes: ['denied'], volumes: 0, state: 'denied', reason: /403/ },
  { nodes: ['good', 'denied'], volumes: 1, state: 'partial', reason: /1 of 2 requests failed/ },
];
for (const { nodes, volumes, state, reason } of rows) {
  test(`volumes of the nodes ${nodes.join(' and ')} are ${state}`, async () => {
    const objects = nodes.map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } }));
    const read = await readVolumeUsage(connection, snapshotOf(objects, { now }).nodes, now);
    assert.equal(read.volumes.length, volumes);
    assert.equal(read.coverage.state, state);
    assert.match(read.coverage.reason ?? '', reason ?? /^$/);
  });
}
