import { type Escalation, type Revision, type Severity, severities } from '../config/revision.ts';
import { hour, type Millis, minute } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import type { Incident, IncidentEvent } from '../triage/incident.ts';
import type { DeliveryKind } from './delivery.ts';
import type { Told } from './told.ts';

/** One incident seen from one channel. */
export type Situation = {
  incident: Incident;
  /** What happened to it in this cycle. */
  events: readonly IncidentEvent[];
  told: Told | undefined;
  escalation: Escalation | undefined;
  revision: Revision;
  now: Millis;
  /** The policy sends this severity to this channel; else the channel only hears the rest of what it was told. */
  listed: boolean;
  /** The channel can change a message it already has. */
  edits: boolean;
};

export type Rule = {
  kind: DeliveryKind;
  applies(situation: Situation): boolean;
  /** Why it is sent now, in words. */
  because(situation: Situation): string;
  /** Sets this decision apart from the next of its kind; the same decision made twice has the same. */
  step(situation: Situation): string;
  /** Sent whatever the hour: ends of incidents. */
  always?: true;
  /** Calls whoever the policy mentions. */
  mentions?: true;
  /** Sent while somebody muted the incident. */
  throughMute?: true;
  /** When it could apply with no change of the incident. */
  dueAt?(situation: Situation): Millis | undefined;
};

/** A relapse later than this is a new incident; until then a flapping one may come back. */
export const quietAfterFlapping: Millis = 25 * minute;

const isOpen = ({ incident }: Situation): boolean => incident.state === 'open';
const isActive = ({ incident }: Situation): boolean => incident.state === 'open' || incident.state === 'recovering';
const happened = ({ events }: Situation, ...types: IncidentEvent['type'][]): IncidentEvent | undefined =>
  events.find(({ type }) => types.includes(type));
const afterLast = ({ told }: Situation): string => `after-${told?.last.at ?? 0}`;
const isWorse = (now: Severity, before: Severity): boolean => severities.indexOf(now) < severities.indexOf(before);

/** The severity the channel believes in. A summary names none, so what the incident was before this cycle counts. */
function believed({ told, events, incident }: Situation): Severity {
  const worse = events.find((event) => event.type === 'worse');
  return told?.severity ?? worse?.from ?? incident.severity;
}

function reminderAt({ told, escalation, revision, incident, listed }: Situation): Millis | undefined {
  const every = escalation?.followUp ?? revision.fullRepeatEvery;
  if (!told || told.ended || !every || !listed || incident.acknowledged || incident.state !== 'open') return undefined;
  return told.fullAt + Math.max(every, minute);
}

function briefAt({ told, revision, incident, listed }: Situation): Millis | undefined {
  const every = revision.briefUpdateEvery;
  if (!told || told.ended || !every || !listed || incident.acknowledged || incident.state !== 'open') return undefined;
  // At most once per Monitoring Frequency, however often cycles run.
  return told.last.at + Math.max(every, revision.cluster.frequency);
}

