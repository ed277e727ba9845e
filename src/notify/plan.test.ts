import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  eventOf,
  incidentWith,
  judgementOf,
  line,
  morning,
  planOf,
  revisionOf,
  sentEntry,
} from '../../test/support/told.ts';
import type { Window } from '../config/revision.ts';
import { day, hour, type Millis, minute, second } from '../lib/clock.ts';
import type { Incident, IncidentEvent, Mute, RolloutVerdict, WatchedRollout } from '../triage/incident.ts';
import type { OutboxEntry } from './delivery.ts';
import type { Plan, PlanInput } from './plan.ts';

/** `kind to channel`, as the tables below say it. */
const sent = ({ deliveries }: Plan): string[] => deliveries.map(({ kind, channel }) => `${kind} to ${channel}`);
const kept = ({ withheld }: Plan): string[] => withheld.map(({ kind, because }) => `${kind}: ${because}`);

/** The incident was told in full so long ago. */
const toldAgo = (ago: Millis, incident: Incident = incidentWith()): OutboxEntry[] =>
  planOf({ judgement: judgementOf([incident]), now: morning - ago }).deliveries.map(sentEntry);

const weekdays: Window = {
  says: 'weekdays 09:00-17:00',
  repeats: 'weekly',
  days: [1, 2, 3, 4, 5],
  start: 540,
  end: 1020,
};
const sunday = Date.parse('2026-11-22T03:00:00Z');

describe('an incident that nobody was told of', () => {
  const rows: {
    when: string;
    incident?: Partial<Incident>;
    input?: Partial<PlanInput>;
    told: string[];
    because?: RegExp;
  }[] = [
    {
      when: 'is told once it has settled',
      told: ['first to #incidents'],
      because: /first message: SEV-2 after settling for 1m/,
    },
    {
      when: 'is not told while it settles',
      incident: { state: 'settling', told: false, settlesAt: morning + 5 * second },
      told: [],
    },
    {
      when: 'is not told when it healed while settling',
      incident: { state: 'resolved', told: false, endedAt: morning },
      told: [],
    },
    {
      when: 'goes to every channel of its severity',
      input: { revision: revisionOf([line('SEV-2', { channels: ['#a', '#b'] })]) },
      told: ['first to #a', 'first to #b'],
    },
    {
      when: 'stays silent where the policy says log only',
      input: { revision: revisionOf([line('SEV-2', { channels: [] })]) },
      told: [],
    },
    { when: 'waits for the digest at SEV-4', incident: { severity: 'SEV-4' }, told: [] },
    {
      when: 'goes to the default channel where the policy has no line for it',
      input: { revision: revisionOf([]) },
      told: ['first to console'],
      because: /no line for SEV-2/,
    },
    {
      when: 'goes to the fallback channel where its own is not set up',
      input: {
        revision: revisionOf([line('SEV-2', { channels: ['pagerduty'] })]),
        channels: { routes: ['console', 'slack'], fallback: '#ops' },
      },
      told: ['first to #ops'],
      because: /pagerduty is not set up/,
    },
    {
      when: 'goes to the console where Slack is not set up',
      input: { channels: { routes: ['console'] } },
      told: ['first to console'],
      because: /#incidents is not set up/,
    },
    {
      when: 'is told at once outside hours that do not bind it',
      input: { now: sunday },
      told: ['first to #incidents'],
    },
    {
      when: 'is held outside business hours',
      input: { now: sunday, revision: revisionOf([line('SEV-2', { timing: { when: 'hours', windows: [weekdays] } })]) },
      told: [],
    },
    {
      when: 'is told within business hours',
      input: { revision: revisionOf([line('SEV-2', { timing: { when: 'hours', windows: [weekdays] } })]) },
      told: ['first to #incidents'],
    },
    {
      when: 'waits for its delay',
      input: { revision: revisionOf([line('SEV-2', { timing: { when: 'after', delay: 15 * minute } })]) },
      told: [],
    },
    {
      when: 'is told after its delay',
      input: { revision: revisionOf([line('SEV-2', { timing: { when: 'after', delay: 11 * minute } })]) },
      told: ['first to #incidents'],
    },
  ];
  for (const { when, incident, input, told, because } of rows) {
    test(when, () => {
      const plan = planOf({ judgement: judgementOf([incidentWith(incident)]), ...input });
      assert.deepEqual(sent(plan), told);
      if (because) assert.match(plan.deliveries[0]?.because ?? '', because);
    });
  }
});

