import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clause, revisionWith, rule, service } from '../../test/support/revision.ts';
import { finding, judgeOnce, noon, object, type Step, workload, worldOf } from '../../test/support/triage.ts';
import type { Clause, Priority, Severity, SeverityRule } from '../config/revision.ts';
import { minute, second } from '../lib/clock.ts';

const p = (...priorities: Priority[]): Clause['subject'] => ({ of: 'services', priorities });
const forAtLeast = (length: number): Partial<Clause> => ({ for: length });

const p0Down2m = rule('SEV-1', [
  clause('Any P0 service down for > 2 minutes', p('P0'), 'down', forAtLeast(2 * minute)),
]);
const p0Down = rule('SEV-1', [clause('Any P0 service down', p('P0'), 'down')]);
const p1Down5m = rule('SEV-2', [clause('Any P1 service down for 5 minutes', p('P1'), 'down', forAtLeast(5 * minute))]);
const twoP1Down = rule('SEV-1', [clause('Multiple P1 services down', p('P1'), 'down', { quantifier: 2 })]);
const allP1Down = rule('SEV-1', [clause('All P1 services down', p('P1'), 'down', { quantifier: 'all' })]);
const maxDowntime = rule('SEV-1', [clause('max downtime exceeded', p('P0', 'P1'), 'max-downtime-exceeded')]);
const outage30m = rule('SEV-1', [
  clause('outage exceeds 30 minutes', p('P0', 'P1', 'P2'), 'outage', forAtLeast(30 * minute)),
]);
const dataLayer = rule('SEV-1', [
  clause('data layer down', { of: 'class', classes: ['database', 'cache', 'queue'] }, 'down'),
]);
const nodesNotReady = rule('SEV-2', [
  clause('2 or more nodes not ready', { of: 'nodes' }, 'not-ready', { quantifier: 2 }),
]);
const shopAndCart = rule('SEV-1', [
  clause('shop and cart down', { of: 'named', names: ['shop', 'cart'], every: true }, 'down'),
]);
const shopOrCart = rule('SEV-1', [
  clause('shop or cart degraded', { of: 'named', names: ['shop', 'cart'], every: false }, 'degraded'),
]);
const affectedAndNode = rule('SEV-1', [
  clause('P1 services affected', p('P1'), 'affected'),
  clause('node not ready', { of: 'nodes' }, 'not-ready'),
]);
const atRisk = rule('SEV-3', [clause('P0/P1 services at risk', p('P0', 'P1'), 'at-risk')]);
const absent = rule('SEV-2', [clause('Any P0 service absent', p('P0'), 'absent')]);

type Fault = {
  name: string;
  state: 'down' | 'degraded' | 'warned';
  for: number;
  check?: 'crash-loop' | 'volume-filling' | 'not-ready';
  grace?: number;
};
type Row = {
  given: string[];
  rules: SeverityRule[];
  faults: Fault[];
  /** Of the incident on the first fault's workload; undefined: none opens. */
  is: Severity | undefined;
  because?: string;
  classes?: string;
  nodes?: number;
};

const down = (name: string, length: number, parts: Partial<Fault> = {}): Fault => ({
  name,
  state: 'down',
  for: length,
  ...parts,
});
const degraded = (name: string, length: number): Fault => ({ name, state: 'degraded', for: length });

