import { type Escalation, type Revision, type Severity, severities } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { hashOf } from '../lib/hash.ts';
import type { Incident, IncidentEvent, Judgement, Suppressed } from '../triage/incident.ts';
import { type ChannelTable, defaultChannel, resolveChannel, routeOf } from './channels.ts';
import type { Delivery, DeliveryKind, OutboxEntry, Withheld } from './delivery.ts';
import { messageContext } from './message-context.ts';
import { type LastDay, planDigest } from './plan-digest.ts';
import { gatherSummaries } from './plan-summaries.ts';
import { deadlineOf } from './retry.ts';
import { type Rule, rules, type Situation } from './rules.ts';
import { renderMessage, type TemplateFault } from './templates.ts';
import { holdOf } from './timing.ts';
import { findTold, type Told } from './told.ts';

export type { ChannelTable } from './channels.ts';

export type PlanInput = {
  revision: Revision;
  judgement: Judgement;
  past: readonly OutboxEntry[];
  now: Millis;
  cycle: string;
  channels: ChannelTable;
  /** An empty record: old faults are told as one summary. */
  firstContact: boolean;
  /** Everything is decided and recorded, nothing is sent but the daily summary. */
  observe?: boolean;
  /** What the record knows of the last day, for the digest; without it the digest tells of this cycle. */
  lastDay?: LastDay;
};

export type Plan = {
  deliveries: Delivery[];
  withheld: Withheld[];
  /** The next moment at which this plan can change while the cluster does not: a hold that ends, a reminder, the digest. */
  nextAt?: Millis;
  /** Templates of the Markdown that did not render. */
  faults: TemplateFault[];
};

/** A message decided for one incident and channel, before summaries are made of some. */
export type Decided = { incident: Incident; rule: Rule; delivery: Delivery };

/**
 * Who is told what now, and who is not and why. Pure: the same judgement over the same past gives the same keys, so a
 * plan made twice is sent once.
 */
export function planDeliveries(input: PlanInput): Plan {
  const { revision, judgement, now } = input;
  const told = findTold(input.past, input.observe ?? false);
  const withheld: Withheld[] = [];
  const moments: Millis[] = [];
  const faults: TemplateFault[] = [];
  const decided: Decided[] = [];

  for (const incident of judgement.incidents) {
    const events = judgement.events.filter((event) => event.incident === incident.id);
    const known = told.get(incident.id) ?? new Map<string, Told>();
    const places = placesOf(incident, known, input);
    withheld.push(...places.withheld);
    moments.push(...places.moments);
    for (const { channel, listed, instead, escalation } of places.channels) {
      const situation: Situation = {
        incident,
        events,
        told: known.get(channel),
        escalation,
        revision,
        now,
        listed,
        edits: routeOf(channel) === 'slack',
      };
      for (const rule of rules) {
        const due = rule.dueAt?.(situation);
        if (due !== undefined && due > now) moments.push(due);
      }
      const rule = rules.find((candidate) => candidate.applies(situation));
      if (!rule) continue;
      const stop = whyNot(rule, situation, input);
      if (stop) {
        withheld.push({ ...stop, incident: incident.id, channel });
        if (stop.until !== undefined) moments.push(stop.until);
        continue;
      }
      const because = rule.because(situation) + (instead ? `; ${instead}, so it comes here` : '');
      const made = makeDelivery(rule, situation, { channel, because, input });
      faults.push(...made.faults);
      decided.push({ incident, rule, delivery: made.delivery });
    }
  }

  const digest = planDigest(input, withheld);
  faults.push(...digest.faults);
  moments.push(digest.nextAt);
  const deliveries = [...gatherSummaries(decided, input), ...digest.deliveries];
  const later = moments.filter((moment) => moment > now);
  return {
    deliveries: input.observe ? deliveries.map(observeOnly) : deliveries,
    withheld,
    ...(later.length > 0 ? { nextAt: Math.min(...later) } : {}),
    faults: faults.filter((fault, index) => faults.findIndex((other) => other.template === fault.template) === index),
  };
}

type Place = { channel: string; listed: boolean; instead?: string; escalation?: Escalation };

/** The channels an incident concerns: those the policy names for its severity, and those that were told before. */
function placesOf(
  incident: Incident,
  known: ReadonlyMap<string, Told>,
  { revision, channels, now }: PlanInput,
): { channels: Place[]; withheld: Withheld[]; moments: Millis[] } {
  const escalation = revision.escalation.find(({ severity }) => severity === incident.severity);
  const withheld: Withheld[] = [];
  const moments: Millis[] = [];
  const places = new Map<string, Place>();
  const add = (name: string): void => {
    const { channel, instead } = resolveChannel(name, channels);
    if (!places.has(channel)) {
      places.set(channel, {
        channel,
        listed: true,
        ...(instead ? { instead } : {}),
        ...(escalation ? { escalation } : {}),
      });
    }
  };
  if (escalation) for (const name of escalation.channels) add(name);
  else if (incident.severity !== 'SEV-4') {
    const channel = defaultChannel(channels);
    places.set(channel, { channel, listed: true, instead: `the policy has no line for ${incident.severity}` });
  }
  const firstTold = Math.min(...[...known.values()].map(({ fullAt }) => fullAt));
  if (escalation?.escalate && known.size > 0 && !incident.acknowledged && incident.state === 'open') {
    const at = firstTold + escalation.escalate.after;
    if (now >= at) add(escalation.escalate.channel);
    else moments.push(at);
  }
  if (places.size === 0 && incident.state !== 'resolved' && incident.state !== 'absorbed') {
    const digest = incident.severity === 'SEV-4' || escalation?.timing.when === 'digest';
    withheld.push({
      incident: incident.id,
      kind: digest ? 'digest' : 'no-channel',
      because: digest
        ? `${incident.severity} goes to the daily digest`
        : `${incident.severity} is log only by the Escalation Policy`,
    });
  }
  for (const channel of known.keys()) {
    if (!places.has(channel)) places.set(channel, { channel, listed: false, ...(escalation ? { escalation } : {}) });
  }
  return { channels: [...places.values()], withheld, moments };
}

