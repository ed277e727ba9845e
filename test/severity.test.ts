import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceName } from '../src/cluster/snapshot.ts';
import type { Severity } from '../src/config/revision.ts';
import { compileSaid, smallCluster } from './support/markdown-world.ts';
import { judgeOnce, noon } from './support/triage.ts';

type Criteria = Partial<Record<Severity, string>>;

/** Services and criteria as they stand in Markdown, what is wrong, and what becomes of it: one line an incident or a finding that waits. */
type Group = {
  about: string;
  services: string[];
  criteria: Criteria;
  more?: string;
  images?: Record<string, string>;
  nodes?: string[];
  unseen?: SourceName[];
  rows: [given: string, ...is: string[]][];
};

const groups: Group[] = [
  {
    about: 'a time of its own',
    services: ['P0 shop', 'P1 cart'],
    criteria: { 'SEV-1': 'Any P0 service down for > 2 minutes' },
    rows: [
      ['shop down 1m59s', 'shop waits: criterion "Any P0 service down for > 2 minutes"'],
      ['shop down 2m', 'shop SEV-1: P0 shop down for 2m, limit 2m (SEV-1: Any P0 service down for > 2 minutes)'],
      ['shop degraded 2m59s', 'shop waits: not-ready has a grace of 3m'],
      ['shop degraded 3m', 'shop SEV-2: P0 shop degraded for 3m (SEV-2: default for P0 degraded)'],
      ['cart down 2m59s', 'cart waits: not-ready has a grace of 3m'],
      ['cart down 3m', 'cart SEV-2: P1 cart down for 3m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'immediately',
    services: ['P0 shop', 'P1 cart'],
    criteria: { 'SEV-1': 'Any P0 service down immediately', 'SEV-2': 'Any P1 service down immediately' },
    rows: [
      ['shop down 0s', 'shop SEV-1: P0 shop down for 0s (SEV-1: Any P0 service down immediately)'],
      ['cart down 0s', 'cart SEV-2: P1 cart down for 0s (SEV-2: Any P1 service down immediately)'],
    ],
  },
  {
    about: 'one service, two severities by time',
    services: ['P1 cart'],
    criteria: { 'SEV-1': 'P1 services down for more than 30 minutes', 'SEV-2': 'P1 services down for 5 minutes' },
    rows: [
      ['cart down 4m59s', 'cart waits: criterion "P1 services down for 5 minutes"'],
      ['cart down 5m', 'cart SEV-2: P1 cart down for 5m, limit 5m (SEV-2: P1 services down for 5 minutes)'],
      ['cart down 29m59s', 'cart SEV-2: P1 cart down for 29m 59s, limit 5m (SEV-2: P1 services down for 5 minutes)'],
      [
        'cart down 30m',
        'cart SEV-1: P1 cart down for 30m, limit 30m (SEV-1: P1 services down for more than 30 minutes)',
      ],
    ],
  },
  {
    about: 'counting',
    services: ['P1 cart', 'P1 search', 'P1 mail'],
    criteria: { 'SEV-1': '2 or more P1 services down for 5 minutes' },
    rows: [
      ['cart down 10m', 'cart SEV-2: P1 cart down for 10m (SEV-2: default for P1 down)'],
      [
        'cart down 10m; search down 4m59s',
        'cart SEV-2: P1 cart down for 10m (SEV-2: default for P1 down)',
        'search SEV-2: P1 search down for 4m 59s (SEV-2: default for P1 down)',
      ],
      [
        'cart down 10m; search down 5m',
        'cart SEV-1: P1 cart down for 10m, limit 5m (SEV-1: 2 or more P1 services down for 5 minutes)',
        'search SEV-1: P1 search down for 5m, limit 5m (SEV-1: 2 or more P1 services down for 5 minutes)',
      ],
      [
        'cart down 10m; search degraded 10m',
        'cart SEV-2: P1 cart down for 10m (SEV-2: default for P1 down)',
        'search SEV-3: P1 search degraded for 10m (SEV-3: default for P1 degraded)',
      ],
    ],
  },
  {
    about: 'multiple, in other words',
    services: ['P0 shop', 'P1 cart', 'P1 search', 'P2 mail'],
    criteria: {
      'SEV-1': 'Multiple P1 services unavailable simultaneously',
      'SEV-2': 'at least three services affected',
    },
    rows: [
      [
        'cart down 3m; search down 3m',
        'cart SEV-1: P1 cart down for 3m (SEV-1: Multiple P1 services unavailable simultaneously)',
        'search SEV-1: P1 search down for 3m (SEV-1: Multiple P1 services unavailable simultaneously)',
      ],
      [
        'cart down 3m; mail down 3m',
        'cart SEV-2: P1 cart down for 3m (SEV-2: default for P1 down)',
        'mail SEV-3: P2 mail down for 3m (SEV-3: default for P2 down)',
      ],
      [
        'cart degraded 3m; mail degraded 3m; search warned volume-filling 1h',
        'cart SEV-2: P1 cart affected for 3m (SEV-2: at least three services affected)',
        'mail SEV-2: P2 mail affected for 3m (SEV-2: at least three services affected)',
        'search SEV-2: P1 search affected for 1h (SEV-2: at least three services affected)',
      ],
    ],
  },
  {
    about: 'all of them',
    services: ['P1 cart', 'P1 search', 'P2 mail'],
    criteria: { 'SEV-1': 'All P1 services down' },
    rows: [
      ['cart down 3m', 'cart SEV-2: P1 cart down for 3m (SEV-2: default for P1 down)'],
      [
        'cart down 3m; mail down 3m',
        'cart SEV-2: P1 cart down for 3m (SEV-2: default for P1 down)',
        'mail SEV-3: P2 mail down for 3m (SEV-3: default for P2 down)',
      ],
      [
        'cart down 3m; search down 3m',
        'cart SEV-1: P1 cart down for 3m (SEV-1: All P1 services down)',
        'search SEV-1: P1 search down for 3m (SEV-1: All P1 services down)',
      ],
    ],
  },
  {
    about: 'OR in one line',
    services: ['P0 shop', 'P1 cart', 'P2 mail'],
    criteria: { 'SEV-2': 'Any P0 service degraded for 5 minutes, P1 service down or P2 services down for 1 hour' },
    rows: [
      ['shop degraded 4m59s', 'shop waits: criterion "Any P0 service degraded for 5 minutes"'],
      [
        'shop degraded 5m',
        'shop SEV-2: P0 shop degraded for 5m, limit 5m (SEV-2: Any P0 service degraded for 5 minutes)',
      ],
      ['cart down 3m', 'cart SEV-2: P1 cart down for 3m (SEV-2: P1 service down)'],
      ['mail down 59m59s', 'mail waits: criterion "P2 services down for 1 hour"'],
      ['mail down 1h', 'mail SEV-2: P2 mail down for 1h, limit 1h (SEV-2: P2 services down for 1 hour)'],
    ],
  },
  {
    about: 'AND in one line',
    services: ['P1 cart', 'P1 search'],
    criteria: { 'SEV-1': 'cart down for 10 minutes AND search degraded for 5 minutes' },
    rows: [
      ['cart down 10m', 'cart SEV-2: P1 cart down for 10m (SEV-2: default for P1 down)'],
      [
        'cart down 10m; search degraded 4m59s',
        'cart SEV-2: P1 cart down for 10m (SEV-2: default for P1 down)',
        'search SEV-3: P1 search degraded for 4m 59s (SEV-3: default for P1 degraded)',
      ],
      [
        'cart down 10m; search degraded 5m',
        'cart SEV-1: P1 cart down for 10m, limit 10m (SEV-1: cart down for 10 minutes and search degraded for 5 minutes)',
        'search SEV-1: P1 search degraded for 5m, limit 5m (SEV-1: cart down for 10 minutes and search degraded for 5 minutes)',
      ],
      [
        'cart down 9m59s; search degraded 5m',
        'cart SEV-2: P1 cart down for 9m 59s (SEV-2: default for P1 down)',
        'search SEV-3: P1 search degraded for 5m (SEV-3: default for P1 degraded)',
      ],
    ],
  },
  {
    about: 'bullets under ANY and under ALL',
    services: ['P1 cart', 'P2 mail'],
    criteria: {
      'SEV-1': 'ALL of these\n  - P1 service down for 5 minutes\n  - any node not ready',
      'SEV-2': 'ANY of these\n  - P2 service down for 5 minutes\n  - any node not ready for 1 minute',
    },
    rows: [
      ['cart down 5m', 'cart SEV-2: P1 cart down for 5m (SEV-2: default for P1 down)'],
      [
        'cart down 5m; node n1 down 2m',
        'cart SEV-1: P1 cart down for 5m, limit 5m (SEV-1: P1 service down for 5 minutes and any node not ready)',
        'n1 SEV-1: Node n1 not ready for 2m (SEV-1: P1 service down for 5 minutes and any node not ready)',
      ],
      ['mail down 4m59s', 'mail waits: criterion "P2 service down for 5 minutes"'],
      ['mail down 5m', 'mail SEV-2: P2 mail down for 5m, limit 5m (SEV-2: P2 service down for 5 minutes)'],
      ['node n1 down 59s', 'n1 waits: criterion "any node not ready for 1 minute"'],
      ['node n1 down 1m', 'n1 SEV-2: Node n1 not ready for 1m, limit 1m (SEV-2: any node not ready for 1 minute)'],
    ],
  },
  {
    about: 'a clause without a subject has the one before it',
    services: ['P0 shop', 'P1 cart'],
    criteria: { 'SEV-1': 'P1 services down for 10 minutes or degraded for 30 minutes' },
    rows: [
      ['cart degraded 29m59s', 'cart waits: criterion "degraded for 30 minutes"'],
      ['cart degraded 30m', 'cart SEV-1: P1 cart degraded for 30m, limit 30m (SEV-1: degraded for 30 minutes)'],
      ['shop degraded 30m', 'shop SEV-2: P0 shop degraded for 30m (SEV-2: default for P0 degraded)'],
    ],
  },
  {
    about: 'max downtime of each service',
    services: ['P0 shop: Max downtime: 2 minutes', 'P1 cart: Max downtime: 15 minutes', 'P1 search'],
    criteria: { 'SEV-1': 'max downtime exceeded' },
    rows: [
      ['cart down 14m59s', 'cart SEV-2: P1 cart down for 14m 59s (SEV-2: default for P1 down)'],
      ['cart down 15m', 'cart SEV-1: P1 cart down for 15m, limit 15m (SEV-1: max downtime exceeded)'],
      ['search down 3h', 'search SEV-2: P1 search down for 3h (SEV-2: default for P1 down)'],
      ['cart degraded 3h', 'cart SEV-3: P1 cart degraded for 3h (SEV-3: default for P1 degraded)'],
    ],
  },
  {
    about: 'max downtime and some more',
    services: ['P1 cart: Max downtime: 15 minutes', 'P1 search'],
    criteria: { 'SEV-1': 'max downtime exceeded for 5 minutes' },
    rows: [
      ['cart down 19m59s', 'cart SEV-2: P1 cart down for 19m 59s (SEV-2: default for P1 down)'],
      ['cart down 20m', 'cart SEV-1: P1 cart down for 20m, limit 20m (SEV-1: max downtime exceeded for 5 minutes)'],
      ['search down 3h', 'search SEV-2: P1 search down for 3h (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'a max downtime that the criterion names itself',
    services: ['P1 cart: Max downtime: 15 minutes', 'P1 search'],
    criteria: { 'SEV-1': 'P1 services exceed max downtime of 5 minutes' },
    rows: [
      ['cart down 4m59s', 'cart SEV-2: P1 cart down for 4m 59s (SEV-2: default for P1 down)'],
      [
        'search down 5m',
        'search SEV-1: P1 search down for 5m, limit 5m (SEV-1: P1 services exceed max downtime of 5 minutes)',
      ],
    ],
  },
  {
    about: 'outage of any service',
    services: ['P2 mail', 'P3 wiki'],
    criteria: { 'SEV-2': 'P2 services outage exceeds 30 minutes' },
    rows: [
      ['mail down 29m59s', 'mail SEV-3: P2 mail down for 29m 59s (SEV-3: default for P2 down)'],
      ['mail down 30m', 'mail SEV-2: P2 mail down for 30m, limit 30m (SEV-2: P2 services outage exceeds 30 minutes)'],
      ['wiki down 30m', 'wiki SEV-4: P3 wiki down for 30m (SEV-4: default for P3 down)'],
    ],
  },
  {
    about: 'infrastructure, nodes and control plane',
    services: ['P1 cart'],
    criteria: { 'SEV-1': 'Control plane down OR 2 or more nodes not ready', 'SEV-3': 'infrastructure degraded' },
    nodes: ['n1', 'n2', 'n3'],
    rows: [
      ['node n1 down 5m', 'n1 SEV-2: Node n1 down for 5m (SEV-2: default for node, as P1 down)'],
      [
        'node n1 down 5m; node n2 down 5m',
        'n1 SEV-1: Node n1 not ready for 5m (SEV-1: 2 or more nodes not ready)',
        'n2 SEV-1: Node n2 not ready for 5m (SEV-1: 2 or more nodes not ready)',
      ],
      ['node n1 degraded node-pressure 30m', 'n1 SEV-3: Node n1 degraded for 30m (SEV-3: infrastructure degraded)'],
      [
        'kube-system/kube-scheduler down control-plane-down 5m',
        'kube-scheduler SEV-1: Deployment kube-system/kube-scheduler down for 5m (SEV-1: Control plane down)',
      ],
      [
        'kube-system/coredns degraded 5m',
        'coredns SEV-3: Deployment kube-system/coredns (unlisted, as P1) degraded for 5m (SEV-3: infrastructure degraded)',
      ],
    ],
  },
  {
    about: 'classes by what they run',
    services: ['P2 db', 'P2 sessions', 'P2 mail', 'P2 edge'],
    criteria: { 'SEV-1': 'data layer down for 1 minute', 'SEV-2': 'ingress controller degraded' },
    images: { db: 'postgres:17', sessions: 'docker.io/library/redis:8', edge: 'docker.io/library/traefik:3' },
    rows: [
      ['db down 59s', 'db waits: criterion "data layer down for 1 minute"'],
      ['db down 1m', 'db SEV-1: P2 db down for 1m, limit 1m (SEV-1: data layer down for 1 minute)'],
      ['sessions down 1m', 'sessions SEV-1: P2 sessions down for 1m, limit 1m (SEV-1: data layer down for 1 minute)'],
      ['mail down 3m', 'mail SEV-3: P2 mail down for 3m (SEV-3: default for P2 down)'],
      ['edge degraded 3m', 'edge SEV-2: P2 edge degraded for 3m (SEV-2: ingress controller degraded)'],
    ],
  },
  {
    about: 'flapping, at risk, warnings',
    services: ['P0 shop', 'P1 cart', 'P2 mail'],
    criteria: { 'SEV-2': 'P0/P1 services flapping', 'SEV-3': 'P0 or P1 services at risk, P2 services with warnings' },
    rows: [
      ['cart degraded 3m; cart flapping 30m', 'cart SEV-2: P1 cart flapping for 30m (SEV-2: P0/P1 services flapping)'],
      ['cart degraded 3m', 'cart SEV-3: P1 cart degraded for 3m (SEV-3: default for P1 degraded)'],
      ['shop warned usage-near-limit 1h', 'shop SEV-3: P0 shop at risk for 1h (SEV-3: P0 or P1 services at risk)'],
      ['mail warned restarting 1h', 'mail SEV-3: P2 mail warned about for 1h (SEV-3: P2 services with warnings)'],
      ['shop warned restarting 1h', 'shop SEV-4: P0 shop warned about for 1h (SEV-4: default for P0 warned about)'],
    ],
  },
  {
    about: 'absent and unknown',
    services: ['P0 shop', 'P1 cart'],
    criteria: { 'SEV-2': 'Any P0 service absent' },
    rows: [['shop gone 0s', 'shop SEV-2: P0 shop absent for 0s (SEV-2: Any P0 service absent)'], ['cart gone 0s']],
  },
  {
    about: 'nothing written',
    services: ['P0 shop', 'P1 cart', 'P2 mail', 'P3 wiki'],
    criteria: {},
    rows: [
      ['shop down 0s', 'shop SEV-1: P0 shop down for 0s (SEV-1: default for P0 down)'],
      ['shop degraded 3m', 'shop SEV-2: P0 shop degraded for 3m (SEV-2: default for P0 degraded)'],
      ['cart down 3m', 'cart SEV-2: P1 cart down for 3m (SEV-2: default for P1 down)'],
      ['cart degraded 3m', 'cart SEV-3: P1 cart degraded for 3m (SEV-3: default for P1 degraded)'],
      ['mail down 3m', 'mail SEV-3: P2 mail down for 3m (SEV-3: default for P2 down)'],
      ['mail degraded 3m', 'mail SEV-4: P2 mail degraded for 3m (SEV-4: default for P2 degraded)'],
      ['wiki down 3m', 'wiki SEV-4: P3 wiki down for 3m (SEV-4: default for P3 down)'],
      ['other down 3m', 'other SEV-4: Deployment other/other down for 3m (SEV-4: default for unlisted, as P3 down)'],
      ['shop zero 3m', 'shop SEV-1: P0 shop down for 0s (SEV-1: default for P0 down)'],
      ['mail zero 3m'],
    ],
  },
  {
    about: 'a criterion may be milder than the default',
    services: ['P0 shop', 'P1 cart'],
    criteria: { 'SEV-2': 'P0 services degraded', 'SEV-4': 'Any P1 service down' },
    rows: [
      ['cart down 3m', 'cart SEV-4: P1 cart down for 3m (SEV-4: Any P1 service down)'],
      ['shop down 0s', 'shop SEV-1: P0 shop down for 0s (SEV-1: default for P0 down)'],
    ],
  },
  {
    about: 'named services',
    services: ['P1 cart', 'P1 search', 'P2 mail'],
    criteria: { 'SEV-1': 'cart and search down', 'SEV-2': 'mail or search degraded but stable' },
    rows: [
      ['cart down 3m', 'cart SEV-2: P1 cart down for 3m (SEV-2: default for P1 down)'],
      [
        'cart down 3m; search down 3m',
        'cart SEV-1: P1 cart down for 3m (SEV-1: cart and search down)',
        'search SEV-1: P1 search down for 3m (SEV-1: cart and search down)',
      ],
      ['mail degraded 3m', 'mail SEV-2: P2 mail degraded for 3m (SEV-2: mail or search degraded but stable)'],
      [
        'cart degraded 3m; mail degraded 3m',
        'cart SEV-3: P1 cart degraded for 3m (SEV-3: default for P1 degraded)',
        'mail SEV-2: P2 mail degraded for 3m (SEV-2: mail or search degraded but stable)',
      ],
    ],
  },
  {
    about: 'what is not listed',
    services: ['P1 cart', 'P3 wiki'],
    criteria: { 'SEV-1': '2 or more P3 services down', 'SEV-3': 'Any P3 service down' },
    rows: [
      [
        'other down 3m',
        'other SEV-3: Deployment other/other (unlisted, as P3) down for 3m (SEV-3: Any P3 service down)',
      ],
      [
        'other down 3m; wiki down 3m',
        'other SEV-3: Deployment other/other (unlisted, as P3) down for 3m (SEV-3: Any P3 service down)',
        'wiki SEV-3: P3 wiki down for 3m (SEV-3: Any P3 service down)',
      ],
    ],
  },
  {
    about: 'Default priority',
    services: ['P1 cart'],
    criteria: {},
    more: '## Default priority\n\n- **Default priority**: P2\n',
    rows: [
      ['other down 3m', 'other SEV-3: Deployment other/other down for 3m (SEV-3: default for unlisted, as P2 down)'],
      [
        'other degraded 3m',
        'other SEV-4: Deployment other/other degraded for 3m (SEV-4: default for unlisted, as P2 degraded)',
      ],
    ],
  },
  {
    about: 'a cap of the group',
    services: ['P1 cart'],
    criteria: { 'SEV-1': 'P2 services down for 10 minutes' },
    more: '## Internal tools (P2)\n\n-> log only, SEV-4\n\n- wiki\n',
    rows: [
      ['wiki down 9m59s', 'wiki waits: criterion "P2 services down for 10 minutes"'],
      [
        'wiki down 10m',
        'wiki SEV-4: P2 wiki down for 10m, limit 10m (SEV-1: P2 services down for 10 minutes); capped at SEV-4 by its group',
      ],
      ['cart down 3m', 'cart SEV-2: P1 cart down for 3m (SEV-2: default for P1 down)'],
    ],
  },
  {
    about: 'When in CLAUDE.md serves where the escalation manager says nothing',
    services: ['P1 cart', 'P2 mail'],
    criteria: { 'SEV-2': 'P1 services down for 5 minutes' },
    more: '## Escalation Policy\n\n### SEV-2\n\n- **When**: P1 services down for 1 minute\n- **Channel**: #a\n\n### SEV-3\n\n- **When**: P2 services down for 10 minutes\n- **Channel**: #a\n',
    rows: [
      ['cart down 4m59s', 'cart waits: criterion "P1 services down for 5 minutes"'],
      ['mail down 9m59s', 'mail waits: criterion "P2 services down for 10 minutes"'],
      ['mail down 10m', 'mail SEV-3: P2 mail down for 10m, limit 10m (SEV-3: P2 services down for 10 minutes)'],
    ],
  },
  {
    about: 'not seen',
    services: ['P0 shop', 'P2 mail'],
    criteria: {},
    unseen: ['deployments'],
    rows: [
      [
        '',
        'deployments SEV-2: P0 shop unknown for 0s (SEV-2: default for P0 unknown): deployments cannot be seen: 403 Forbidden',
      ],
    ],
  },
  {
    about: 'not seen, with a criterion',
    services: ['P1 cart', 'P2 mail'],
    criteria: { 'SEV-1': 'Any P1 service unknown' },
    unseen: ['pods'],
    rows: [['', 'pods SEV-1: P1 cart unknown for 0s (SEV-1: Any P1 service unknown)']],
  },
];

for (const { about, rows, ...said } of groups) {
  const revision = compileSaid(said);
  for (const [given, ...is] of rows) {
    test(`severity, ${about}: ${given} -> ${is.map((one) => one.replace(/:.*/s, '')).join(', ') || 'nothing'}`, () => {
      const cluster = smallCluster(revision, { given, now: noon, ...said });
      const { incidents, findings } = judgeOnce({ revision, ...cluster });
      const all = [
        ...incidents.map(({ subject, severity, because }) => `${subject.name} ${severity}: ${because}`),
        ...findings.flatMap(({ subject, pending }) => (pending ? [`${subject.name} waits: ${pending.because}`] : [])),
      ];
      assert.deepEqual(all.sort(), is.toSorted());
    });
  }
}
