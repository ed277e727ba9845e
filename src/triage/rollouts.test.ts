import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revisionWith, service } from '../../test/support/revision.ts';
import { type HistoryStep, rolledOut, template } from '../../test/support/rollouts.ts';
import { finding, makeRun, noon, ref, type Step, worldOf } from '../../test/support/triage.ts';
import type { Finding } from '../analysis/finding.ts';
import { findChanges } from '../changes/find-changes.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import { day, hour, type Millis, minute } from '../lib/clock.ts';
import type { Judgement } from './incident.ts';
import { sayVerdict } from './tell-rollouts.ts';

const revision = revisionWith({ services: [service('P1 web')] });
const tagged = (name: string, number: number, tag: string, at: Millis): HistoryStep => ({
  name,
  revision: number,
  at,
  template: template({ image: `registry.example:5000/shop:${tag}` }),
});
const one = tagged('web-a', 1, '1.4.1', noon - 10 * hour);
const two = tagged('web-b', 2, '1.4.2', noon);
const three = tagged('web-c', 3, '1.4.3', noon + 10 * minute);
/** The first again: as the third revision. */
const back = { ...one, revision: 3 };

/** A cluster with that history, and what is wrong in it. */
function scene(
  history: HistoryStep[],
  parts: Parameters<typeof rolledOut>[1] = {},
  findings: readonly Finding[] = [],
  unseen: SourceName[] = [],
): Pick<Step, 'world' | 'changes' | 'findings'> {
  const world = worldOf([rolledOut(history, parts)], { unseen });
  return { world, changes: findChanges(world), findings };
}
const crash = (since: Millis, parts: Partial<Finding> = {}): Finding =>
  finding('crash-loop', 'Deployment shop/web', { since, says: 'app exits with code 1', ...parts });
const verdictsOf = ({ verdicts = [] }: Judgement): string[] => verdicts.map(({ verdict }) => verdict?.is ?? 'none');
const saidIn = ({ verdicts = [] }: Judgement): string => verdicts.map(sayVerdict).join('\n');

const quiet = scene([one, two]);

type Row = { when: string; at?: Millis; sees: ReturnType<typeof scene>; is: string[]; says?: RegExp };

