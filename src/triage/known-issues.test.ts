import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clause, knownIssue, revisionWith, rule, service } from '../../test/support/revision.ts';
import { finding, judgeOnce, makeRun, noon, type Step, workload, worldOf } from '../../test/support/triage.ts';
import type { CheckId } from '../config/checks.ts';
import type { Bound, KnownIssue, ServiceEntry } from '../config/revision.ts';
import { hour, type Millis, minute, second } from '../lib/clock.ts';

const ago = (length: Millis): Millis => noon - length;
/** Noon of the tests is a Thursday, 12:00 in UTC. */
const hours = (start: number, end: number): Bound => ({
  type: 'windows',
  windows: [{ says: `Thursdays ${start}-${end}`, repeats: 'weekly', days: [4], start: start * 60, end: end * 60 }],
});
const grace = (lasts: Millis, from: 'onset' | 'pod-start' = 'onset'): Bound => ({ type: 'grace', lasts, from });
const backup = (bound: Bound, parts: Partial<KnownIssue> = {}): KnownIssue =>
  knownIssue('Backup', ['db'], bound, parts);

type Row = {
  when: string;
  issue: KnownIssue;
  zone?: string;
  services?: ServiceEntry[];
  check?: CheckId;
  since?: Millis;
  podsSince?: Millis;
  image?: string;
  told: boolean;
};

const rows: Row[] = [
  { when: 'inside its window', issue: backup(hours(11, 13)), told: false },
  { when: 'before its window', issue: backup(hours(13, 14)), told: true },
  { when: 'after its window', issue: backup(hours(10, 12)), told: true },
  {
    when: 'inside its window in the zone of the cluster',
    zone: 'America/New_York',
    issue: backup(hours(6, 8)),
    told: false,
  },
  { when: 'inside its window in UTC only', zone: 'America/New_York', issue: backup(hours(11, 13)), told: true },
  { when: 'a kind it does not name', issue: backup(hours(11, 13)), check: 'crash-loop', told: true },
  {
    when: 'a kind that it names',
    issue: backup(hours(11, 13), { kinds: ['crash-loop'] }),
    check: 'crash-loop',
    told: false,
  },
  {
    when: 'an exception ("but monitor for crashes")',
    issue: backup(hours(11, 13), { kinds: ['not-ready', 'crash-loop'], exceptions: ['crash-loop'] }),
    check: 'crash-loop',
    told: true,
  },
  { when: 'another service', issue: backup(hours(11, 13), { services: ['cache'] }), told: true },
  {
    when: 'a service of its class',
    issue: backup(hours(11, 13), { services: [], classes: ['database'] }),
    image: 'postgres:17',
    told: false,
  },
  {
    when: 'a service of another class',
    issue: backup(hours(11, 13), { services: [], classes: ['database'] }),
    image: 'nginx:1',
    told: true,
  },
  { when: 'context without a suppression phrase', issue: backup(hours(11, 13), { suppresses: false }), told: true },
  { when: 'past its Until', issue: backup(hours(11, 13), { until: ago(second) }), told: true },
  { when: 'before its Until', issue: backup(hours(11, 13), { until: noon + second }), told: false },
  {
    when: '4 min 59 s after the onset of "up to 5 minutes"',
    issue: backup(grace(5 * minute)),
    since: ago(5 * minute - second),
    told: false,
  },
  {
    when: '5 min after the onset of "up to 5 minutes"',
    issue: backup(grace(5 * minute)),
    since: ago(5 * minute),
    told: true,
  },
  {
    when: 'a pod of 1 min 59 s, "ready within 2 minutes"',
    issue: backup(grace(2 * minute, 'pod-start')),
    podsSince: ago(2 * minute - second),
    told: false,
  },
  {
    when: 'a pod of 2 min, "ready within 2 minutes"',
    issue: backup(grace(2 * minute, 'pod-start')),
    podsSince: ago(2 * minute),
    told: true,
  },
  {
    when: 'a workload that another, unnamed service shares',
    issue: backup(hours(11, 13)),
    services: [service('P1 db'), service('P1 alias', { workload: { name: 'db' } })],
    told: true,
  },
];

const dbDown = (parts: { since?: Millis; podsSince?: Millis; image?: string } = {}) =>
  worldOf([
    workload('StatefulSet data/db', {
      ready: 0,
      since: parts.since ?? noon,
      ...(parts.podsSince !== undefined && { created: parts.podsSince }),
      ...(parts.image && { image: parts.image }),
    }),
  ]);

for (const {
  when,
  issue,
  zone = 'UTC',
  services = [service('P1 db')],
  check = 'not-ready',
  since = ago(minute),
  podsSince,
  image,
  told,
} of rows) {
  test(`known issue: ${when} is ${told ? 'told' : 'expected'}`, () => {
    const revision = revisionWith({ services, knownIssues: [issue], cluster: { timezone: zone, frequency: hour } });
    const world = dbDown({ since, ...(podsSince !== undefined && { podsSince }), ...(image && { image }) });
    const { incidents, suppressed } = judgeOnce({
      revision,
      world,
      findings: [finding(check, 'StatefulSet data/db', { since })],
    });
    assert.equal(incidents.length, told ? 1 : 0);
    assert.deepEqual(
      suppressed.map(({ by }) => by.name),
      told ? [] : ['Backup'],
    );
  });
}

