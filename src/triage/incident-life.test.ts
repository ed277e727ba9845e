import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revisionWith, service } from '../../test/support/revision.ts';
import { finding, makeRun, noon, type Step, workload, worldOf } from '../../test/support/triage.ts';
import { type Millis, minute, second } from '../lib/clock.ts';
import { emptyMemory, type Judgement, type Mute } from './incident.ts';

const p0 = revisionWith({ services: [service('P0 shop')] });
const p1 = revisionWith({ services: [service('P1 shop')] });
const broken: Step = {
  world: worldOf([workload('Deployment shop/shop', { ready: 0 })]),
  findings: [finding('crash-loop', 'Deployment shop/shop')],
};
const well: Step = { world: worldOf([workload('Deployment shop/shop')]), findings: [] };
const unseen: Step = { world: worldOf([workload('Deployment shop/shop')], { unseen: ['pods'] }), findings: [] };

/** A timeline: at so many seconds the shop is broken (B), well (W) or not seen (U); then the incident's state and what happened. */
type Moment = [at: number, sees: 'B' | 'W' | 'U', state: string | undefined, ...events: string[]];

const timelines: { when: string; revision?: Step['revision']; moments: Moment[] }[] = [
  {
    when: 'a SEV-1 is recorded at once and told after 15 s',
    revision: p0,
    moments: [
      [0, 'B', 'settling', 'opened'],
      [14, 'B', 'settling'],
      [15, 'B', 'open', 'told'],
      [16, 'B', 'open'],
    ],
  },
  {
    when: 'others are told after 60 s',
    moments: [
      [0, 'B', 'settling', 'opened'],
      [59, 'B', 'settling'],
      [60, 'B', 'open', 'told'],
    ],
  },
  {
    when: 'what recovers while it settles is recorded and never told',
    moments: [
      [0, 'B', 'settling', 'opened'],
      [30, 'W', 'recovering'],
      [210, 'W', 'resolved'],
    ],
  },
  {
    when: 'it is resolved after 3 minutes, not before',
    moments: [
      [0, 'B', 'settling', 'opened'],
      [60, 'B', 'open', 'told'],
      [100, 'W', 'recovering', 'recovering'],
      [279, 'W', 'recovering'],
      [280, 'W', 'resolved', 'resolved'],
      [281, 'W', 'resolved'],
    ],
  },
  {
    when: 'a relapse doubles the calm it needs',
    moments: [
      [0, 'B', 'settling', 'opened'],
      [60, 'B', 'open', 'told'],
      [100, 'W', 'recovering', 'recovering'],
      [200, 'B', 'open', 'relapsed'],
      [300, 'W', 'recovering', 'recovering'],
      [659, 'W', 'recovering'],
      [660, 'W', 'resolved', 'resolved'],
    ],
  },
  {
    when: 'it never needs more than 30 minutes of calm, however often it came back',
    moments: [
      [0, 'B', 'settling', 'opened'],
      [60, 'B', 'open', 'told'],
      [70, 'W', 'recovering', 'recovering'],
      [80, 'B', 'open', 'relapsed'],
      [90, 'W', 'recovering', 'recovering'],
      [100, 'B', 'open', 'relapsed'],
      [110, 'W', 'recovering', 'recovering'],
      [120, 'B', 'open', 'relapsed', 'flapping'],
      [130, 'W', 'recovering', 'recovering'],
      [140, 'B', 'open', 'relapsed'],
      [150, 'W', 'recovering', 'recovering'],
      [160, 'B', 'open', 'relapsed'],
      [170, 'W', 'recovering', 'recovering'],
      // Four relapses in the last half hour: 48 minutes, cut to 30. A second later they are three: 24 minutes.
      [1899, 'W', 'recovering'],
      [1900, 'W', 'resolved', 'resolved'],
    ],
  },
  {
    when: 'back within 30 minutes it is the same incident, reopened when it has settled again',
    moments: [
      [0, 'B', 'settling', 'opened'],
      [60, 'B', 'open', 'told'],
      [100, 'W', 'recovering', 'recovering'],
      [300, 'W', 'resolved', 'resolved'],
      [1200, 'B', 'settling'],
      [1260, 'B', 'open', 'reopened'],
    ],
  },
  {
    when: 'a blip after the end is silent',
    moments: [
      [0, 'B', 'settling', 'opened'],
      [60, 'B', 'open', 'told'],
      [100, 'W', 'recovering', 'recovering'],
      [300, 'W', 'resolved', 'resolved'],
      [1200, 'B', 'settling'],
      [1210, 'W', 'recovering'],
      [1800, 'W', 'resolved'],
    ],
  },
  {
    when: 'the third time within an hour it flaps, told once',
    moments: [
      [0, 'B', 'settling', 'opened'],
      [60, 'B', 'open', 'told'],
      [100, 'W', 'recovering', 'recovering'],
      [200, 'B', 'open', 'relapsed'],
      [300, 'W', 'recovering', 'recovering'],
      [400, 'B', 'open', 'relapsed'],
      [500, 'W', 'recovering', 'recovering'],
      [600, 'B', 'open', 'relapsed', 'flapping'],
      [700, 'W', 'recovering', 'recovering'],
      [800, 'B', 'open', 'relapsed'],
    ],
  },
  {
    when: 'short blips that never settle are told when they flap',
    revision: p0,
    moments: [
      [0, 'B', 'settling', 'opened'],
      [10, 'W', 'recovering'],
      [30, 'B', 'settling'],
      [40, 'W', 'recovering'],
      [60, 'B', 'settling'],
      [70, 'W', 'recovering'],
      [90, 'B', 'open', 'told', 'flapping'],
    ],
  },
  {
    when: 'what is not seen holds it open, however long',
    moments: [
      [0, 'B', 'settling', 'opened'],
      [60, 'B', 'open', 'told'],
      [100, 'U', 'open'],
      [9000, 'U', 'open'],
      [9060, 'W', 'recovering', 'recovering'],
      [9239, 'W', 'recovering'],
      [9240, 'W', 'resolved', 'resolved'],
    ],
  },
  {
    when: 'time in which nobody saw is no calm',
    moments: [
      [0, 'B', 'settling', 'opened'],
      [60, 'B', 'open', 'told'],
      [100, 'W', 'recovering', 'recovering'],
      [200, 'U', 'recovering'],
      [400, 'U', 'recovering'],
      [500, 'W', 'recovering'],
      [579, 'W', 'recovering'],
      [580, 'W', 'resolved', 'resolved'],
    ],
  },
];

