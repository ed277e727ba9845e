import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileSaid } from '../../test/support/markdown-world.ts';
import { exampleOf } from './severity-examples.ts';

const services = [
  'P0 shop',
  'P0 pay: Max downtime: 2 minutes',
  'P1 cart: Max downtime: 15 minutes',
  'P1 search',
  'P2 db',
];

/** A criterion of SEV-1, what fires it, what just does not, and what that is instead. */
const rows: [criteria: string, fires: string, misses: string, instead: string][] = [
  ['Any P0 service down for 2 minutes', 'shop down for 2m', 'shop down for 1m 59s', 'nothing yet'],
  ['Any P0 service down', 'shop down', 'shop only degraded', 'SEV-2'],
  ['2 or more P1 services down', 'cart and search down', 'cart down', 'SEV-2'],
  [
    '2 or more P1 services down for 5 minutes',
    'cart and search down for 5m',
    'cart down for 5m, search down for 4m 59s',
    'SEV-2',
  ],
  ['2 or more P0 services degraded', 'shop and pay degraded', 'shop degraded', 'SEV-2'],
  ['All P1 services down', 'cart and search down', 'cart down', 'SEV-2'],
  ['cart and search down', 'cart and search down', 'cart down', 'SEV-2'],
  ['P1 services exceed max downtime', 'cart down for 15m', 'cart down for 14m 59s', 'SEV-2'],
  [
    'P0 service degraded and any node not ready for 3 minutes',
    'shop degraded, node n1 not ready for 3m',
    'shop degraded, node n1 not ready for 2m 59s',
    'SEV-2',
  ],
  ['data layer down for 1 minute', 'db down for 1m', 'db down for 59s', 'nothing yet'],
  ['P1 services at risk', 'cart at risk', 'cart only warned about', 'SEV-4'],
  ['multiple nodes not ready', 'node n1 and node n2 not ready', 'node n1 not ready', 'SEV-2'],
  ['control plane down', 'kube-scheduler down', 'kube-scheduler only degraded', 'SEV-3'],
  [
    'P3 services down for 10 minutes',
    'a workload that is not listed down for 10m',
    'a workload that is not listed down for 9m 59s',
    'nothing yet',
  ],
];

const input = (criteria: string) => ({
  revision: compileSaid({ services, criteria: { 'SEV-1': criteria } }),
  classes: new Map([['db', ['database' as const]]]),
  nodes: ['n1', 'n2'],
});

for (const [criteria, fires, misses, instead] of rows) {
  test(`example of "${criteria}": ${fires}; not: ${misses} (${instead})`, () => {
    const given = input(criteria);
    const [group] = given.revision.severityRules[0]?.anyOf ?? [];
    assert.deepEqual(exampleOf(group ?? [], 'SEV-1', given), { fires, misses, instead });
  });
}

const impossible: [criteria: string, never: string][] = [
  ['3 or more P1 services down', 'it needs 3, and there is only cart and search'],
  ['2 or more P3 services down', 'no P3 service is listed'],
  ['ingress controller down', 'no listed service of this cluster runs one of: ingress'],
  ['P2 services exceed max downtime', 'no P2 service has a max downtime'],
  ['All services healthy', 'what is healthy opens no incident'],
];

for (const [criteria, never] of impossible) {
  test(`example of "${criteria}": it never fires, ${never}`, () => {
    const given = input(criteria);
    const [group] = given.revision.severityRules[0]?.anyOf ?? [];
    assert.deepEqual(exampleOf(group ?? [], 'SEV-1', given), { never });
  });
}