test('known issue: without a bound it is not silent, but a SEV-4 while it lasts', () => {
  const revision = revisionWith({ services: [service('P0 db')], knownIssues: [backup({ type: 'none' })] });
  const [incident] = judgeOnce({
    revision,
    world: dbDown(),
    findings: [finding('not-ready', 'StatefulSet data/db')],
  }).incidents;
  assert.equal(incident?.severity, 'SEV-4');
  assert.match(incident?.because ?? '', /known issue "Backup" expects it without saying for how long/);
});

const victims = (priority: 'P0' | 'P1' | 'P2'): Step => ({
  revision: revisionWith({
    services: [service('P1 db'), service(`${priority} shop`, { dependsOn: ['db'] })],
    knownIssues: [backup(hours(11, 13))],
  }),
  world: worldOf([
    workload('StatefulSet data/db', { ready: 0, since: ago(minute) }),
    workload('Deployment shop/shop', { ready: 0 }),
  ]),
  findings: [
    finding('not-ready', 'StatefulSet data/db', { since: ago(minute) }),
    finding('not-ready', 'Deployment shop/shop'),
  ],
});

test('known issue: a root that is expected never hides a P0 or P1 victim it does not name, but those below', () => {
  for (const [priority, severities] of [
    ['P0', ['SEV-1']],
    ['P1', ['SEV-2']],
    ['P2', []],
  ] as const) {
    const { incidents, suppressed } = judgeOnce(victims(priority));
    assert.deepEqual(
      incidents.map(({ severity }) => severity),
      severities,
    );
    const hidden = suppressed.flatMap(({ findings }) => findings);
    assert.ok(hidden.includes('not-ready/StatefulSet/data/db'));
    assert.equal(hidden.includes('not-ready/Deployment/shop/shop'), priority === 'P2');
  }
});

const down = finding('not-ready', 'StatefulSet data/db', { since: noon });
const p1 = (issue?: KnownIssue) => revisionWith({ services: [service('P1 db')], knownIssues: issue ? [issue] : [] });
const types = ({ events }: ReturnType<typeof judgeOnce>): string[] => events.map(({ type }) => type);

test('known issue: what outlives its window is told at its end, at once and with its whole duration', () => {
  const { run } = makeRun({ revision: p1(backup(hours(11, 13))), world: dbDown(), findings: [down] });
  const hidden = run();
  assert.deepEqual([types(hidden), hidden.nextAt], [[], noon + 15 * minute]);
  run({ at: noon + 59 * minute });
  const after = run({ at: noon + hour });
  assert.deepEqual(types(after), ['opened', 'unhidden', 'told']);
  assert.equal(after.incidents[0]?.since, noon);
  assert.match(after.incidents[0]?.because ?? '', /down for 1h/);
  assert.match(after.events[1]?.says ?? '', /outlived known issue "Backup"/);
});

test('known issue: the end of its window is a moment at which the answer changes', () => {
  const revision = revisionWith({ services: [service('P1 db')], knownIssues: [backup(hours(11, 13))] });
  const { nextAt } = judgeOnce({ revision, at: noon + 50 * minute, world: dbDown(), findings: [down] });
  assert.equal(nextAt, noon + hour);
});

test('known issue: removing it tells at once what it hid', () => {
  const { run } = makeRun({ revision: p1(backup(hours(11, 13))), world: dbDown(), findings: [down] });
  run();
  const removed = run({ at: noon + 5 * minute, revision: p1() });
  assert.deepEqual(types(removed), ['opened', 'unhidden', 'told']);
  assert.match(removed.events[1]?.says ?? '', /no longer hidden by known issue "Backup"/);
});

test('known issue: what was told before the window opened stays told', () => {
  const { run } = makeRun({
    revision: p1(backup(hours(13, 14))),
    at: ago(-55 * minute),
    world: dbDown(),
    findings: [down],
  });
  run();
  run({ at: noon + 57 * minute });
  const inside = run({ at: noon + 65 * minute });
  assert.deepEqual([types(inside), inside.incidents[0]?.state, inside.suppressed], [[], 'open', []]);
});

test('known issue: one that is written while its window is open ends the watch of what was told inside it', () => {
  const { run } = makeRun({ revision: p1(), world: dbDown(), findings: [down] });
  run();
  run({ at: noon + minute });
  const written = run({ at: noon + 2 * minute, revision: p1(backup(hours(11, 13))) });
  assert.deepEqual(types(written), ['not-watched']);
  assert.match(written.events[0]?.says ?? '', /known issue "Backup" expects it/);
});

test('known issue: it lowers nothing else', () => {
  const revision = revisionWith({
    services: [service('P1 db'), service('P1 cart')],
    knownIssues: [backup(hours(11, 13))],
    severityRules: [
      rule('SEV-1', [
        clause('2 or more P1 services down', { of: 'services', priorities: ['P1'] }, 'down', { quantifier: 2 }),
      ]),
    ],
  });
  const world = worldOf([
    workload('StatefulSet data/db', { ready: 0 }),
    workload('Deployment cart/cart', { ready: 0 }),
  ]);
  const { incidents } = judgeOnce({ revision, world, findings: [down, finding('crash-loop', 'Deployment cart/cart')] });
  assert.deepEqual(
    incidents.map(({ subject, severity }) => [subject.name, severity]),
    [['cart', 'SEV-1']],
  );
});

test('ignored findings are recorded, listed and never told', () => {
  const ignored = { because: 'namespace data', at: { file: 'agents/k8s-analyzer.md', line: 3, column: 1 } };
  const { incidents, findings, suppressed } = judgeOnce({
    revision: p1(),
    world: dbDown(),
    findings: [{ ...down, ignored }],
  });
  assert.deepEqual([incidents.length, findings.length, suppressed[0]?.by.kind], [0, 1, 'ignore']);
});