const sights = { B: broken, W: well, U: unseen };
const ofShop = ({ incidents }: Judgement) => incidents.find(({ subject }) => subject.name === 'shop');
const eventsOf = (judgement: Judgement): string[] =>
  judgement.events.filter(({ incident }) => incident === ofShop(judgement)?.id).map(({ type }) => type);

for (const { when, revision = p1, moments } of timelines) {
  test(`life: ${when}`, () => {
    const { run } = makeRun({ revision });
    for (const [at, sees, state, ...events] of moments) {
      const judgement = run({ at: noon + at * second, ...sights[sees] });
      assert.deepEqual([at, ofShop(judgement)?.state, ...eventsOf(judgement)], [at, state, ...events]);
      assert.equal(ofShop(judgement)?.id, 'i-1');
      const again = run();
      assert.deepEqual(again.events, [], `nothing new at ${at} s`);
    }
  });
}

test('life: 31 minutes after its end it is a new incident', () => {
  const { run } = makeRun({ revision: p1, ...broken, oneShot: true });
  run();
  run({ at: noon + minute, ...well });
  run({ at: noon + 5 * minute });
  assert.equal(ofShop(run({ at: noon + 36 * minute, ...broken }))?.id, 'i-2');
});

test('life: a one-shot cycle does not settle', () => {
  const { run } = makeRun({ revision: p1, ...broken, oneShot: true });
  assert.deepEqual(eventsOf(run()), ['opened', 'told']);
});

test('life: a source that its checks do not read holds nothing open', () => {
  const { run } = makeRun({ revision: p1, ...broken, oneShot: true });
  run();
  const world = worldOf([workload('Deployment shop/shop')], { unseen: ['persistentvolumes'] });
  run({ at: noon + minute, world, findings: [] });
  assert.equal(ofShop(run({ at: noon + 4 * minute }))?.state, 'resolved');
});

test('life: it is found by its name: an object made anew, with another UID and other pods, is the same incident', () => {
  const { run } = makeRun({ revision: p1, ...broken, oneShot: true });
  run();
  const [owner, pod] = workload('Deployment shop/shop', { ready: 0 }) as { metadata: Record<string, unknown> }[];
  if (owner) owner.metadata['uid'] = 'uid-made-anew';
  if (pod) pod.metadata['name'] = 'shop-made-anew';
  const again = run({ at: noon + minute, world: worldOf([owner, pod]) });
  assert.deepEqual([ofShop(again)?.id, again.events], ['i-1', []]);
});

