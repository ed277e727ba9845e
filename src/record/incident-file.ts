import { join } from 'node:path';
import { refName } from '../cluster/world.ts';
import type { Millis } from '../lib/clock.ts';
import { formatDuration, formatMoment } from '../lib/duration.ts';
import { writeFileAtomic } from '../lib/files.ts';
import { codeSpan, escapeMarkdown } from '../notify/escape.ts';
import type { Incident } from '../triage/incident.ts';
import { type IncidentStory, showIncident } from './incidents.ts';
import type { MonitorRecord } from './open-record.ts';

/** In a storm of incidents the monitor must not stand still for a second for files that the database can write anew. */
export const mostFlushed = 20;

/** Writes the story of each incident into `<folder>/incidents/`, whole or not at all. Throws what writing throws; returns the paths. */
export function writeIncidentFiles(
  record: MonitorRecord,
  folder: string,
  ids: readonly string[],
  zone: string,
  { flush = ids.length <= mostFlushed } = {},
): string[] {
  return ids.flatMap((id) => {
    const story = showIncident(record, id);
    // A blip that nobody was told of has no story.
    if (!story || story.incident.state === 'settling') return [];
    const path = join(folder, 'incidents', incidentFileName(story.incident, zone));
    writeFileAtomic(path, incidentStory(story, zone), { flush });
    return [path];
  });
}

/** `2026-11-24-i-7f3a9c.md`, by the day on which it opened in the cluster's zone. */
export function incidentFileName({ id, openedAt }: Incident, zone: string): string {
  return `${formatMoment(openedAt, zone).slice(0, 10)}-${id.replace(/[^\w-]/g, '_')}.md`;
}

/** An incident as Markdown that a person reads from top to bottom: what, why, evidence, what happened, who was told. */
export function incidentStory({ incident, events, messages }: IncidentStory, zone: string): string {
  const when = (at: Millis): string => formatMoment(at, zone);
  const { services, cause, check, changes, candidates, victims, evidence } = incident;
  const facts: [string, string | undefined][] = [
    ['Incident', codeSpan(incident.id)],
    ['State', stateOf(incident, when)],
    ['Severity', `${incident.severity}: ${escapeMarkdown(incident.because)}`],
    ['What', escapeMarkdown(refName(incident.subject))],
    ['Services', services.length > 0 ? services.map(escapeMarkdown).join(', ') : undefined],
    ['Since', when(incident.since)],
    ['Cause', `${cause ?? 'unknown'} (${check})`],
    [
      'Acknowledged',
      incident.acknowledged && `by ${escapeMarkdown(incident.acknowledged.by)}, ${when(incident.acknowledged.at)}`,
    ],
    [
      'Came back',
      incident.reopened.length > 0
        ? `${incident.reopened.length} times${incident.flapping ? ', flapping' : ''}`
        : undefined,
    ],
    ['Recovered after', incident.recoveredAfter && escapeMarkdown(incident.recoveredAfter)],
    ['Not seen', incident.unseen && escapeMarkdown(incident.unseen)],
    ['Revision', codeSpan(incident.revision)],
  ];
  const sections: [string, string[]][] = [
    [
      'Evidence',
      evidence.map(({ text, object, at }) => {
        const where = [object && escapeMarkdown(refName(object)), at !== undefined && when(at)].filter((part) => part);
        return `${escapeMarkdown(text)}${where.length > 0 ? ` (${where.join(', ')})` : ''}`;
      }),
    ],
    [
      'What changed',
      changes.map(({ at, says, because, verdict }) => {
        const judged = verdict ? `[${verdict}] ` : '';
        return `${when(at)}: ${escapeMarkdown(`${judged}${because.includes(says) ? because : `${says} (${because})`}`)}`;
      }),
    ],
    ['It could also be', candidates.map((one) => escapeMarkdown(`${refName(one.subject)}: ${one.because}`))],
    ['Also affected', victims.map((victim) => escapeMarkdown(refName(victim)))],
    ['What happened', events.map(({ at, type, says }) => `${when(at)}: ${type}: ${escapeMarkdown(says)}`)],
    [
      'What was told',
      messages.map((message) => {
        const state = message.sentAt === undefined ? message.state : `sent ${when(message.sentAt)}`;
        const error = message.lastError ? `: ${escapeMarkdown(message.lastError)}` : '';
        return `${when(message.plannedAt)}: ${message.kind} to ${escapeMarkdown(message.channel)} (${state}${error}): ${escapeMarkdown(message.because)}`;
      }),
    ],
  ];
  return [
    `# ${incident.severity} ${escapeMarkdown(incident.says)}`,
    '',
    ...facts.flatMap(([label, value]) => (value ? [`- **${label}**: ${value}`] : [])),
    ...(incident.next ? ['', 'Next:', '', codeSpan(incident.next)] : []),
    ...sections.flatMap(([title, lines]) =>
      lines.length > 0 ? ['', `## ${title}`, '', ...lines.map((line) => `- ${line}`)] : [],
    ),
    '',
  ].join('\n');
}

function stateOf({ state, since, endedAt, absorbedBy, silenced }: Incident, when: (at: Millis) => string): string {
  if (silenced) return `no longer watched, ${when(silenced.at)}: ${escapeMarkdown(silenced.says)}`;
  const ended = endedAt === undefined ? '' : `, ${when(endedAt)}, after ${formatDuration(endedAt - since)}`;
  return state === 'absorbed' && absorbedBy ? `part of ${codeSpan(absorbedBy)}${ended}` : `${state}${ended}`;
}