const rows: Row[] = [
  // The default table.
  {
    given: ['P0 shop'],
    rules: [],
    faults: [down('shop', minute)],
    is: 'SEV-1',
    because: 'P0 shop down for 1m (SEV-1: default for P0 down)',
  },
  { given: ['P0 shop'], rules: [], faults: [degraded('shop', minute)], is: 'SEV-2' },
  { given: ['P1 shop'], rules: [], faults: [down('shop', minute)], is: 'SEV-2' },
  { given: ['P1 shop'], rules: [], faults: [degraded('shop', minute)], is: 'SEV-3' },
  { given: ['P2 shop'], rules: [], faults: [down('shop', minute)], is: 'SEV-3' },
  { given: ['P2 shop'], rules: [], faults: [degraded('shop', minute)], is: 'SEV-4' },
  { given: ['P3 shop'], rules: [], faults: [down('shop', minute)], is: 'SEV-4' },
  {
    given: ['P0 other'],
    rules: [],
    faults: [down('shop', minute)],
    is: 'SEV-4',
    because: 'Deployment shop/shop down for 1m (SEV-4: default for unlisted, as P3 down)',
  },
  {
    given: ['P0 shop'],
    rules: [],
    faults: [{ name: 'shop', state: 'warned', for: minute, check: 'volume-filling' }],
    is: 'SEV-4',
  },
  // A criterion's own time, on both sides of the limit.
  { given: ['P0 shop'], rules: [p0Down2m], faults: [down('shop', 2 * minute - second)], is: undefined },
  {
    given: ['P0 shop'],
    rules: [p0Down2m],
    faults: [down('shop', 2 * minute)],
    is: 'SEV-1',
    because: 'P0 shop down for 2m, limit 2m (SEV-1: Any P0 service down for > 2 minutes)',
  },
  { given: ['P1 shop'], rules: [p1Down5m], faults: [down('shop', 5 * minute - second)], is: undefined },
  { given: ['P1 shop'], rules: [p1Down5m], faults: [down('shop', 5 * minute)], is: 'SEV-2' },
  // It replaces the check's grace; without one the grace holds, but not for a P0 that is down.
  { given: ['P0 shop'], rules: [p0Down2m], faults: [down('shop', 2 * minute, { grace: 60 * minute })], is: 'SEV-1' },
  { given: ['P0 shop'], rules: [p0Down], faults: [down('shop', second, { grace: 3 * minute })], is: 'SEV-1' },
  { given: ['P1 shop'], rules: [], faults: [down('shop', 3 * minute - second, { grace: 3 * minute })], is: undefined },
  { given: ['P1 shop'], rules: [], faults: [down('shop', 3 * minute, { grace: 3 * minute })], is: 'SEV-2' },
  {
    given: ['P1 shop'],
    rules: [rule('SEV-2', [clause('P1 down immediately', p('P1'), 'down', forAtLeast(0))])],
    faults: [down('shop', second, { grace: 3 * minute })],
    is: 'SEV-2',
  },
  // Of several the most severe decides.
  {
    given: ['P0 shop'],
    rules: [rule('SEV-3', [clause('any service down', { of: 'any' }, 'down')]), p0Down],
    faults: [down('shop', minute)],
    is: 'SEV-1',
  },
  {
    given: ['P0 shop'],
    rules: [p0Down2m, rule('SEV-3', [clause('any service down', { of: 'any' }, 'down')])],
    faults: [down('shop', minute)],
    is: 'SEV-3',
  },
  // Counting.
  { given: ['P1 shop', 'P1 cart'], rules: [twoP1Down], faults: [down('shop', minute)], is: 'SEV-2' },
  {
    given: ['P1 shop', 'P1 cart'],
    rules: [twoP1Down],
    faults: [down('shop', minute), down('cart', minute)],
    is: 'SEV-1',
    because: 'P1 shop down for 1m (SEV-1: Multiple P1 services down)',
  },
  {
    given: ['P1 shop', 'P1 cart', 'P1 pay'],
    rules: [allP1Down],
    faults: [down('shop', minute), down('cart', minute)],
    is: 'SEV-2',
  },
  {
    given: ['P1 shop', 'P1 cart'],
    rules: [allP1Down],
    faults: [down('shop', minute), down('cart', minute)],
    is: 'SEV-1',
  },
  { given: ['P1 shop', 'P1 cart'], rules: [shopAndCart], faults: [down('shop', minute)], is: 'SEV-2' },
  {
    given: ['P1 shop', 'P1 cart'],
    rules: [shopAndCart],
    faults: [down('shop', minute), down('cart', minute)],
    is: 'SEV-1',
  },
  { given: ['P1 shop', 'P1 cart'], rules: [shopOrCart], faults: [degraded('shop', minute)], is: 'SEV-1' },
  { given: ['P1 shop', 'P1 cart'], rules: [shopOrCart], faults: [down('shop', minute)], is: 'SEV-2' },
  // Times of the service and of outages.
  { given: ['P1 shop 15'], rules: [maxDowntime], faults: [down('shop', 15 * minute - second)], is: 'SEV-2' },
  {
    given: ['P1 shop 15'],
    rules: [maxDowntime],
    faults: [down('shop', 15 * minute)],
    is: 'SEV-1',
    because: 'P1 shop down for 15m, limit 15m (SEV-1: max downtime exceeded)',
  },
  { given: ['P1 shop'], rules: [maxDowntime], faults: [down('shop', 600 * minute)], is: 'SEV-2' },
  { given: ['P2 shop'], rules: [outage30m], faults: [down('shop', 29 * minute)], is: 'SEV-3' },
  { given: ['P2 shop'], rules: [outage30m], faults: [down('shop', 30 * minute)], is: 'SEV-1' },
  // Classes, nodes, risk, both of AND.
  {
    given: ['P2 shop'],
    rules: [dataLayer],
    faults: [down('shop', minute)],
    classes: 'docker.io/bitnami/postgresql:16',
    is: 'SEV-1',
  },
  {
    given: ['P2 shop'],
    rules: [dataLayer],
    faults: [down('shop', minute)],
    classes: 'quay.io/prometheus/postgres-exporter:1',
    is: 'SEV-3',
  },
  { given: ['P1 shop'], rules: [affectedAndNode], faults: [degraded('shop', minute)], is: 'SEV-3' },
  { given: ['P1 shop'], rules: [affectedAndNode], faults: [degraded('shop', minute)], nodes: 1, is: 'SEV-1' },
  {
    given: ['P1 shop'],
    rules: [atRisk],
    faults: [{ name: 'shop', state: 'warned', for: minute, check: 'volume-filling' }],
    is: 'SEV-3',
  },
  {
    given: ['P2 shop'],
    rules: [atRisk],
    faults: [{ name: 'shop', state: 'warned', for: minute, check: 'volume-filling' }],
    is: 'SEV-4',
  },
];