describe('an incident that was told', () => {
  const open = incidentWith();
  const followUp = (every: Millis): Partial<PlanInput> => ({
    revision: revisionOf([line('SEV-1'), line('SEV-2', { followUp: every })]),
  });
  const brief = (every: Millis, frequency: Millis): Partial<PlanInput> => ({
    revision: revisionOf([line('SEV-2')], { briefUpdateEvery: every, cluster: { timezone: 'UTC', frequency } }),
  });
  const worse: IncidentEvent = {
    type: 'worse',
    incident: open.id,
    at: morning,
    says: 'worse',
    from: 'SEV-2',
    to: 'SEV-1',
  };
  const revised: IncidentEvent = {
    type: 'cause-revised',
    incident: open.id,
    at: morning,
    says: 'the cause is memory-limit',
    to: 'memory-limit',
  };
  const rows: {
    when: string;
    incident?: Partial<Incident>;
    events?: IncidentEvent[];
    ago?: Millis;
    input?: Partial<PlanInput>;
    told: string[];
  }[] = [
    { when: 'is not told again for nothing', told: [] },
    {
      when: 'is told when it got worse',
      incident: { severity: 'SEV-1' },
      events: [worse],
      told: ['worse to #incidents'],
    },
    {
      when: 'is told when it got worse, even where the event was missed',
      incident: { severity: 'SEV-1' },
      told: ['worse to #incidents'],
    },
    {
      when: 'changes its root silently when it got better',
      incident: { severity: 'SEV-3' },
      events: [{ type: 'better', incident: open.id, at: morning, says: 'better', from: 'SEV-2', to: 'SEV-3' }],
      told: ['edit to #incidents'],
    },
    {
      when: 'tells a revised cause',
      incident: { cause: 'memory-limit' },
      events: [revised],
      told: ['cause to #incidents'],
    },
    {
      when: 'is not reminded of before its Follow-up',
      ago: 15 * minute - second,
      input: followUp(15 * minute),
      told: [],
    },
    {
      when: 'is reminded of at its Follow-up',
      ago: 15 * minute,
      input: followUp(15 * minute),
      told: ['reminder to #incidents'],
    },
    {
      when: 'is not reminded of once acknowledged',
      incident: { acknowledged: { by: 'ana', at: morning } },
      ago: hour,
      input: followUp(15 * minute),
      told: [],
    },
    {
      when: 'is not reminded of while recovering',
      incident: { state: 'recovering' },
      ago: hour,
      input: followUp(15 * minute),
      told: [],
    },
    {
      when: 'has no brief update sooner than the Monitoring Frequency',
      ago: 59 * minute,
      input: brief(5 * minute, hour),
      told: [],
    },
    {
      when: 'has a brief update at the Monitoring Frequency',
      ago: hour,
      input: brief(5 * minute, hour),
      told: ['brief to #incidents'],
    },
    {
      when: 'is told when it is over',
      incident: { state: 'resolved', endedAt: morning },
      told: ['resolved to #incidents'],
    },
    {
      when: 'is told when it is part of another',
      incident: { state: 'absorbed', absorbedBy: 'i-2', endedAt: morning },
      told: ['absorbed to #incidents'],
    },
    {
      when: 'is told when it is no longer watched, and not as healthy',
      incident: { state: 'resolved', endedAt: morning },
      events: [eventOf('not-watched', open.id)],
      told: ['not-watched to #incidents'],
    },
    {
      when: 'shows on its root that it recovers',
      incident: { state: 'recovering' },
      events: [eventOf('recovering', open.id)],
      told: ['edit to #incidents'],
    },
    {
      when: 'is escalated where nobody acknowledged it',
      ago: 5 * minute,
      input: { revision: revisionOf([line('SEV-2', { escalate: { channel: '#page', after: 5 * minute } })]) },
      told: ['first to #page'],
    },
    {
      when: 'is not escalated before that',
      ago: 4 * minute,
      input: { revision: revisionOf([line('SEV-2', { escalate: { channel: '#page', after: 5 * minute } })]) },
      told: [],
    },
    {
      when: 'is not escalated once acknowledged',
      incident: { acknowledged: { by: 'ana', at: morning } },
      ago: hour,
      input: { revision: revisionOf([line('SEV-2', { escalate: { channel: '#page', after: 5 * minute } })]) },
      told: [],
    },
    {
      when: 'reaches the channel of its new severity, and the old one',
      incident: { severity: 'SEV-1' },
      input: { revision: revisionOf([line('SEV-1', { channels: ['#page'] })]) },
      told: ['first to #page', 'worse to #incidents'],
    },
  ];
  for (const { when, incident, events = [], ago = 2 * minute, input, told } of rows) {
    test(when, () => {
      const judgement = judgementOf([incidentWith(incident)], { events });
      assert.deepEqual(sent(planOf({ judgement, past: toldAgo(ago, open), ...input })), told);
    });
  }

  test('no window holds back its end', () => {
    const revision = revisionOf([line('SEV-2', { timing: { when: 'hours', windows: [weekdays] } })]);
    const past = toldAgo(2 * day + 7 * hour, incidentWith({ openedAt: sunday - hour }));
    const judgement = judgementOf([incidentWith({ state: 'resolved', endedAt: sunday })]);
    assert.deepEqual(sent(planOf({ judgement, past, now: sunday, revision })), ['resolved to #incidents']);
  });

  test('comes back: told in the same thread, and its end once more', () => {
    const past = toldAgo(20 * minute);
    const over = planOf({
      judgement: judgementOf([incidentWith({ state: 'resolved', endedAt: morning })]),
      past,
      now: morning - 9 * minute,
    });
    past.push(...over.deliveries.map(sentEntry));
    const back = incidentWith({ reopened: [morning] });
    const again = planOf({ judgement: judgementOf([back], { events: [eventOf('reopened', back.id)] }), past });
    assert.deepEqual(sent(again), ['reopened to #incidents']);
    past.push(...again.deliveries.map(sentEntry));
    const end = planOf({
      judgement: judgementOf([incidentWith({ ...back, state: 'resolved', endedAt: morning })]),
      past,
      now: morning + 9 * minute,
    });
    assert.deepEqual(sent(end), ['resolved to #incidents']);
    assert.notEqual(end.deliveries[0]?.key, over.deliveries[0]?.key);
  });

  test('flaps: told once, and as over only when it can no longer come back', () => {
    const flapping = incidentWith({
      flapping: true,
      reopened: [morning - 40 * minute, morning - 20 * minute, morning],
    });
    const past = toldAgo(50 * minute);
    const plan = planOf({ judgement: judgementOf([flapping]), past });
    assert.deepEqual(sent(plan), ['flapping to #incidents']);
    past.push(...plan.deliveries.map(sentEntry));
    const ended = { ...flapping, state: 'resolved' as const, endedAt: morning };
    const soon = planOf({ judgement: judgementOf([ended]), past, now: morning + 24 * minute });
    assert.deepEqual(sent(soon), []);
    assert.equal(soon.nextAt, morning + 25 * minute);
    assert.deepEqual(sent(planOf({ judgement: judgementOf([ended]), past, now: morning + 25 * minute })), [
      'resolved to #incidents',
    ]);
  });
});