/** What a channel is told, the first rule that applies. Read from the top: ends, then news, then repetition. */
export const rules: readonly Rule[] = [
  {
    kind: 'not-watched',
    always: true,
    throughMute: true,
    applies: (s) => !!s.told && !s.told.ended && !!happened(s, 'not-watched'),
    because: (s) => happened(s, 'not-watched')?.says ?? 'no longer watched',
    step: afterLast,
  },
  {
    kind: 'absorbed',
    always: true,
    throughMute: true,
    applies: (s) => !!s.told && !s.told.ended && s.incident.state === 'absorbed',
    because: (s) => `part of ${s.incident.absorbedBy ?? 'another incident'}`,
    step: afterLast,
  },
  {
    kind: 'resolved',
    always: true,
    throughMute: true,
    applies: (s) =>
      !!s.told &&
      !s.told.ended &&
      s.incident.state === 'resolved' &&
      (!s.incident.flapping || s.now >= (s.incident.endedAt ?? s.now) + quietAfterFlapping),
    because: (s) => {
      const why = s.incident.recoveredAfter ? `; recovered after ${s.incident.recoveredAfter}` : '';
      return `${s.incident.flapping ? 'healthy, and flapping has ended' : 'the root stayed healthy'}${why}`;
    },
    step: afterLast,
    dueAt: (s) =>
      s.told && !s.told.ended && s.incident.state === 'resolved' && s.incident.flapping
        ? (s.incident.endedAt ?? s.now) + quietAfterFlapping
        : undefined,
  },
  {
    kind: 'first',
    mentions: true,
    applies: (s) => !s.told && isOpen(s) && s.listed,
    because: (s) => {
      const { severity, settlesAt, openedAt, settlingSince } = s.incident;
      // 0: it did not have to settle.
      const began = settlingSince ?? openedAt;
      const unhidden = happened(s, 'unhidden', 'unmuted');
      const settled = began > 0 && settlesAt > began ? ` after settling for ${formatDuration(settlesAt - began)}` : '';
      return unhidden ? `first message: ${unhidden.says}` : `first message: ${severity}${settled}`;
    },
    step: () => '1',
  },
  {
    kind: 'reopened',
    mentions: true,
    applies: (s) => !!s.told?.ended && isOpen(s) && !s.incident.flapping && !s.incident.silenced,
    because: (s) => happened(s, 'unhidden', 'reopened')?.says ?? `came back (${s.incident.reopened.length})`,
    step: afterLast,
  },
  {
    kind: 'worse',
    mentions: true,
    throughMute: true,
    applies: (s) => !!s.told && isActive(s) && !s.incident.silenced && isWorse(s.incident.severity, believed(s)),
    because: (s) => `got worse: ${believed(s)} to ${s.incident.severity}: ${s.incident.because}`,
    step: afterLast,
  },
  {
    kind: 'flapping',
    mentions: true,
    applies: (s) =>
      !!s.told &&
      isActive(s) &&
      !s.incident.silenced &&
      s.incident.flapping &&
      (s.told.flappingAt ?? 0) < (s.incident.reopened[0] ?? s.now),
    because: (s) => `flapping: came back ${s.incident.reopened.length} times within an hour; told once`,
    step: (s) => `from-${s.incident.reopened[0] ?? 0}`,
  },
  {
    kind: 'cause',
    applies: (s) =>
      !!s.told && !s.told.ended && s.listed && isActive(s) && !!happened(s, 'cause-revised', 'root-revised'),
    because: (s) => happened(s, 'cause-revised', 'root-revised')?.says ?? 'cause revised',
    step: afterLast,
  },
  {
    // Told before it was muted: whoever muted it wants to know that it is still there.
    kind: 'reminder',
    mentions: true,
    applies: (s) =>
      !!s.told && !s.told.ended && s.listed && isOpen(s) && (s.incident.unmuted?.at ?? 0) > s.told.last.at,
    because: (s) => `reminder: ${s.incident.unmuted?.says ?? 'the mute has ended'}, and it is still open`,
    step: afterLast,
  },
  {
    kind: 'reminder',
    mentions: true,
    applies: (s) => s.now >= (reminderAt(s) ?? Number.POSITIVE_INFINITY),
    because: (s) =>
      `reminder: open for ${formatDuration(s.now - s.incident.since)}, told in full ${formatDuration(s.now - (s.told?.fullAt ?? s.now))} ago`,
    step: afterLast,
    dueAt: reminderAt,
  },
  {
    kind: 'brief',
    applies: (s) => s.now >= (briefAt(s) ?? Number.POSITIVE_INFINITY),
    because: (s) => `brief update: nothing told for ${formatDuration(s.now - (s.told?.last.at ?? s.now))}`,
    step: afterLast,
    dueAt: briefAt,
  },
  {
    kind: 'edit',
    always: true,
    throughMute: true,
    applies: (s) =>
      !!s.told && s.edits && !s.told.shared && !!happened(s, 'recovering', 'relapsed', 'better', 'reopened', 'rollout'),
    because: (s) => happened(s, 'recovering', 'relapsed', 'better', 'reopened', 'rollout')?.says ?? 'changed',
    // Several edits may follow one message.
    step: (s) => `at-${s.now}`,
  },
];

/** Above so many new incidents within `within`, all but SEV-1 share one message. */
export const storm = { above: 10, within: minute } as const;
/** When the digest is sent, in the cluster's zone. */
export const digestHour = 9;
/** A digest that was missed (the monitor was not running) is made up for on the same day only. */
export const firstDigestWithin: Millis = hour;
