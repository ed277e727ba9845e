import { refName } from '../cluster/world.ts';
import type { Revision } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { formatDuration, formatMoment, toRfc3339 } from '../lib/duration.ts';
import { oneLine } from '../lib/text.ts';
import type { Incident } from '../triage/incident.ts';

/**
 * What message templates see: plain strings, lists and numbers, everything from the cluster cleaned and capped. Every
 * key is always there (empty where nothing is known), so that a template cannot misspell one without being told.
 */
export type IncidentContext = {
  id: string;
  severity: string;
  emoji: string;
  state: string;
  because: string;
  subject: string;
  kind: string;
  namespace: string;
  name: string;
  check: string;
  cause: string;
  since: string;
  since_utc: string;
  lasted: string;
  says: string;
  next: string;
  evidence: string[];
  changes: string[];
  candidates: string[];
  victims: string[];
  services: string[];
  service: string;
  priority: string;
  runbooks: string[];
  acknowledged_by: string;
  unseen: string;
  /** The revert after which it became well. */
  recovered_after: string;
  flapping: boolean;
  reopened: number;
};

export type MessageContext = {
  incident: IncidentContext;
  cluster: { name: string; environment: string; timezone: string };
  /** Why this message is sent now. */
  because: string;
  revision: string;
  cycle: string;
  now: string;
};

/** A finding's sentence, a name, a line of evidence: as much as a person reads. */
const longest = { line: 300, name: 260, command: 500 };
const most = { evidence: 8, list: 10 };

/** The context of one incident's message. `now` in the cluster's zone, lengths in words. */
export function messageContext(
  incident: Incident,
  moment: { revision: Revision; now: Millis; cycle: string; because: string },
): MessageContext {
  const { revision, now } = moment;
  const zone = revision.cluster.timezone;
  const entries = incident.services.flatMap((name) => revision.services.find((service) => service.name === name) ?? []);
  return {
    incident: {
      id: incident.id,
      severity: incident.severity,
      emoji: revision.emoji[incident.severity] ?? '',
      state: incident.silenced ? 'not watched' : incident.state,
      because: line(incident.because),
      subject: name(refName(incident.subject)),
      kind: name(incident.subject.kind),
      namespace: name(incident.subject.namespace ?? ''),
      name: name(incident.subject.name),
      check: incident.check,
      cause: incident.cause ?? '',
      since: formatMoment(incident.since, zone),
      since_utc: toRfc3339(incident.since),
      lasted: formatDuration((incident.endedAt ?? now) - incident.since),
      says: line(incident.says),
      next: oneLine(incident.next, longest.command),
      evidence: incident.evidence.slice(0, most.evidence).map(({ text }) => line(text)),
      changes: incident.changes.slice(0, most.list).map(sayChange),
      candidates: incident.candidates
        .slice(0, most.list)
        .map((candidate) => line(`${refName(candidate.subject)}: ${candidate.because}`)),
      victims: incident.victims.slice(0, most.list).map((victim) => name(refName(victim))),
      services: incident.services.slice(0, most.list).map(name),
      service: name(incident.services[0] ?? refName(incident.subject)),
      priority: entries.map(({ priority }) => priority).sort()[0] ?? '',
      runbooks: entries.flatMap(({ runbook }) => (runbook ? [line(runbook)] : [])),
      acknowledged_by: name(incident.acknowledged?.by ?? ''),
      unseen: line(incident.unseen ?? ''),
      recovered_after: line(incident.recoveredAfter ?? ''),
      flapping: incident.flapping,
      reopened: incident.reopened.length,
    },
    cluster: {
      name: name(revision.cluster.name ?? ''),
      environment: name(revision.cluster.environment ?? ''),
      timezone: zone,
    },
    because: line(moment.because),
    revision: revision.id,
    cycle: moment.cycle,
    now: formatMoment(now, zone),
  };
}

/** What changed and why it may matter; of a rollout what it was judged to be comes first, or it might be cut off. */
function sayChange({ says, because, verdict }: Incident['changes'][number]): string {
  return line(`${verdict ? `[${verdict}] ` : ''}${because.includes(says) ? because : `${says} (${because})`}`);
}

/** An incident as a line of a list. */
export function inOneLine(incident: Incident, now: Millis): string {
  const services = incident.services.length > 0 ? `${incident.services.join(', ')}: ` : '';
  return `${incident.severity} ${services}${incident.says} (${formatDuration((incident.endedAt ?? now) - incident.since)}, ${incident.id})`;
}

const line = (text: string): string => oneLine(text, longest.line);
const name = (text: string): string => oneLine(text, longest.name);