describe('what is not sent says why', () => {
  const muted = (incident: Incident): PlanInput['judgement'] => {
    const mute = { by: 'm-1', until: morning + hour, severity: 'SEV-2' as const };
    const judgement = judgementOf([{ ...incident, muted: mute }]);
    const all: Mute = { id: 'm-1', what: 'service', name: 'shop', until: morning + hour, why: 'migration', by: 'ana' };
    return { ...judgement, memory: { ...judgement.memory, mutes: [all] } };
  };

  test('settling: until when', () => {
    const plan = planOf({
      judgement: judgementOf([incidentWith({ state: 'settling', settlesAt: morning + 5 * second })]),
    });
    assert.deepEqual(kept(plan), ['settling: settles until its root is known: SEV-2']);
    assert.equal(plan.nextAt, morning + 5 * second);
  });

  test('held: told when the hours begin', () => {
    const revision = revisionOf([line('SEV-2', { timing: { when: 'hours', windows: [weekdays] } })]);
    const judgement = judgementOf([incidentWith({ openedAt: sunday - hour })]);
    const opens = Date.parse('2026-11-23T09:00:00Z');
    const singly = ({ deliveries }: Plan): string[] =>
      deliveries.flatMap(({ kind }) => (kind === 'digest' ? [] : [kind]));
    assert.deepEqual(singly(planOf({ judgement, now: opens - second, revision })), []);
    assert.deepEqual(singly(planOf({ judgement, now: opens, revision })), ['first']);
  });

  test('held: until when', () => {
    const revision = revisionOf([line('SEV-2', { timing: { when: 'hours', windows: [weekdays] } })]);
    const plan = planOf({ judgement: judgementOf([incidentWith()]), now: sunday, revision });
    assert.deepEqual(kept(plan), ['held: held outside weekdays 09:00-17:00 until 2026-11-23 09:00 UTC']);
    assert.equal(plan.nextAt, Date.parse('2026-11-22T09:00:00Z'), 'the digest of that day comes first');
  });

  test('log only', () => {
    const revision = revisionOf([line('SEV-2', { channels: [] })]);
    assert.deepEqual(kept(planOf({ judgement: judgementOf([incidentWith()]), revision })), [
      'no-channel: SEV-2 is log only by the Escalation Policy',
    ]);
  });

  test('suppressed: by which known issue', () => {
    const incident = incidentWith();
    const suppressed = [
      {
        findings: incident.findings,
        subject: incident.subject,
        by: { kind: 'known-issue' as const, name: 'Backup' },
        services: ['shop'],
        says: 'expected until 03:00',
      },
    ];
    const plan = planOf({ judgement: judgementOf([incident], { suppressed }) });
    assert.deepEqual([sent(plan), kept(plan)], [[], ['suppressed: known-issue "Backup": expected until 03:00']]);
  });

  test('muted: by whom and why, until when', () => {
    const plan = planOf({ judgement: muted(incidentWith({ told: false })) });
    assert.deepEqual([sent(plan), kept(plan)], [[], ['muted: muted by ana: migration']]);
    assert.equal(plan.nextAt, morning + hour);
  });

  test('a muted incident that was told is not reminded of, and its end is told', () => {
    const revision = revisionOf([line('SEV-2', { followUp: 15 * minute })]);
    const past = toldAgo(hour);
    assert.deepEqual(sent(planOf({ judgement: muted(incidentWith()), past, revision })), []);
    const over = muted(incidentWith({ state: 'resolved', endedAt: morning }));
    assert.deepEqual(sent(planOf({ judgement: over, past, revision })), ['resolved to #incidents']);
  });

  test('a mute that ends says so: in the first message, or in a reminder where it was told before', () => {
    const unmuted = { at: morning, says: 'the mute of service shop has ended (migration, by ana)' };
    const incident = incidentWith({ unmuted });
    const judgement = judgementOf([incident]);
    const first = planOf({
      judgement: { ...judgement, events: [{ type: 'unmuted', incident: incident.id, ...unmuted }] },
    });
    assert.deepEqual(
      first.deliveries.map(({ kind, because }) => [kind, because]),
      [['first', `first message: ${unmuted.says}`]],
    );
    const past = toldAgo(hour);
    const reminder = planOf({ judgement, past });
    assert.deepEqual(
      reminder.deliveries.map(({ kind, because }) => [kind, because]),
      [['reminder', `reminder: ${unmuted.says}, and it is still open`]],
    );
    past.push(...reminder.deliveries.map(sentEntry));
    assert.deepEqual(sent(planOf({ judgement, past, now: morning + minute })), [], 'told once');
  });

  test('a mute that ends with nothing under it is in the next digest, once', () => {
    const nine = Date.parse('2026-11-24T09:00:00Z');
    const judgement = judgementOf([]);
    const mute: Mute = { id: 'm-1', what: 'node', name: 'n1', until: nine - hour, why: 'new disk', by: 'ana' };
    judgement.memory = { ...judgement.memory, mutes: [mute] };
    const digest = planOf({ judgement, now: nine });
    assert.match(digest.deliveries[0]?.text ?? '', /the mute of node n1 has ended \(new disk, by ana\)/);
    const past = digest.deliveries.map(sentEntry);
    assert.deepEqual(sent(planOf({ judgement, past, now: nine + day })), []);
  });

  test('a higher severity breaks through a mute', () => {
    const judgement = muted(incidentWith({ severity: 'SEV-1' }));
    assert.deepEqual(sent(planOf({ judgement, past: toldAgo(minute) })), ['worse to #incidents']);
  });
});