/** What keeps a message that a rule wants from being sent now. */
function whyNot(
  rule: Rule,
  { incident, escalation, told, now }: Situation,
  { revision, judgement }: PlanInput,
): Omit<Withheld, 'incident' | 'channel'> | undefined {
  const suppressed = findSuppression(incident, judgement.suppressed);
  if (suppressed && !rule.throughMute) {
    const until = suppressed.until === undefined ? {} : { until: suppressed.until };
    const { kind, name } = suppressed.by;
    return {
      kind: kind === 'mute' ? 'muted' : 'suppressed',
      because: `${kind} "${name}": ${suppressed.says}`,
      ...until,
    };
  }
  const mute = judgement.memory.mutes.find((candidate) => candidate.until > now && mutes(candidate, incident));
  if (mute && !rule.always && !(rule.kind === 'worse' && breaksThrough(mute.severity, incident, told))) {
    return { kind: 'muted', because: `muted by ${mute.by}: ${mute.why}`, until: mute.until };
  }
  if (rule.always || !escalation) return undefined;
  const hold = holdOf(escalation.timing, { zone: revision.cluster.timezone, now, openedAt: incident.openedAt });
  return hold && { kind: escalation.timing.when === 'digest' ? 'digest' : 'held', ...hold };
}

function findSuppression(incident: Incident, all: readonly Suppressed[]): Suppressed | undefined {
  if (incident.findings.length === 0) return undefined;
  const hidden = new Set(all.flatMap(({ findings }) => findings));
  if (!incident.findings.every((finding) => hidden.has(finding))) return undefined;
  return all.find(({ findings }) => findings.includes(incident.findings[0] ?? ''));
}

function mutes({ what, name }: Judgement['memory']['mutes'][number], incident: Incident): boolean {
  const { subject } = incident;
  switch (what) {
    case 'incident':
      return incident.id === name;
    case 'service':
      return incident.services.length > 0 && incident.services.every((service) => service === name);
    case 'namespace':
      return subject.namespace === name || (subject.kind === 'Namespace' && subject.name === name);
    case 'node':
      return subject.kind === 'Node' && subject.name === name;
    case 'check':
      return incident.check === name;
  }
}

function breaksThrough(muted: Severity | undefined, incident: Incident, told: Told | undefined): boolean {
  const limit = muted ?? told?.severity;
  return limit !== undefined && severities.indexOf(incident.severity) < severities.indexOf(limit);
}

function makeDelivery(
  rule: Rule,
  situation: Situation,
  { channel, because, input }: { channel: string; because: string; input: PlanInput },
): { delivery: Delivery; faults: TemplateFault[] } {
  const { incident, revision, now, escalation, edits, told } = situation;
  const context = messageContext(incident, { revision, now, cycle: input.cycle, because });
  const { title, text, faults } = renderMessage(rule.kind, context, revision);
  // A later message stays in the thread; the root shows how things stand.
  const root = edits && told && !told.shared ? renderMessage('edit', context, revision) : undefined;
  const mention = rule.mentions && escalation?.mention ? { mention: escalation.mention } : {};
  const delivery: Delivery = {
    key: keyOf(incident.id, rule.kind, rule.step(situation), channel),
    incident: incident.id,
    kind: rule.kind,
    channel,
    severity: incident.severity,
    because,
    title,
    text,
    ...mention,
    ...(root ? { root: { title: root.title, text: root.text } } : {}),
    revision: revision.id,
    cycle: input.cycle,
    evidenceHash: evidenceHashOf(incident),
    plannedAt: now,
    notBefore: now,
    deadline: deadlineOf(incident.severity, now),
  };
  return { delivery, faults };
}

export function keyOf(incident: string, kind: DeliveryKind, step: string, channel: string): string {
  return `${incident}/${kind}/${step}/${channel}`;
}

/** What a message rested on: another cause or other evidence gives another hash. */
export function evidenceHashOf(incident: Incident): string {
  return hashOf([
    incident.check,
    incident.cause ?? '',
    ...incident.findings,
    ...incident.evidence.map(({ text }) => text),
  ]);
}

/** A digest is sent even then: it says what would have been sent. */
function observeOnly(delivery: Delivery): Delivery {
  return delivery.kind === 'digest' ? delivery : { ...delivery, observed: true };
}

/** How long an incident has been open, for lists. */
export function inOneLine(incident: Incident, now: Millis): string {
  const services = incident.services.length > 0 ? `${incident.services.join(', ')}: ` : '';
  return `${incident.severity} ${services}${incident.says} (${formatDuration((incident.endedAt ?? now) - incident.since)}, ${incident.id})`;
}

export type { IncidentEvent };