function stepOf({ given, rules, faults, classes, nodes = 0 }: Row): Step {
  const names = given.map((one) => one.split(' ') as [Priority, string, string?]);
  const services = names.map(([priority, name, minutes]) =>
    service(`${priority} ${name}`, minutes ? { maxDowntime: Number(minutes) * minute } : {}),
  );
  const objects = [...new Set([...names.map(([, name]) => name), ...faults.map(({ name }) => name)])].flatMap(
    (name) => {
      const fault = faults.find((one) => one.name === name);
      const ready = fault?.state === 'down' ? 0 : fault?.state === 'degraded' ? 1 : 2;
      return workload(`Deployment ${name}/${name}`, {
        wanted: 2,
        ready,
        since: noon - (fault?.for ?? 0),
        ...(classes && { image: classes }),
      });
    },
  );
  const broken = Array.from({ length: nodes }, (_, index) =>
    finding('node-not-ready', `Node broken-${index}`, { since: noon - 600 * minute }),
  );
  return {
    revision: revisionWith({ services, severityRules: rules }),
    world: worldOf(objects),
    findings: [
      ...faults.map(({ name, state, for: length, check = 'crash-loop', grace = 0 }) =>
        finding(check, `Deployment ${name}/${name}`, {
          since: noon - length,
          grace,
          level: state === 'warned' ? 'warning' : 'error',
        }),
      ),
      ...broken,
    ],
  };
}

for (const row of rows) {
  const { given, rules, faults, is, because } = row;
  const said = faults
    .map(
      ({ name, state, for: length, grace }) =>
        `${name} ${state} ${length / second} s${grace ? ` (grace ${grace / second} s)` : ''}`,
    )
    .join(', ');
  const policy = rules
    .map(
      ({ severity, anyOf }) =>
        `${severity} ${anyOf.map((group) => group.map(({ text }) => text).join(' and ')).join(' or ')}`,
    )
    .join('; ');
  test(`severity: ${given.join(', ')}; ${said}; ${policy || 'no criteria'} -> ${is ?? 'waits'}`, () => {
    const { incidents } = judgeOnce(stepOf(row));
    const incident = incidents.find(({ subject }) => subject.name === faults[0]?.name);
    assert.equal(incident?.severity, is);
    if (because) assert.equal(incident?.because, because);
  });
}

test('severity: a cap of the group holds, and says so', () => {
  const revision = revisionWith({ services: [service('P0 shop', { cap: 'SEV-4' })] });
  const { incidents } = judgeOnce({
    revision,
    world: worldOf([workload('Deployment shop/shop', { ready: 0 })]),
    findings: [finding('crash-loop', 'Deployment shop/shop')],
  });
  assert.equal(incidents[0]?.severity, 'SEV-4');
  assert.match(incidents[0]?.because ?? '', /capped at SEV-4 by its group/);
});

