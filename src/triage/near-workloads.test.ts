import assert from 'node:assert/strict';
import { test } from 'node:test';
import { service } from '../../test/support/revision.ts';
import { ref } from '../../test/support/triage.ts';
import { refName } from '../cluster/world.ts';
import { findNearWorkloads } from './near-workloads.ts';

const cluster = [
  'Deployment shop/api',
  'Deployment shop/web-frontend',
  'Deployment billing/api',
  'StatefulSet data/postgres',
  'Deployment ops/db',
  'Deployment shop/orders-worker',
].map(ref);

/** What stands in the inventory, and what may be meant. */
const rows: [said: string, ...near: string[]][] = [
  ['shop-api', 'Deployment shop/api', 'Deployment billing/api'],
  ['api-shop', 'Deployment shop/api', 'Deployment billing/api'],
  ['postgers', 'StatefulSet data/postgres'],
  ['postgresql', 'StatefulSet data/postgres'],
  ['frontend', 'Deployment shop/web-frontend'],
  ['web-fronted', 'Deployment shop/web-frontend'],
  ['orders', 'Deployment shop/orders-worker'],
  ['web', 'Deployment shop/web-frontend'],
  ['mail'],
];

for (const [said, ...near] of rows) {
  test(`near workloads: ${said} -> ${near.join(', ') || 'none'}`, () => {
    assert.deepEqual(findNearWorkloads(service(`P1 ${said}`), cluster).map(refName), near);
  });
}

test('near workloads: the same name elsewhere comes first, what is in the namespace before what is not', () => {
  const entry = service('P1 orders', { namespace: 'billing', workload: { name: 'api' } });
  assert.deepEqual(findNearWorkloads(entry, cluster).map(refName), ['Deployment billing/api', 'Deployment shop/api']);
});