describe('many at once', () => {
  const some = (count: number, severity: Incident['severity']): Incident[] =>
    Array.from({ length: count }, (_, index) => incidentWith({ id: `i-${severity}-${index}`, severity }));

  test('first contact: SEV-1 and SEV-2 singly, the rest in one summary', () => {
    const judgement = judgementOf([...some(1, 'SEV-1'), ...some(2, 'SEV-2'), ...some(3, 'SEV-3')]);
    const plan = planOf({ judgement, firstContact: true });
    assert.deepEqual(sent(plan), [
      'first to #incidents',
      'first to #incidents',
      'first to #incidents',
      'baseline to #incidents',
    ]);
    assert.deepEqual(plan.deliveries[3]?.covers, ['i-SEV-3-0', 'i-SEV-3-1', 'i-SEV-3-2']);
  });

  test('first contact: what began after the first look is news and told singly', () => {
    const judgement = judgementOf(some(3, 'SEV-3'));
    const began = judgement.incidents[0]?.since ?? 0;
    const kinds = (firstCycleAt: number): string[] => sent(planOf({ judgement, firstContact: true, firstCycleAt }));
    assert.deepEqual(kinds(began - minute), ['first to #incidents', 'first to #incidents', 'first to #incidents']);
    assert.deepEqual(kinds(began), ['baseline to #incidents']);
  });

  test('what a summary told is told: no second first message, and its end comes singly', () => {
    const incidents = some(3, 'SEV-3');
    const past = planOf({ judgement: judgementOf(incidents), firstContact: true }).deliveries.map(sentEntry);
    assert.deepEqual(sent(planOf({ judgement: judgementOf(incidents), past, now: morning + minute })), []);
    const ended = incidents.map((incident, index) =>
      index === 0 ? { ...incident, state: 'resolved' as const, endedAt: morning } : incident,
    );
    assert.deepEqual(sent(planOf({ judgement: judgementOf(ended), past, now: morning + hour })), [
      'resolved to #incidents',
    ]);
  });

  test('ten new ones within a minute are told singly', () => {
    assert.equal(planOf({ judgement: judgementOf(some(10, 'SEV-2')) }).deliveries.length, 10);
  });

  test('a storm of eleven is one message, and SEV-1 is always told singly', () => {
    const judgement = judgementOf([...some(2, 'SEV-1'), ...some(9, 'SEV-2')]);
    assert.deepEqual(sent(planOf({ judgement })), [
      'first to #incidents',
      'first to #incidents',
      'baseline to #incidents',
    ]);
  });

  test('a storm that comes drop by drop is one too', () => {
    const early = some(9, 'SEV-2');
    const past = planOf({ judgement: judgementOf(early), now: morning - 30 * second }).deliveries.map(sentEntry);
    assert.deepEqual(sent(planOf({ judgement: judgementOf([...early, ...some(3, 'SEV-3')]), past })), [
      'baseline to #incidents',
    ]);
  });
});

