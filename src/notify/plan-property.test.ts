import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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
import { minute } from '../lib/clock.ts';
import type { Incident } from '../triage/incident.ts';
import type { DeliveryKind, OutboxEntry } from './delivery.ts';

const steps = [
  'wait',
  'worse',
  'better',
  'recover',
  'relapse',
  'end',
  'come back',
  'acknowledge',
  'move channel',
  'absorb',
] as const;
type Step = (typeof steps)[number];

/** What the step does to an incident that can do it. */
function advance(incident: Incident, step: Step, now: number): Incident {
  const active = incident.state === 'open' || incident.state === 'recovering';
  const { endedAt: _, ...rest } = incident;
  switch (step) {
    case 'worse':
      return active ? { ...incident, severity: 'SEV-1' } : incident;
    case 'better':
      return active ? { ...incident, severity: 'SEV-3' } : incident;
    case 'recover':
      return active ? { ...incident, state: 'recovering' } : incident;
    case 'relapse':
      return active ? { ...incident, state: 'open' } : incident;
    case 'end':
      return active ? { ...incident, state: 'resolved', endedAt: now } : incident;
    case 'come back':
      return incident.state === 'resolved'
        ? { ...rest, state: 'open', reopened: [...incident.reopened, now] }
        : incident;
    case 'acknowledge':
      return { ...incident, acknowledged: { by: 'ana', at: now } };
    case 'absorb':
      return active ? { ...incident, state: 'absorbed', absorbedBy: 'i-2', endedAt: now } : incident;
    default:
      return incident;
  }
}

const endings: DeliveryKind[] = ['resolved', 'absorbed', 'not-watched'];

/** A channel's messages about one incident, as a reader may expect them: it begins once, and after its end only comes back. */
function assertReadable(messages: OutboxEntry[]): void {
  let state = 'new';
  for (const { kind } of messages.filter((message) => message.kind !== 'edit')) {
    const allowed: boolean =
      state === 'new'
        ? kind === 'first'
        : state === 'ended'
          ? kind === 'reopened'
          : kind !== 'first' && kind !== 'reopened';
    assert.ok(allowed, `${kind} while ${state}: ${messages.map((message) => message.kind).join(', ')}`);
    state = endings.includes(kind) ? 'ended' : 'open';
  }
}

test('whatever happens to an incident, each channel reads one story: begun once, every end told, nothing twice (A7)', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...steps), { maxLength: 30 }), (schedule) => {
      let incident = incidentWith();
      let channel = '#a';
      let now = morning;
      const past: OutboxEntry[] = [];
      for (const step of schedule) {
        now += 7 * minute;
        const before = incident;
        incident = advance(incident, step, now);
        if (step === 'move channel') channel = channel === '#a' ? '#b' : '#a';
        const recovers = before.state !== 'recovering' && incident.state === 'recovering';
        const policy = (['SEV-1', 'SEV-2', 'SEV-3'] as const).map((one) =>
          line(one, { channels: [channel], followUp: 15 * minute }),
        );
        const input = {
          judgement: judgementOf([incident], { events: recovers ? [eventOf('recovering', incident.id)] : [] }),
          revision: revisionOf(policy),
          now,
        };
        const { deliveries } = planOf({ ...input, past });
        past.push(...deliveries.map(sentEntry));
        // Planned again over what it just decided, only a silent edit may repeat itself.
        assert.deepEqual(
          planOf({ ...input, past }).deliveries.filter(({ kind }) => kind !== 'edit'),
          [],
        );
        if (incident.acknowledged) assert.ok(!deliveries.some(({ kind }) => kind === 'reminder'));
      }
      assert.equal(new Set(past.map(({ key }) => key)).size, past.length, 'every key once');
      for (const name of ['#a', '#b']) {
        const heard = past.filter((message) => message.channel === name);
        assertReadable(heard);
        const last = heard.filter(({ kind }) => kind !== 'edit').at(-1);
        const over = incident.state === 'resolved' || incident.state === 'absorbed';
        if (last && over) assert.ok(endings.includes(last.kind), `${name} was not told of the end`);
      }
    }),
    { numRuns: 300 },
  );
});
