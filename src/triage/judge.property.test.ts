import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clause, knownIssue, revisionWith, rule, service } from '../../test/support/revision.ts';
import { finding, makeRun, noon, ref, workload, worldOf } from '../../test/support/triage.ts';
import type { Finding } from '../analysis/finding.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import { minute, second } from '../lib/clock.ts';
import type { Incident, IncidentEvent, Judgement } from './incident.ts';

/** db is expected to be down at any hour; shop and cart depend on it and no known issue names them. */
const services = [
  service('P0 shop', { dependsOn: ['db'] }),
  service('P2 cart', { dependsOn: ['db'] }),
  service('P1 db'),
];
const expected = knownIssue('maintenance', ['db'], {
  type: 'windows',
  windows: [{ says: 'always', repeats: 'weekly', days: [1, 2, 3, 4, 5, 6, 7], start: 0, end: 1440 }],
});
const severityRules = [
  rule('SEV-1', [clause('P0 down for 1 minute', { of: 'services', priorities: ['P0'] }, 'down', { for: minute })]),
];
const workloads = { shop: 'Deployment shop/shop', cart: 'Deployment cart/cart', db: 'StatefulSet data/db' } as const;
type Name = keyof typeof workloads;
const names: Name[] = ['shop', 'cart', 'db'];

type Sight = { after: number; broken: Name[]; crashing: Name[]; node: boolean; unseen: SourceName[]; issue: boolean };
const sight: fc.Arbitrary<Sight> = fc.record({
  after: fc.constantFrom(1, 10, 15, 45, 60, 170, 180, 600, 1801, 4000),
  broken: fc.subarray(names),
  crashing: fc.subarray(names),
  node: fc.boolean(),
  unseen: fc.oneof(
    { weight: 4, arbitrary: fc.constant<SourceName[]>([]) },
    { weight: 1, arbitrary: fc.constantFrom<SourceName[]>(['pods'], ['nodes'], ['deployments']) },
  ),
  issue: fc.boolean(),
});

/** What checks would find; what is not seen is not found. */
function findingsOf({ broken, crashing, node, unseen }: Sight, begun: ReadonlyMap<string, number>): Finding[] {
  const since = (id: string): number => begun.get(id) ?? noon;
  const all = [
    ...broken.map((name) =>
      finding('not-ready', workloads[name], { pods: [{ ...ref(workloads[name]), kind: 'Pod', name: `${name}-0` }] }),
    ),
    ...crashing.map((name) => finding('crash-loop', workloads[name], { cause: 'exit-code' })),
    ...(node ? [finding('node-not-ready', 'Node n1', { reads: ['nodes'] })] : []),
  ];
  return all
    .filter(({ reads }) => !reads.some((source) => unseen.includes(source)))
    .map((one) => ({ ...one, since: since(one.id) }));
}

/** A victim that fails again while its root, well by now, is not seen: a fault of its own, and so it stays. */
const failedAnewUnseen: Sight[] = [
  { after: 1, broken: ['shop'], crashing: [], node: true, unseen: [], issue: false },
  { after: 1, broken: [], crashing: [], node: false, unseen: [], issue: false },
  { after: 1, broken: ['shop'], crashing: [], node: false, unseen: ['nodes'], issue: false },
];

const ends = new Set<IncidentEvent['type']>(['resolved']);

test('any schedule of faults, blindness and edits keeps what is promised (A7, A8)', () => {
  fc.assert(
    fc.property(fc.array(sight, { minLength: 1, maxLength: 25 }), (schedule) => {
      const { run } = makeRun({ revision: revisionWith({ services }) });
      const begun = new Map<string, number>();
      const seenIds = new Map<string, Incident>();
      let at = noon;
      for (const one of schedule) {
        at += one.after * second;
        const present = new Set(findingsOf({ ...one, unseen: [] }, begun).map(({ id }) => id));
        for (const id of present) if (!begun.has(id)) begun.set(id, at);
        for (const id of begun.keys()) if (!present.has(id)) begun.delete(id);
        const down = new Set([...one.broken, ...one.crashing]);
        const objects = names.map((name) =>
          workload(workloads[name], { ready: down.has(name) ? 0 : 1, since: at, created: noon - 60 * minute }),
        );
        const judgement = run({
          at,
          revision: revisionWith({ services, severityRules, knownIssues: one.issue ? [expected] : [] }),
          world: worldOf(objects, { now: at, unseen: one.unseen }),
          findings: findingsOf(one, begun),
        });
        keeps(judgement, one, seenIds);
        const again = run();
        assert.deepEqual(again.events, [], 'the same input again tells nothing');
        assert.deepEqual(again.incidents, judgement.incidents, 'the same input again changes nothing');
        assert.ok(judgement.nextAt === undefined || judgement.nextAt > at, 'the next moment is in the future');
        assert.deepEqual(JSON.parse(JSON.stringify(judgement.memory)), judgement.memory, 'memory survives its record');
      }
    }),
    { numRuns: 60, examples: [[failedAnewUnseen]] },
  );
});

function keeps(
  { incidents, events, suppressed, services: states, memory }: Judgement,
  { unseen, crashing }: Sight,
  known: Map<string, Incident>,
): void {
  const before = new Map(known);
  for (const incident of memory.incidents) known.set(incident.id, incident);
  assert.equal(new Set(memory.incidents.map(({ id }) => id)).size, memory.incidents.length, 'an id is one incident');
  const active = incidents.filter(({ state }) => state === 'open' || state === 'recovering' || state === 'settling');
  assert.equal(
    new Set(active.map(({ subject }) => JSON.stringify(subject))).size,
    active.length,
    'a root has one incident',
  );
  for (const { incident: id, type } of events) {
    const incident = known.get(id);
    assert.ok(incident, 'an event is about an incident that is remembered');
    if (ends.has(type))
      assert.ok(
        !(before.get(id)?.reads ?? []).some((source) => unseen.includes(source)),
        'never resolved by what was not seen',
      );
    if (type === 'opened') assert.ok(!before.has(id), 'an id is given once');
  }
  for (const [id, incident] of before) {
    const now = known.get(id);
    assert.equal(now?.openedAt, incident.openedAt, 'it keeps when it was opened');
    assert.ok(!incident.toldAt || now?.toldAt === incident.toldAt, 'it keeps when it was told');
  }
  for (const { findings, services: names } of suppressed) {
    assert.ok(
      !names.includes('shop') || findings.length === 0,
      'a P0 is never hidden by an issue that does not name it',
    );
    assert.ok(
      !findings.some((id) => id.startsWith('crash-loop')) || names.every((name) => name === 'cart'),
      'a crash loop of the named service is never hidden',
    );
  }
  for (const { name, state } of states)
    if (unseen.includes('pods')) assert.equal(state, 'unknown', `${name} is not called ${state} unseen`);
  const shop = states.find(({ name }) => name === 'shop');
  if (crashing.includes('shop') && unseen.length === 0 && shop?.state === 'down') {
    assert.ok(
      active.some(({ services: names }) => names.includes('shop')) ||
        known.size === 0 ||
        shop.since > (memory.lastCycleAt ?? 0) - minute,
      'a P0 that is down for a minute has an incident',
    );
  }
}