describe('the daily digest', () => {
  const nine = Date.parse('2026-11-24T09:00:00Z');
  const low = judgementOf([incidentWith({ severity: 'SEV-4' })]);

  test('comes at 09:00 and lists what was not urgent', () => {
    const plan = planOf({ judgement: low, now: nine });
    assert.deepEqual(sent(plan), ['digest to #incidents']);
    assert.match(plan.deliveries[0]?.text ?? '', /Open, not urgent:\n- SEV-4 shop: container app exits/);
  });

  test('comes once a day, and is made up for on the same day', () => {
    const past = planOf({ judgement: low, now: nine }).deliveries.map(sentEntry);
    assert.deepEqual(sent(planOf({ judgement: low, past, now: nine + 5 * hour })), []);
    assert.deepEqual(sent(planOf({ judgement: low, past, now: nine + day + 5 * hour })), ['digest to #incidents']);
  });

  test('is at 09:00 of the cluster, in summer and winter', () => {
    for (const at of ['2026-07-01T07:00:00Z', '2026-12-01T08:00:00Z']) {
      const revision = revisionOf([line('SEV-3')], { cluster: { timezone: 'Europe/Berlin', frequency: hour } });
      assert.deepEqual(sent(planOf({ judgement: low, now: Date.parse(at), revision })), ['digest to #incidents']);
      assert.deepEqual(sent(planOf({ judgement: low, now: Date.parse(at) - second, revision })), []);
    }
  });

  test('has the verdicts of rollouts, what went wrong first; that all went well is no message of its own', () => {
    const rolledOut = (name: string, is: RolloutVerdict, at: Millis): WatchedRollout => ({
      change: {
        id: `rollout/Deployment/shop/${name}/2`,
        kind: 'rollout',
        subject: { kind: 'Deployment', namespace: 'shop', name },
        at: at - 30 * minute,
        revision: 2,
        details: [{ what: 'image', container: 'app', from: 'shop:1', to: 'shop:2', says: '' }],
        says: '',
      },
      services: ['shop'],
      verdict: { is, because: 'because', at },
    });
    const judged = (...all: WatchedRollout[]): PlanInput['judgement'] => {
      const judgement = judgementOf([]);
      const rollouts = Object.fromEntries(all.map((one) => [one.change.id, one]));
      return { ...judgement, memory: { ...judgement.memory, rollouts } };
    };
    const well = rolledOut('web', 'healthy', nine - 2 * hour);
    const stuck = rolledOut('api', 'stuck', nine - hour);
    assert.deepEqual(sent(planOf({ judgement: judged(well), now: nine })), []);
    const digest = planOf({ judgement: judged(well, stuck), now: nine });
    assert.match(
      digest.deliveries[0]?.text ?? '',
      /Rollouts:\n- shop: Deployment shop\/api: revision 2 \(image app: 1 -> 2\) is stuck after 30m: because\n- shop: Deployment shop\/web: .* is healthy/,
    );
    const past = digest.deliveries.map(sentEntry);
    assert.deepEqual(sent(planOf({ judgement: judged(well, stuck), past, now: nine + day })), [], 'told once');
  });

  test('has what belongs to no listed service, too', () => {
    const unlisted = { severity: 'SEV-4' as const, services: [], says: 'container app exits with code 1' };
    assert.match(
      planOf({ judgement: judgementOf([incidentWith(unlisted)]), now: nine }).deliveries[0]?.text ?? '',
      /Open, not urgent:\n- SEV-4 container app exits/,
    );
  });

  test('says nothing where there is nothing to say', () => {
    assert.deepEqual(sent(planOf({ judgement: judgementOf([]), now: nine })), []);
  });
});

