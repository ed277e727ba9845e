import assert from 'node:assert/strict';
import { test } from 'node:test';
import { service } from '../../test/support/revision.ts';
import { object, workload, worldOf } from '../../test/support/triage.ts';
import { refName } from '../cluster/world.ts';
import type { ServiceEntry } from '../config/revision.ts';
import { matchServices } from './match-services.ts';

const label = (value: string) => ({ labels: { 'app.kubernetes.io/name': value } });
const owned = (said: string, kind: string, name: string): unknown =>
  object('v1', said, {
    metadata: { ownerReferences: [{ apiVersion: 'x/v1', kind, name, uid: `uid-${name}`, controller: true }] },
    spec: { containers: [{ name: 'app', image: 'postgres:17' }] },
  });

type Row = {
  when: string;
  entry?: Partial<ServiceEntry>;
  cluster: unknown[][];
  matches: string[];
  by?: string;
  ambiguous?: string[];
};

const rows: Row[] = [
  {
    when: 'Workload: and Namespace: are taken by their word',
    entry: { workload: { kind: 'Deployment', name: 'web' }, namespace: 'store' },
    cluster: [workload('Deployment store/web'), workload('Deployment shop/shop'), workload('StatefulSet store/web')],
    matches: ['Deployment store/web'],
    by: 'workload',
  },
  {
    when: 'a Workload: that is not there matches nothing, whatever else bears the name',
    entry: { workload: { name: 'web' } },
    cluster: [workload('Deployment shop/shop')],
    matches: [],
  },
  {
    when: 'the workload of that name in the namespace of that name comes first',
    cluster: [workload('Deployment shop/shop'), workload('Deployment other/shop'), workload('Deployment shop/worker')],
    matches: ['Deployment shop/shop'],
    by: 'namespace-and-name',
  },
  {
    when: 'then the workload of that name',
    cluster: [workload('StatefulSet prod/shop'), workload('Deployment prod/other', label('shop'))],
    matches: ['StatefulSet prod/shop'],
    by: 'name',
  },
  {
    when: 'the same name in several namespaces is all of them, and ambiguous',
    cluster: [workload('Deployment prod/shop'), workload('Deployment staging/shop')],
    matches: ['Deployment prod/shop', 'Deployment staging/shop'],
    ambiguous: ['prod', 'staging'],
  },
  {
    when: 'a Namespace: line makes it one of them',
    entry: { namespace: 'staging' },
    cluster: [workload('Deployment prod/shop'), workload('Deployment staging/shop')],
    matches: ['Deployment staging/shop'],
  },
  {
    when: 'then app.kubernetes.io/name',
    cluster: [workload('Deployment prod/web', label('shop')), workload('Deployment prod/api')],
    matches: ['Deployment prod/web'],
    by: 'label',
  },
  {
    when: 'or app.kubernetes.io/instance, several workloads of it',
    cluster: [
      workload('Deployment prod/web', { labels: { 'app.kubernetes.io/instance': 'shop' } }),
      workload('StatefulSet prod/db', { labels: { 'app.kubernetes.io/instance': 'shop' } }),
    ],
    matches: ['Deployment prod/web', 'StatefulSet prod/db'],
    by: 'label',
  },
  {
    when: 'a Kubernetes Service of that name stands for what it selects',
    cluster: [
      workload('Deployment prod/web-v2'),
      [object('v1', 'Service prod/shop', { spec: { selector: { app: 'web-v2' }, ports: [{ port: 80 }] } })],
    ],
    matches: ['Deployment prod/web-v2'],
    by: 'service-name',
  },
  {
    when: 'then everything in the namespace of that name',
    cluster: [workload('Deployment shop/web'), workload('DaemonSet shop/agent'), workload('Deployment other/web')],
    matches: ['Deployment shop/web', 'DaemonSet shop/agent'],
    by: 'namespace',
  },
  {
    when: 'CronJobs of that namespace are helpers of its workloads',
    cluster: [
      workload('Deployment shop/web'),
      [object('batch/v1', 'CronJob shop/cleanup', { spec: { schedule: '0 3 * * *' } })],
    ],
    matches: ['Deployment shop/web'],
    by: 'namespace',
  },
  {
    when: 'a CronJob of that name is the service',
    cluster: [[object('batch/v1', 'CronJob prod/shop', { spec: { schedule: '0 3 * * *' } })]],
    matches: ['CronJob prod/shop'],
    by: 'name',
  },
  {
    when: 'aliases come last',
    entry: { aliases: ['storefront'] },
    cluster: [workload('Deployment prod/storefront')],
    matches: ['Deployment prod/storefront'],
    by: 'alias',
  },
  {
    when: 'pods of a kind we do not know are known by its name',
    cluster: [[owned('Pod prod/shop-1', 'Cluster', 'shop'), owned('Pod prod/shop-2', 'Cluster', 'shop')]],
    matches: ['Cluster prod/shop'],
    by: 'name',
  },
  {
    when: 'ReplicaSets of a Deployment are not workloads of their own',
    cluster: [
      workload('Deployment prod/web', label('shop')),
      [
        object('apps/v1', 'ReplicaSet prod/web-6d5f', {
          metadata: {
            labels: { 'app.kubernetes.io/name': 'shop' },
            ownerReferences: [
              { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'uid-web', controller: true },
            ],
          },
          spec: { replicas: 1, selector: { matchLabels: {} }, template: { spec: { containers: [] } } },
        }),
      ],
    ],
    matches: ['Deployment prod/web'],
  },
  { when: 'nothing of that name is nothing', cluster: [workload('Deployment prod/shopping-cart')], matches: [] },
];

for (const { when, entry, cluster, matches, by, ambiguous } of rows) {
  test(`matching: ${when}`, () => {
    const [match] = matchServices([service('P0 shop', entry)], worldOf(cluster));
    assert.deepEqual(match?.matches.map(refName).sort(), [...matches].sort());
    if (by) assert.equal(match?.by, by);
    assert.deepEqual(match?.ambiguous ? match.candidates : undefined, ambiguous);
  });
}

test('who is listed in a namespace by name is nobody else in it', () => {
  const entries = [service('P0 web', { namespace: 'shop' }), service('P1 orders', { namespace: 'shop' })];
  const said = (cluster: unknown[][]): string[][] =>
    matchServices(entries, worldOf(cluster)).map(({ matches }) => matches.map(refName));
  assert.deepEqual(said([workload('Deployment shop/orders')]), [[], ['Deployment shop/orders']]);
  assert.deepEqual(said([workload('Deployment shop/orders'), workload('Deployment shop/pages')]), [
    ['Deployment shop/pages'],
    ['Deployment shop/orders'],
  ]);
  const [whole] = matchServices(
    [service('P1 shop', { namespace: 'shop' }), service('P1 orders')],
    worldOf([workload('Deployment shop/orders')]),
  );
  assert.deepEqual(whole?.matches.map(refName), ['Deployment shop/orders']);
});