test('life: three that settle at once all wait for 60 s', () => {
  const names = ['shop', 'cart', 'pay'];
  const revision = revisionWith({ services: names.map((name) => service(`P0 ${name}`)) });
  const world = worldOf(names.map((name) => workload(`Deployment ${name}/${name}`, { ready: 0 })));
  const { run } = makeRun({
    revision,
    world,
    findings: names.map((name) => finding('crash-loop', `Deployment ${name}/${name}`)),
  });
  run();
  assert.deepEqual(
    run({ at: noon + 15 * second }).incidents.map(({ state }) => state),
    ['settling', 'settling', 'settling'],
  );
  assert.deepEqual(
    run({ at: noon + 60 * second }).incidents.map(({ state }) => state),
    ['open', 'open', 'open'],
  );
});

test('life: Settle: of the Markdown replaces the time', () => {
  const at = { file: 'CLAUDE.md', line: 1, column: 1 };
  const revision = {
    ...p1,
    escalation: [
      {
        severity: 'SEV-2' as const,
        channels: [],
        who: [],
        timing: { when: 'immediate' as const },
        settle: 5 * second,
        at,
      },
    ],
  };
  const { run } = makeRun({ revision, ...broken });
  assert.equal(run().nextAt, noon + 5 * second);
  assert.deepEqual(eventsOf(run({ at: noon + 5 * second })), ['told']);
});

test('life: worse and better are told with the severities', () => {
  const half: Step = { world: worldOf([workload('Deployment shop/shop', { wanted: 2, ready: 1 })]) };
  const { run } = makeRun({ revision: p0, ...broken, ...half, oneShot: true });
  assert.equal(ofShop(run())?.severity, 'SEV-2');
  const worse = run({ at: noon + minute, world: broken.world ?? worldOf([]) });
  assert.deepEqual(
    worse.events.map(({ type, says }) => [type, says.slice(0, 18)]),
    [['worse', 'SEV-2 is SEV-1 now']],
  );
  const better = run({ at: noon + 2 * minute, ...half });
  assert.deepEqual(eventsOf(better), ['better']);
});

test('life: another cause on the same root is one update of the same incident', () => {
  const { run } = makeRun({ revision: p1, ...broken, oneShot: true });
  run();
  const pull = [finding('image-pull', 'Deployment shop/shop', { cause: 'image-reference' })];
  const revised = run({ at: noon + minute, findings: pull });
  assert.deepEqual([ofShop(revised)?.id, ...eventsOf(revised)], ['i-1', 'cause-revised']);
});

test('life: an edit that ignores it ends it as not watched, not as resolved', () => {
  const { run } = makeRun({ revision: p1, ...broken, oneShot: true });
  run();
  const ignored = { because: 'namespace shop', at: { file: 'a.md', line: 1, column: 1 } };
  assert.deepEqual(
    eventsOf(run({ at: noon + minute, findings: [finding('crash-loop', 'Deployment shop/shop', { ignored })] })),
    ['not-watched'],
  );
});

const mute = (until: Millis, parts: Partial<Mute> = {}): Mute => ({
  id: 'm-1',
  what: 'service',
  name: 'shop',
  until,
  why: 'migration',
  by: 'ana',
  ...parts,
});

test('life: a mute keeps it from being told; it ends, says so, and it is told', () => {
  const { run } = makeRun({ revision: p1, ...broken, memory: { ...emptyMemory, mutes: [mute(noon + 10 * minute)] } });
  run();
  const muted = run({ at: noon + 5 * minute });
  assert.deepEqual(
    [ofShop(muted)?.state, ofShop(muted)?.told, muted.suppressed[0]?.by.kind, muted.nextAt],
    ['open', false, 'mute', noon + 10 * minute],
  );
  const ended = run({ at: noon + 10 * minute });
  assert.deepEqual(eventsOf(ended), ['unmuted', 'told']);
  assert.equal(ended.events[0]?.says, 'the mute of service shop has ended (migration, by ana)');
  assert.deepEqual([ofShop(ended)?.unmuted?.at, ofShop(ended)?.muted], [noon + 10 * minute, undefined]);
  assert.deepEqual(ended.memory.mutes.length, 1, 'remembered until a digest says so');
  assert.deepEqual(run({ at: noon + 1450 * minute }).memory.mutes, []);
});