/** How the rollout of noon stands half an hour later. */
const rows: Row[] = [
  { when: 'all runs and nothing is wrong', sees: quiet, is: ['healthy'], says: /nothing fails that did not before/ },
  { when: 'a minute before its time', at: noon + 29 * minute, sees: quiet, is: [] },
  {
    when: 'its pods crash since',
    sees: scene([one, two], { ready: 0 }, [crash(noon + 2 * minute)]),
    is: ['worse'],
    says: /^web: Deployment shop\/web: revision 2 \(image app: 1\.4\.1 -> 1\.4\.2\) is worse than the one before after 30m: app exits with code 1$/,
  },
  {
    when: 'what is wrong is only a warning',
    sees: scene([one, two], {}, [crash(noon + minute, { level: 'warning' })]),
    is: ['healthy'],
  },
  {
    when: 'what is wrong was wrong before it',
    sees: scene([one, two], {}, [crash(noon - hour)]),
    is: ['healthy'],
  },
  {
    when: 'a custom check found something',
    sees: scene([one, two], {}, [finding('custom', 'Deployment shop/web', { since: noon + minute })]),
    is: ['healthy'],
  },
  {
    when: 'it suffers from a node',
    sees: scene([one, two], { ready: 0 }, [
      finding('node-not-ready', 'Node n1', { since: noon + 5 * minute }),
      finding('not-ready', 'Deployment shop/web', {
        since: noon + 5 * minute,
        pods: [{ kind: 'Pod', namespace: 'shop', name: 'web-0' }],
      }),
    ]),
    is: ['healthy'],
  },
  {
    when: 'what is wrong is ignored by the Markdown',
    sees: scene([one, two], {}, [
      crash(noon + minute, { ignored: { because: 'namespace shop', at: { file: 'a', line: 1, column: 1 } } }),
    ]),
    is: ['healthy'],
  },
  {
    when: 'pods of the revision before are still there',
    sees: scene([one, two], { wanted: 3, updated: 1, replicas: 4 }),
    is: ['stuck'],
    says: /revision 2 .* is stuck after 30m: 1 of 3 pods have it$/,
  },
  {
    when: 'pods of the revision before are still there because the new ones crash',
    sees: scene([one, two], { wanted: 3, updated: 1, replicas: 4 }, [crash(noon + minute)]),
    is: ['stuck'],
    says: /1 of 3 pods have it: app exits with code 1$/,
  },
  {
    when: 'it is paused half way',
    sees: scene([one, two], { wanted: 3, updated: 1, replicas: 4, paused: true }),
    is: ['stuck'],
    says: /it is paused$/,
  },
  {
    when: 'it makes no pods at all',
    sees: scene([one, two], { wanted: 3, ready: 0, updated: 0, replicas: 0 }, [
      finding('cannot-create-pods', 'Deployment shop/web', { since: noon, says: 'the quota is used up' }),
    ]),
    is: ['stuck'],
    says: /0 of 3 pods have it: the quota is used up/,
  },
  {
    when: 'an autoscaler just asked for more',
    sees: scene([one, two], { wanted: 5, updated: 3, replicas: 3, ready: 3 }),
    is: ['healthy'],
  },
  {
    when: 'a grace runs: it waits for what comes of it',
    sees: scene([one, two], {}, [crash(noon + 29 * minute, { grace: 3 * minute })]),
    is: [],
  },
  { when: 'pods cannot be seen: never healthy', sees: scene([one, two], {}, [], ['pods']), is: [] },
  { when: 'Deployments cannot be seen', sees: scene([one, two], {}, [], ['deployments']), is: [] },
];

for (const { when, at = noon + 30 * minute, sees, is, says = /^/ } of rows) {
  test(`rollouts: ${when}: ${is[0] ?? 'no verdict yet'}`, () => {
    const { run } = makeRun({ revision, ...quiet });
    run();
    const judged = run({ at, ...sees });
    assert.deepEqual(verdictsOf(judged), is);
    assert.match(saidIn(judged), says);
    assert.deepEqual(verdictsOf(run()), [], 'told once');
  });
}

test('rollouts: the moment a verdict is due is a moment at which the answer changes', () => {
  const { run } = makeRun({ revision, ...quiet });
  assert.equal(run().nextAt, noon + 30 * minute);
  assert.equal(run({ at: noon + 30 * minute }).nextAt, undefined);
});

test('rollouts: what was unseen or graced when it was due is judged when it can be', () => {
  const { run } = makeRun({ revision, ...quiet });
  run();
  run({ at: noon + 30 * minute, ...scene([one, two], {}, [], ['pods']) });
  assert.deepEqual(verdictsOf(run({ at: noon + 45 * minute, ...quiet })), ['healthy']);
});

test('rollouts: with StatefulSets and DaemonSets too', () => {
  for (const kind of ['StatefulSet', 'DaemonSet'] as const) {
    const { run } = makeRun({ revision, ...scene([one, two], { kind }) });
    run();
    assert.deepEqual(verdictsOf(run({ at: noon + 30 * minute })), ['healthy']);
    const half = makeRun({ revision, ...scene([one, two], { kind, wanted: 3, updated: 1, replicas: 3 }) });
    half.run();
    assert.deepEqual(verdictsOf(half.run({ at: noon + 30 * minute })), ['stuck']);
    const byHand = { kind, wanted: 3, updated: 1, replicas: 3, strategy: 'OnDelete' };
    const onDelete = makeRun({ revision, ...scene([one, two], byHand) });
    onDelete.run();
    assert.deepEqual(verdictsOf(onDelete.run({ at: noon + 30 * minute })), ['healthy']);
  }
});

