import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownIssue, revisionWith, service } from '../../test/support/revision.ts';
import { noon, object, workload, worldOf } from '../../test/support/triage.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import type { KnownIssue, Revision, ServiceEntry } from '../config/revision.ts';
import { minute } from '../lib/clock.ts';
import { findMatchProblems } from './match-problems.ts';

const window: KnownIssue['bound'] = {
  type: 'windows',
  windows: [{ says: 'daily', repeats: 'weekly', days: [1], start: 0, end: 60 }],
};
const expired = knownIssue('Backup', ['shop'], window, { until: noon });

type Row = {
  when: string;
  services: ServiceEntry[];
  issues?: KnownIssue[];
  cluster: unknown[];
  unseen?: SourceName[];
  unmatched?: string[];
  says: string[];
};

const namespaces = ['shop', 'prod', 'staging'].map((name) => object('v1', `Namespace ${name}`));

const rows: Row[] = [
  {
    when: 'everything is found once',
    services: [service('P0 shop'), service('P1 cart')],
    cluster: [workload('Deployment shop/shop'), workload('Deployment shop/cart')],
    says: [],
  },
  {
    when: 'a name that is namespace and name in one',
    services: [service('P0 shop-api')],
    cluster: [workload('Deployment shop/api')],
    says: [
      'workload-not-found: No workload named `shop-api`. Did you mean Deployment shop/api? Then write `Workload: api` and `Namespace: shop` below it.',
    ],
  },
  {
    when: 'a name that nothing is like',
    services: [service('P0 shop'), service('P1 mail')],
    cluster: [workload('Deployment shop/shop')],
    says: [
      'workload-not-found: No workload named `mail`. Write the name the cluster has, or `Workload:` and `Namespace:` below the service; delete what is gone, or write `Optional: yes`.',
    ],
  },
  {
    when: 'an optional service that is not there',
    services: [service('P2 mail', { optional: true })],
    cluster: [workload('Deployment shop/shop')],
    says: [],
  },
  {
    when: 'it is in another namespace than is said',
    services: [service('P0 shop', { namespace: 'prod', workload: { name: 'web' } })],
    cluster: [workload('Deployment shop/web')],
    says: [
      'workload-not-found: No workload named `web` in namespace prod. Did you mean Deployment shop/web? Then write `Workload: web` and `Namespace: shop` below it.',
    ],
  },
  {
    when: 'a namespace that does not exist',
    services: [service('P0 web', { namespace: 'shpo' })],
    cluster: [workload('Deployment shop/web')],
    says: [
      'namespace-not-found: There is no namespace `shpo`, where "web" should live. Did you mean `Namespace: shop`?',
    ],
  },
  {
    when: 'a slip in the name of what lives in a namespace',
    services: [service('P0 frontend', { namespace: 'shop' })],
    cluster: [workload('Deployment shop/web-frontend'), workload('Deployment shop/worker')],
    says: [
      'namespace-as-a-whole: Nothing in namespace shop is called `frontend`, so everything in it counts as this service: 2 workloads. Did you mean Deployment shop/web-frontend? Then write `Workload: web-frontend` and `Namespace: shop` below it.',
    ],
  },
  {
    when: 'a service that is all of its namespace',
    services: [service('P0 storefront', { namespace: 'shop' })],
    cluster: [workload('Deployment shop/web'), workload('Deployment shop/worker')],
    says: [],
  },
  {
    when: 'several namespaces have it',
    services: [service('P0 shop')],
    cluster: [workload('Deployment prod/shop'), workload('Deployment staging/shop')],
    says: [
      'workload-ambiguous: "shop" is found in the namespaces prod and staging, and no line says which is meant: all of them count. Write for example `Namespace: prod` below it.',
    ],
  },
  {
    when: 'two entries are one workload',
    services: [service('P0 shop'), service('P2 storefront', { workload: { name: 'shop' } })],
    cluster: [workload('Deployment shop/shop')],
    says: [
      'workload-shared: "storefront" and "shop" are both Deployment shop/shop: a fault of it is a fault of both. Write `Workload:` below the one that means something else, or list it once with `Aliases:`.',
    ],
  },
  {
    when: 'a namespace as a whole and one of its workloads are two services',
    services: [service('P0 shop'), service('P1 cart')],
    cluster: [workload('Deployment shop/web'), workload('Deployment shop/cart')],
    says: [],
  },
  {
    when: 'what was not seen is not missing',
    services: [service('P0 mail')],
    cluster: [],
    unseen: ['deployments'],
    says: [],
  },
  {
    when: 'a known issue about what is not there',
    services: [service('P1 shop'), service('P1 mail', { optional: true })],
    issues: [knownIssue('Queue', ['mail'], window), knownIssue('Night', [], window, { classes: ['database'] })],
    cluster: [workload('Deployment shop/shop')],
    says: [
      'issue-matches-nothing: Known issue "Queue" mutes nothing now: mail matched nothing in the cluster. Write the services it is about after `Services:`, or delete the issue.',
      'issue-matches-nothing: Known issue "Night" mutes nothing now: what runs a database was not found in the cluster. Write the services it is about after `Services:`, or delete the issue.',
    ],
  },
  {
    when: 'a known issue about a class that every P0 belongs to',
    services: [service('P0 ledger'), service('P0 orders'), service('P1 web')],
    issues: [knownIssue('Night', [], window, { classes: ['database'] })],
    cluster: [
      workload('StatefulSet data/ledger', { image: 'postgres:17' }),
      workload('StatefulSet data/orders', { image: 'mysql:9' }),
      workload('Deployment shop/web'),
    ],
    says: [
      'issue-covers-every-critical: Known issue "Night" covers every P0 service: each of them runs a database. Name the services it is really about after `Services:`.',
    ],
  },
  {
    when: 'a known issue that is over',
    services: [service('P1 shop')],
    issues: [expired],
    cluster: [workload('Deployment shop/shop')],
    says: [
      'issue-expired: Known issue "Backup" ended 2026-01-15 12:00 UTC: it mutes nothing any more. Delete the issue, or write a later date where it is still true.',
    ],
  },
  {
    when: 'a known issue that silenced nothing, one of two',
    services: [service('P1 shop')],
    issues: [knownIssue('Backup', ['shop'], window), knownIssue('Restart', ['shop'], window)],
    cluster: [workload('Deployment shop/shop')],
    unmatched: ['Backup'],
    says: [
      'issue-never-matched: Known issue "Backup" has silenced nothing for 30 days. Delete it where it is no longer true; else write the date to which it holds after `Until:`.',
    ],
  },
];

for (const { when, services, issues = [], cluster, unseen = [], unmatched = [], says } of rows) {
  test(`matching is told: ${when}`, () => {
    const revision: Revision = revisionWith({ services, knownIssues: issues });
    const problems = findMatchProblems({
      revision,
      world: worldOf([namespaces, ...cluster].flat(), { unseen }),
      now: noon,
      unmatched,
    });
    assert.deepEqual(
      problems.map(({ code, message, cure }) => `${code}: ${message} ${cure}`),
      says,
    );
    assert.ok(problems.every(({ level }) => level === 'warning'));
  });
}

test('matching is told: without a cluster only what the clock says', () => {
  const revision = revisionWith({ services: [service('P1 mail')], knownIssues: [expired] });
  const codes = (now: number): string[] => findMatchProblems({ revision, now }).map(({ code }) => code);
  assert.deepEqual([codes(noon - minute), codes(noon)], [[], ['issue-expired']]);
});
