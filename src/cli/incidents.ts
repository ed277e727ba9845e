import { userInfo } from 'node:os';
import { readDuration } from '../config/grammar/duration.ts';
import { systemClock } from '../lib/clock.ts';
import { formatDuration, toRfc3339 } from '../lib/duration.ts';
import { cleanText } from '../lib/text.ts';
import { loadOutbox } from '../notify/outbox.ts';
import { listFindings } from '../record/findings.ts';
import { incidentStory } from '../record/incident-file.ts';
import { acknowledge, addMute, listIncidents, showIncident } from '../record/incidents.ts';
import type { Mute } from '../triage/incident.ts';
import { exitCodes } from './exit-codes.ts';
import { toJson } from './json.ts';
import { type Output, paints, table } from './output.ts';
import { withRecord } from './with-record.ts';

export function listOpen(options: { all?: boolean; output: string }, output: Output): Promise<number> {
  return withRecord((record) => {
    const incidents = listIncidents(record, { all: options.all === true });
    const now = systemClock.now();
    if (options.output === 'json') output.print(toJson(incidents));
    else if (incidents.length === 0)
      output.print(options.all ? 'No incident is recorded.' : 'No open incident (--all shows those that are over).');
    else
      output.print(
        table(
          incidents.map(({ id, severity, state, since, says, silenced }) => [
            id,
            severity,
            silenced ? 'not watched' : state,
            formatDuration(now - since),
            cleanText(says),
          ]),
        ),
      );
    return exitCodes.done;
  });
}

export function listPending(options: { output: string }, output: Output): Promise<number> {
  return withRecord((record) => {
    const pending = listFindings(record).filter((finding) => finding.pending);
    if (options.output === 'json') output.print(toJson(pending));
    else if (pending.length === 0) output.print('Nothing waits for the end of its grace.');
    else
      output.print(
        table(
          pending.map(({ check, since, says, pending: held }) => [
            check,
            formatDuration(systemClock.now() - since),
            `until ${toRfc3339(held?.until ?? since)}: ${cleanText(held?.because ?? '')}`,
            cleanText(says),
          ]),
        ),
      );
    return exitCodes.done;
  });
}

export function showOne({ id, output: format }: { id: string; output: string }, output: Output): Promise<number> {
  return withRecord((record) => {
    const story = showIncident(record, id);
    if (!story) return unknown(id, output);
    output.print(format === 'json' ? toJson(story) : incidentStory(story, 'UTC'));
    return exitCodes.done;
  });
}

export function acknowledgeOne({ id, by }: { id: string; by?: string }, output: Output): Promise<number> {
  return withRecord((record) => {
    const incident = acknowledge(record, { id, by: by ?? userInfo().username, now: systemClock.now() });
    if (!incident) return unknown(id, output);
    output.print(`${incident.id} is acknowledged: no more reminders. A higher severity is still told.`);
    return exitCodes.done;
  });
}

const targets = ['service', 'namespace', 'node', 'check'] as const;

export function muteSome(options: Record<string, string>, output: Output): Promise<number> {
  const named: { what: Mute['what']; name: string }[] = [
    ...(options['id'] ? [{ what: 'incident' as const, name: options['id'] }] : []),
    ...targets.flatMap((what) => (options[what] ? [{ what, name: options[what] }] : [])),
  ];
  const [target] = named;
  if (!target || named.length > 1)
    throw new Error('mute one thing: an incident id, --service, --namespace, --node or --check');
  const lasts = readDuration(options['for'] ?? '', 'lower');
  if (!lasts || !('length' in lasts)) throw new Error(`--for ${options['for']} is no duration; write 90m, 2h or 3d`);
  return withRecord((record) => {
    const mute = addMute(record, {
      ...target,
      why: options['why'] ?? '',
      by: options['by'] ?? userInfo().username,
      now: systemClock.now(),
      lasts: lasts.length,
    });
    output.print(
      `${mute.id}: ${mute.what} ${mute.name} is muted until ${toRfc3339(mute.until)}. It is recorded all the same, and a higher severity is told.`,
    );
    return exitCodes.done;
  });
}

export function listUndelivered(options: { output: string }, output: Output): Promise<number> {
  return withRecord((record) => {
    const waiting = loadOutbox(record.db);
    if (options.output === 'json') output.print(toJson(waiting));
    else if (waiting.length === 0) output.print('Every message was delivered.');
    else
      output.print(
        table(
          waiting.map(({ channel, state, attempts, title, lastError }) => [
            channel,
            state,
            `${attempts} attempts`,
            cleanText(title),
            cleanText(lastError ?? ''),
          ]),
        ),
      );
    return exitCodes.done;
  });
}

function unknown(id: string, output: Output): number {
  output.warn(`${paints(output).bold(id)} is no incident of this record: see \`k8s-monitor incidents list --all\``);
  return exitCodes.failed;
}