test('severity: unlisted namespaces count as Default priority says; kube-system, nodes and the control plane as P1', () => {
  const world = worldOf([
    workload('Deployment tools/x', { ready: 0 }),
    workload('Deployment kube-system/coredns', { wanted: 2, ready: 0 }),
    [object('v1', 'Node n9')],
  ]);
  const findings = [
    finding('crash-loop', 'Deployment tools/x'),
    finding('crash-loop', 'Deployment kube-system/coredns'),
    finding('node-not-ready', 'Node n9'),
    finding('node-pressure', 'Node n8'),
    finding('control-plane-down', 'Pod kube-system/kube-scheduler-cp'),
  ];
  const { incidents } = judgeOnce({ revision: revisionWith({ defaultPriority: 'P2' }), world, findings });
  const severities = Object.fromEntries(incidents.map(({ subject, severity }) => [subject.name, severity]));
  assert.deepEqual(severities, {
    x: 'SEV-3',
    coredns: 'SEV-2',
    n9: 'SEV-2',
    n8: 'SEV-3',
    'kube-scheduler-cp': 'SEV-2',
  });
});

test('severity: a second fault of a service is not as bad as the first', () => {
  const revision = revisionWith({ services: [service('P0 shop')] });
  const world = worldOf([
    workload('Deployment shop/web', { ready: 0 }),
    workload('Deployment shop/worker', { wanted: 2, ready: 1 }),
  ]);
  const { incidents } = judgeOnce({
    revision,
    world,
    findings: [finding('crash-loop', 'Deployment shop/web'), finding('image-pull', 'Deployment shop/worker')],
  });
  assert.deepEqual(
    incidents.map(({ subject, severity }) => [subject.name, severity]),
    [
      ['web', 'SEV-1'],
      ['worker', 'SEV-2'],
    ],
  );
});

test('severity: a custom check is a SEV-4 unless its section says more, and makes no P0 worse', () => {
  const revision = revisionWith({ services: [service('P0 shop')], severityRules: [p0Down] });
  const world = worldOf([workload('Deployment shop/shop')]);
  for (const [severity, is] of [
    [undefined, 'SEV-4'],
    ['SEV-2', 'SEV-2'],
  ] as const) {
    const found = finding('custom', 'Deployment shop/shop', { part: 'no limits', ...(severity && { severity }) });
    assert.equal(judgeOnce({ revision, world, findings: [found] }).incidents[0]?.severity, is);
  }
});

test('severity: an absent service opens an incident only where a criterion speaks of it', () => {
  const world = worldOf([workload('Deployment other/other')]);
  for (const [severityRules, is] of [
    [[], []],
    [[absent], ['SEV-2']],
  ] as const) {
    const revision = revisionWith({ services: [service('P0 shop')], severityRules: [...severityRules] });
    assert.deepEqual(
      judgeOnce({ revision, world }).incidents.map(({ severity }) => severity),
      is,
    );
  }
});

test('severity: two nodes not ready are counted, one is not', () => {
  for (const [nodes, is] of [
    [['n1'], 'SEV-2'],
    [['n1', 'n2'], 'SEV-1'],
  ] as const) {
    const rules = [{ ...nodesNotReady, severity: 'SEV-1' as const }];
    const findings = nodes.map((name) => finding('node-not-ready', `Node ${name}`));
    assert.equal(
      judgeOnce({ revision: revisionWith({ severityRules: rules }), world: worldOf([]), findings }).incidents[0]
        ?.severity,
      is,
    );
  }
});

test('pending: an expected disruption holds even a P0 that is down, and says until when', () => {
  const revision = revisionWith({ services: [service('P0 shop')] });
  const world = worldOf([workload('Deployment shop/shop', { ready: 0 })]);
  const until = noon + 4 * minute;
  const { incidents, findings, nextAt } = judgeOnce({
    revision,
    world,
    findings: [finding('not-ready', 'Deployment shop/shop', { expectedUntil: until })],
  });
  assert.deepEqual([incidents.length, findings[0]?.pending?.until, nextAt], [0, until, until]);
});
