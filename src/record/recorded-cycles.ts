import type { Severity } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { listMessages } from '../notify/outbox.ts';
import type { Incident, IncidentEvent } from '../triage/incident.ts';
import type { CycleRecord } from './cycle-record.ts';
import { listCycles } from './incidents.ts';
import type { MonitorRecord } from './open-record.ts';

/** The newest part of the record, to be judged anew. */
export type RecordedCycles = {
  cluster: string;
  /** The oldest first. */
  cycles: CycleRecord[];
  /** Incidents that people were told of in that time. */
  incidents: RecordedIncident[];
};

export type RecordedIncident = {
  incident: Incident;
  /** Channel -> how many messages it got in that time. */
  messages: ReadonlyMap<string, number>;
  severityAt(moment: Millis): Severity;
};

/** The last cycles of the cluster that was looked at last; undefined where nothing is recorded. */
export function loadLastCycles(record: MonitorRecord, most: number): RecordedCycles | undefined {
  const { db } = record;
  const newest = db.prepare('SELECT cluster FROM cycles ORDER BY at DESC LIMIT 1').get()?.['cluster'];
  if (typeof newest !== 'string') return undefined;
  const first = db
    .prepare('SELECT MIN(at) AS at FROM (SELECT at FROM cycles WHERE cluster = ? ORDER BY at DESC LIMIT ?)')
    .get(newest, most)?.['at'];
  const cycles = listCycles(record, newest, Number(first)).slice(-most);
  const [from, to] = [Number(first), cycles.at(-1)?.at ?? Number(first)];
  const told = db
    .prepare(
      'SELECT body FROM incidents WHERE cluster = ? AND opened_at <= ? AND COALESCE(ended_at, ?) >= ? ORDER BY opened_at',
    )
    .all(newest, to, to, from)
    .map((row) => JSON.parse(String(row['body'])) as Incident)
    .filter(({ toldAt, told: isTold }) => isTold || toldAt !== undefined);
  return {
    cluster: newest,
    cycles,
    incidents: told.map((incident) => ({
      incident,
      messages: countMessages(record, incident.id, from, to),
      severityAt: makeSeverityAt(record, incident),
    })),
  };
}

/** What it was before it got worse or better. */
function makeSeverityAt({ db }: MonitorRecord, { id, severity }: Incident): (moment: Millis) => Severity {
  const steps = db
    .prepare('SELECT body FROM incident_events WHERE incident = ? ORDER BY sequence')
    .all(id)
    .map((row) => JSON.parse(String(row['body'])) as IncidentEvent)
    .filter((event) => event.type === 'worse' || event.type === 'better');
  return (moment) => steps.find(({ at }) => at > moment)?.from ?? severity;
}

/** Silent edits of a message that is there are none. */
function countMessages({ db }: MonitorRecord, incident: string, from: Millis, to: Millis): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, channel, plannedAt } of listMessages(db, incident)) {
    if (kind === 'edit' || kind === 'digest' || plannedAt < from || plannedAt > to) continue;
    counts.set(channel, (counts.get(channel) ?? 0) + 1);
  }
  return counts;
}
