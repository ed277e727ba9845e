import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clause, revisionWith, rule, service } from '../../test/support/revision.ts';
import { judgeOnce, makeRun, noon, workload, worldOf } from '../../test/support/triage.ts';
import { type SourceName, sourceNames } from '../cluster/snapshot.ts';
import { minute } from '../lib/clock.ts';

const blind = (...unseen: SourceName[]) => worldOf([workload('Deployment shop/shop')], { unseen });
const p0 = revisionWith({ services: [service('P0 shop')] });

test('blind: one cycle is not told, the second is, as a SEV-2 for a P0 that is unknown (A3)', () => {
  const { run } = makeRun({ revision: p0, world: blind('pods') });
  const first = run();
  assert.deepEqual([first.incidents, first.services[0]?.state, first.nextAt], [[], 'unknown', noon + 10 * minute]);
  assert.deepEqual(run().incidents, [], 'a second look at the same moment is no second cycle');
  const [incident] = run({ at: noon + minute }).incidents;
  assert.deepEqual(
    [incident?.subject, incident?.severity, incident?.check],
    [{ kind: 'Source', name: 'pods' }, 'SEV-2', 'blind'],
  );
  assert.match(
    incident?.because ?? '',
    /P0 shop unknown for 1m .*default for P0 unknown.*pods cannot be seen: 403 Forbidden/,
  );
});

test('blind: ten minutes are told even when no second cycle came (A3)', () => {
  const { run } = makeRun({ revision: p0, world: blind('pods') });
  run();
  assert.equal(run({ at: noon + 10 * minute }).incidents.length, 1);
});

test('blind: a cycle that has no second one tells at once', () => {
  assert.equal(judgeOnce({ revision: p0, world: blind('pods') }).incidents.length, 1);
});

const severityRows: { when: string; unseen: SourceName[]; is: string[] }[] = [
  { when: 'a source no listed service needs', unseen: ['leases'], is: ['SEV-3'] },
  { when: 'a source that only enriches', unseen: ['resourcequotas'], is: ['SEV-4'] },
  { when: 'what the shipped role does not grant', unseen: ['configmaps'], is: [] },
  { when: 'a source nobody set a threshold for', unseen: ['podmetrics'], is: ['SEV-4'] },
  {
    when: 'what is not granted is no outage of the API',
    unseen: ['pods', 'controllerrevisions', 'serviceaccounts', 'resourcequotas', 'networkpolicies'],
    is: ['SEV-2', 'SEV-4'],
  },
  { when: 'two sources are two incidents', unseen: ['pods', 'leases'], is: ['SEV-2', 'SEV-2'] },
  { when: 'all sources are one incident', unseen: [...sourceNames], is: ['SEV-2'] },
];
for (const { when, unseen, is } of severityRows) {
  test(`blind: ${when}`, () => {
    assert.deepEqual(
      judgeOnce({ revision: p0, world: blind(...unseen) }).incidents.map(({ severity }) => severity),
      is,
    );
  });
}

test('blind: a criterion about unknown services decides', () => {
  const severityRules = [
    rule('SEV-1', [clause('Any P0 service unknown', { of: 'services', priorities: ['P0'] }, 'unknown')]),
  ];
  const [incident] = judgeOnce({ revision: { ...p0, severityRules }, world: blind('pods') }).incidents;
  assert.equal(incident?.severity, 'SEV-1');
});

test('blind: a kind that is not installed makes nothing unknown', () => {
  const world = worldOf([workload('Deployment shop/shop')]);
  world.snapshot.coverage = world.snapshot.coverage.map((one) =>
    one.source === 'endpointslices' ? { ...one, state: 'absent' } : one,
  );
  const { services, incidents } = judgeOnce({ revision: p0, world });
  assert.deepEqual([services[0]?.state, incidents], ['healthy', []]);
});

test('blind: one source becomes many, and seeing again resolves it', () => {
  const { run } = makeRun({ revision: p0, world: blind('pods'), oneShot: true });
  assert.equal(run().incidents[0]?.subject.name, 'pods');
  const all = run({ at: noon + minute, world: blind(...sourceNames) });
  assert.deepEqual(
    all.incidents.map(({ id, subject }) => [id, subject.name]),
    [['i-1', 'kubernetes-api']],
  );
  run({ at: noon + 2 * minute, world: blind() });
  const seen = run({ at: noon + 5 * minute });
  assert.deepEqual([seen.services[0]?.state, seen.events.map(({ type }) => type)], ['healthy', ['resolved']]);
});