describe('--observe', () => {
  test('says every day that it observes, also where it would have sent nothing', () => {
    const plan = planOf({ judgement: judgementOf([]), observe: true, now: morning - hour });
    assert.deepEqual(sent(plan), ['digest to #incidents']);
  });

  test('decides everything and sends only the daily summary of it', () => {
    const judgement = judgementOf([incidentWith()]);
    const plan = planOf({ judgement, observe: true, now: morning - 3 * hour });
    assert.deepEqual(
      plan.deliveries.map(({ kind, observed }) => [kind, observed]),
      [['first', true]],
    );
    const past = plan.deliveries.map(sentEntry);
    const digest = planOf({ judgement, past, observe: true, now: morning - hour });
    assert.deepEqual(
      digest.deliveries.map(({ kind, observed }) => [kind, observed]),
      [['digest', undefined]],
    );
    assert.match(digest.deliveries[0]?.text ?? '', /I would have sent:\n- to #incidents: SEV-2 shop: container app/);
  });

  test('what was only observed is told once observing has ended', () => {
    const judgement = judgementOf([incidentWith()]);
    const past = planOf({ judgement, observe: true }).deliveries.map(sentEntry);
    assert.deepEqual(sent(planOf({ judgement, past, now: morning + minute })), ['first to #incidents']);
  });
});

test('the same decision made twice has the same keys', () => {
  const judgement = judgementOf([incidentWith(), incidentWith({ id: 'i-2', severity: 'SEV-1' })]);
  const keys = (now: Millis): string[] => planOf({ judgement, now }).deliveries.map(({ key }) => key);
  assert.deepEqual(keys(morning), keys(morning + minute));
});

test('every message names its incident, revision, cycle and evidence, and calls only whom the policy names (A15)', () => {
  const revision = revisionOf([line('SEV-2', { mention: '@oncall' })]);
  const [first] = planOf({ judgement: judgementOf([incidentWith()]), revision }).deliveries;
  assert.partialDeepStrictEqual(first, { incident: 'i-000001', revision: 'r1', cycle: 'c1', mention: '@oncall' });
  assert.match(first?.evidenceHash ?? '', /^[0-9a-f]{12}$/);
  assert.match(first?.text ?? '', /Incident i-000001 \| revision r1 \| cycle c1/);
});