test('life: a mute of another service, or of part of the victims, mutes nothing', () => {
  for (const [what, name, isMuted] of [
    ['service', 'shop', true],
    ['service', 'cart', false],
    ['namespace', 'shop', true],
    ['namespace', 'cart', false],
    ['check', 'crash-loop', true],
    ['check', 'not-ready', false],
    ['node', 'n1', false],
    ['incident', 'i-1', true],
    ['incident', 'i-2', false],
  ] as const) {
    const mutes = [mute(noon + 10 * minute, { what, name })];
    const { run } = makeRun({ revision: p1, ...broken, memory: { ...emptyMemory, mutes } });
    run();
    const { incidents } = run({ at: noon + 2 * minute });
    assert.equal(incidents[0]?.muted !== undefined, isMuted, `${what} ${name}`);
  }
});

test('life: what gets worse than it was when muted breaks through', () => {
  const half = worldOf([workload('Deployment shop/shop', { wanted: 2, ready: 1 })]);
  const { run } = makeRun({
    revision: p0,
    ...broken,
    world: half,
    memory: { ...emptyMemory, mutes: [mute(noon + 60 * minute)] },
  });
  run();
  assert.deepEqual(eventsOf(run({ at: noon + 2 * minute })), []);
  assert.deepEqual(eventsOf(run({ at: noon + 3 * minute, world: broken.world ?? half })), ['told']);
});

test('life: an acknowledgement stays with the incident until it ends', () => {
  const acknowledged = { 'i-1': { by: 'ana', at: noon } };
  const { run } = makeRun({ revision: p1, ...broken, memory: { ...emptyMemory, acknowledged } });
  assert.deepEqual(ofShop(run())?.acknowledged, { by: 'ana', at: noon });
  run({ at: noon + minute, ...well });
  assert.deepEqual(run({ at: noon + 10 * minute }).memory.acknowledged, {});
});

test('life: a finding whose grace runs opens nothing, but keeps open what was told', () => {
  const starting = [finding('not-ready', 'Deployment shop/shop', { grace: 3 * minute, since: noon + minute })];
  const { run } = makeRun({ revision: p1, ...broken, findings: starting, at: noon + minute });
  assert.deepEqual(run().incidents, []);
  const told = makeRun({ revision: p1, ...broken, oneShot: true });
  told.run();
  assert.equal(ofShop(told.run({ at: noon + minute, findings: starting }))?.state, 'open');
});

test('audit: a service down for 15 minutes that nothing explains is told at once, as a defect of ours', () => {
  const world = worldOf([workload('Deployment shop/shop', { ready: 0, since: noon })]);
  const { run } = makeRun({ revision: p1, world, at: noon + 14 * minute });
  const before = run();
  assert.deepEqual([before.incidents, before.nextAt], [[], noon + 15 * minute]);
  const found = run({ at: noon + 15 * minute });
  assert.deepEqual(eventsOf(found), ['opened', 'told']);
  assert.match(ofShop(found)?.says ?? '', /no check explains it.*a defect of this monitor/);
  assert.deepEqual(run().events, []);
});

test('audit: what tells, ignores or mutes it covers it; a warning or a custom check does not tell that it is down', () => {
  const world = worldOf([workload('Deployment shop/shop', { ready: 0, since: noon })]);
  const at = noon + 15 * minute;
  const because = { because: 'namespace shop', at: { file: 'a.md', line: 1, column: 1 } };
  for (const [found, isAudited] of [
    [finding('crash-loop', 'Deployment shop/shop'), false],
    [finding('crash-loop', 'Deployment shop/shop', { ignored: because }), false],
    [finding('usage-near-limit', 'Deployment shop/shop', { level: 'warning' }), true],
    [finding('custom', 'Deployment shop/shop'), true],
  ] as const) {
    const { findings } = makeRun({ revision: p1, world, at, findings: [found] }).run();
    assert.equal(
      findings.some(({ part }) => part === 'audit'),
      isAudited,
      found.check,
    );
  }
});

test('a workload that was deleted is told when its grace ends', () => {
  const { run } = makeRun({ revision: p1, ...well });
  run();
  assert.deepEqual(run({ at: noon + minute, world: worldOf([workload('Deployment other/other')]) }).incidents, []);
  const gone = run({ at: noon + 4 * minute });
  assert.match(ofShop(gone)?.says ?? '', /shop is down: Deployment shop\/shop is gone, it was there when last seen/);
});