test('rollouts: only those of listed services', () => {
  const { run } = makeRun({ revision: revisionWith({ services: [service('P1 cart')] }), ...quiet });
  const first = run();
  assert.deepEqual([first.memory.rollouts, first.nextAt], [undefined, undefined]);
});

test('rollouts: what ended before the cluster was known is history; what came while the monitor was not running is judged', () => {
  const late = makeRun({ revision, at: noon + 31 * minute, ...quiet });
  assert.deepEqual([verdictsOf(late.run()), late.run().memory.rollouts], [[], undefined]);
  const away = makeRun({ revision, at: noon - minute, ...scene([one]) });
  away.run();
  assert.deepEqual(verdictsOf(away.run({ at: noon + 3 * hour, ...quiet })), ['healthy']);
});

test('rollouts: one that is replaced before its time is judged by what was last seen of it', () => {
  for (const [findings, is, says] of [
    [[], 'healthy', /replaced after 10m/],
    [[crash(noon + minute)], 'worse', /app exits with code 1; replaced after 10m/],
  ] as const) {
    const { run } = makeRun({ revision, ...quiet });
    run();
    run({ at: noon + 5 * minute, ...scene([one, two], {}, findings) });
    const judged = run({ at: noon + 10 * minute, ...scene([two, three]) });
    assert.deepEqual(verdictsOf(judged), [is]);
    assert.match(saidIn(judged), says);
    assert.deepEqual(verdictsOf(run({ at: noon + 40 * minute })), ['healthy'], 'the one after it has its own');
  }
});

const reverted = scene([two, back], { runs: 'web-a', podsSince: noon + 10 * minute });

test('rollouts: one that is undone is reverted, and the revert gets a verdict of its own', () => {
  const { run } = makeRun({ revision, ...quiet });
  run();
  const judged = run({ at: noon + 11 * minute, ...reverted });
  assert.equal(
    saidIn(judged),
    'web: Deployment shop/web: revision 2 was reverted to revision 1 (image app: 1.4.2 -> 1.4.1), 11m after it began',
  );
  assert.deepEqual(verdictsOf(run({ at: noon + 40 * minute })), ['healthy']);
});

test('rollouts: going back behind several is a revert of each', () => {
  const { run } = makeRun({ revision, ...quiet });
  run();
  run({ at: noon + 10 * minute, ...scene([two, three]) });
  const home = { ...one, revision: 4 };
  const judged = run({
    at: noon + 16 * minute,
    ...scene([three, home], { runs: 'web-a', podsSince: noon + 15 * minute }),
  });
  assert.match(saidIn(judged), /revision 3 was reverted to revision 1 \(image app: 1\.4\.3 -> 1\.4\.1\)/);
  assert.match(
    judged.memory.rollouts?.['rollout/Deployment/shop/web/2']?.reverted?.says ?? '',
    /revision 2 was reverted to revision 1/,
  );
});

const broken = scene([one, two], { ready: 0 }, [crash(noon + minute)]);
const ofWeb = ({ incidents }: Judgement) => incidents.find(({ subject }) => subject.name === 'web');
const whatHappened = ({ events }: Judgement): string[] => events.map(({ type, says }) => `${type}: ${says}`);

