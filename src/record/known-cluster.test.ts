import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownCluster } from './known-cluster.ts';
import { openRecord } from './open-record.ts';

const open = () => openRecord(':memory:', { now: 0 });

test('a cluster that cannot be seen is the one that was seen under that name', () => {
  const record = open();
  assert.equal(knownCluster(record, { id: 'uid-1', name: 'prod' }), 'uid-1');
  assert.equal(knownCluster(record, { id: 'unknown', name: 'prod' }), 'uid-1');
  assert.equal(knownCluster(record, { id: 'unknown', name: 'dev' }), 'unknown');
  record.close();
});

test('what was kept before a cluster was ever seen becomes its own', () => {
  const record = open();
  assert.equal(knownCluster(record, { id: 'unknown', name: 'prod' }), 'unknown');
  record.db.prepare("INSERT INTO incidents VALUES ('i-1', 'unknown', 'open', 'SEV-2', 0, 0, NULL, 1, '{}')").run();
  knownCluster(record, { id: 'uid-1', name: 'prod' });
  assert.equal(record.db.prepare('SELECT cluster FROM incidents').get()?.['cluster'], 'uid-1');
  record.close();
});