test('rollouts: recovery after a revert names it in the incident until the end, and confirms the change', () => {
  const { run } = makeRun({ revision, ...quiet });
  const why = 'revision 2 was reverted to revision 1 (image app: 1.4.2 -> 1.4.1)';
  run();
  run({ at: noon + minute, ...broken });
  assert.equal(ofWeb(run({ at: noon + 2 * minute }))?.changes[0]?.verdict, undefined);
  const undone = run({ at: noon + 11 * minute, ...reverted, findings: [crash(noon + minute)] });
  assert.ok(whatHappened(undone).includes(`rollout: web: Deployment shop/web: ${why}, 11m after it began`));
  assert.deepEqual(
    ofWeb(undone)?.changes.map(({ id, verdict }) => [id, verdict]),
    [['rollout/Deployment/shop/web/2', 'reverted']],
    'what the cluster no longer shows is not forgotten',
  );
  const well = run({ at: noon + 12 * minute, ...reverted });
  assert.equal(ofWeb(well)?.recoveredAfter, why);
  assert.match(whatHappened(well)[0] ?? '', /^recovering: .*; recovered after revision 2 was reverted to revision 1/);
  const over = run({ at: noon + 15 * minute });
  assert.deepEqual([ofWeb(over)?.state, ofWeb(over)?.recoveredAfter], ['resolved', why]);
  assert.match(whatHappened(over)[0] ?? '', /^resolved: .*; recovered after revision 2/);
  assert.equal(ofWeb(over)?.changes[0]?.verdict, 'reverted, and it recovered');
});

test('rollouts: a recovery without a revert, and a relapse after one, name none', () => {
  const healed = makeRun({ revision, ...quiet });
  healed.run();
  healed.run({ at: noon + minute, ...broken });
  healed.run({ at: noon + 2 * minute });
  assert.equal(ofWeb(healed.run({ at: noon + 3 * minute, ...quiet }))?.recoveredAfter, undefined);
  const relapsed = makeRun({ revision, ...quiet });
  relapsed.run();
  relapsed.run({ at: noon + minute, ...broken });
  relapsed.run({ at: noon + 2 * minute });
  relapsed.run({ at: noon + 11 * minute, ...reverted });
  const again = relapsed.run({ at: noon + 12 * minute, findings: [crash(noon + 12 * minute)] });
  assert.deepEqual([ofWeb(again)?.state, ofWeb(again)?.recoveredAfter], ['open', undefined]);
});

test('rollouts: a verdict belongs to the story of the incident that it explains', () => {
  const { run } = makeRun({ revision, ...quiet });
  run();
  run({ at: noon + minute, ...broken });
  const judged = run({ at: noon + 30 * minute });
  assert.match(whatHappened(judged).join('\n'), /rollout: web: .* is worse than the one before after 30m/);
  assert.equal(ofWeb(judged)?.changes[0]?.verdict, 'worse');
  const later = run({
    at: noon + 40 * minute,
    ...scene([two, back], { runs: 'web-a', podsSince: noon + 39 * minute }),
  });
  assert.deepEqual(verdictsOf(later), [], 'a verdict that was told stays');
  assert.equal(ofWeb(later)?.changes[0]?.verdict, 'worse, then reverted, and it recovered');
});

test('rollouts: a workload that is gone, or that the list names no more, has no verdict', () => {
  const { run } = makeRun({ revision, ...quiet });
  run();
  const gone = run({ at: noon + minute, world: worldOf([]), changes: [] });
  assert.equal(gone.memory.rollouts, undefined);
});

test('rollouts: verdicts are remembered for two days', () => {
  const { run } = makeRun({ revision, ...quiet });
  run();
  run({ at: noon + 30 * minute });
  assert.deepEqual(Object.keys(run({ at: noon + 2 * day }).memory.rollouts ?? {}), ['rollout/Deployment/shop/web/2']);
  assert.equal(run({ at: noon + 2 * day + 30 * minute }).memory.rollouts, undefined);
});

test('rollouts: an incident of what needs it keeps it as the change before, also after the revert', () => {
  const needy = [
    crash(noon + minute),
    finding('crash-loop', 'Deployment shop/api', { since: noon + 2 * minute, related: [ref('Deployment shop/web')] }),
  ];
  const { run } = makeRun({ revision, ...quiet });
  run();
  run({ at: noon + 2 * minute, findings: needy });
  const undone = run({ at: noon + 11 * minute, ...reverted, findings: needy });
  const api = undone.incidents.find(({ subject }) => subject.name === 'api');
  assert.deepEqual(
    api?.changes.map(({ id }) => id),
    ['rollout/Deployment/shop/web/2'],
  );
});
