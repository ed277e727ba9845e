import type { CheckId } from '../config/checks.ts';
import { checkIds } from '../config/checks.ts';
import type { Severity } from '../config/revision.ts';
import { day, type Millis, minute } from '../lib/clock.ts';
import { hashOf } from '../lib/hash.ts';
import { mapInTurns, runToEnd, type Work } from '../lib/turns.ts';
import type { DeliveryState, OutboxEntry } from '../notify/delivery.ts';
import { listMessages, loadOutbox, loadPastInTurns as loadPastOf } from '../notify/outbox.ts';
import type { LastDay } from '../notify/plan-input.ts';
import type { Incident, IncidentEvent, Mute, Suppressed } from '../triage/incident.ts';
import type { CycleRecord } from './cycle-record.ts';
import type { MonitorRecord } from './open-record.ts';

/** One incident with all that happened and all that was told. */
export type IncidentStory = {
  incident: Incident;
  events: (IncidentEvent & { cycle: string })[];
  messages: OutboxEntry[];
};

/** Incidents, the worst and newest first: those that are not over, or all of the record. */
export function listIncidents(record: MonitorRecord, options: { all?: boolean; most?: number } = {}): Incident[] {
  return record.db
    .prepare(
      `SELECT body FROM incidents WHERE ?1 = 1 OR (remembered = 1 AND state NOT IN ('resolved', 'absorbed'))
       ORDER BY state IN ('resolved', 'absorbed'), severity, opened_at DESC, id LIMIT ?2`,
    )
    .all(options.all ? 1 : 0, options.most ?? 500)
    .map((row) => JSON.parse(String(row['body'])) as Incident);
}

/** The story of the incident with that id, or whose id begins so where only one does; undefined where there is none. */
export function showIncident(record: MonitorRecord, id: string): IncidentStory | undefined {
  const found = findIncident(record, id);
  if (!found) return undefined;
  const events = record.db
    .prepare('SELECT body, cycle FROM incident_events WHERE incident = ? ORDER BY sequence')
    .all(found.id)
    .map((row) => ({ ...(JSON.parse(String(row['body'])) as IncidentEvent), cycle: String(row['cycle']) }));
  return { incident: found, events, messages: listMessages(record.db, found.id) };
}

function findIncident({ db }: MonitorRecord, id: string): Incident | undefined {
  const rows = db
    // A range and not `substr`: it is found by the key.
    .prepare('SELECT id, body FROM incidents WHERE id >= ?1 AND id < ?1 || char(1114111) ORDER BY id LIMIT 2')
    .all(id);
  const exact = rows.find((row) => row['id'] === id) ?? (rows.length === 1 ? rows[0] : undefined);
  return exact && (JSON.parse(String(exact['body'])) as Incident);
}

/** Notes that somebody is on it: reminders stop with the next cycle. Returns the incident, or undefined where there is none or it is over. */
export function acknowledge(record: MonitorRecord, ack: { id: string; by: string; now: Millis }): Incident | undefined {
  const incident = findIncident(record, ack.id);
  if (!incident || incident.state === 'resolved' || incident.state === 'absorbed') return undefined;
  record.db.prepare('INSERT OR REPLACE INTO acks VALUES (?, ?, ?)').run(incident.id, ack.by, ack.now);
  record.cached = undefined;
  return incident;
}

/** What may be muted, and the words for it. */
export type NewMute = Pick<Mute, 'what' | 'name' | 'why' | 'by'> & { now: Millis; lasts: Millis };

/**
 * Stops telling, never recording, and never a higher severity than it has now. Throws an Error with a sentence for an
 * incident or a check that does not exist; services, namespaces and nodes may come later.
 */
export function addMute(record: MonitorRecord, wanted: NewMute): Mute {
  const { what, why, by, now, lasts } = wanted;
  let { name } = wanted;
  let severity: Severity | undefined;
  if (what === 'incident') {
    const incident = findIncident(record, name);
    if (!incident) throw new Error(`no incident ${name}: see \`k8s-monitor incidents list --all\``);
    name = incident.id;
    severity = incident.severity;
  }
  if (what === 'check' && !isCheck(name)) throw new Error(`no check "${name}": one of ${checkIds.join(', ')}`);
  const mute: Mute = {
    id: `m-${hashOf([what, name, String(now)], 6)}`,
    what,
    name,
    until: now + lasts,
    why,
    by,
    ...(severity ? { severity } : {}),
  };
  record.db.prepare('INSERT OR REPLACE INTO mutes VALUES (?, ?, ?)').run(mute.id, mute.until, JSON.stringify(mute));
  record.cached = undefined;
  return mute;
}

const isCheck = (name: string): name is CheckId => checkIds.some((id) => id === name);

/** Mutes that have not ended. */
export function listMutes({ db }: MonitorRecord, now: Millis): Mute[] {
  return db
    .prepare('SELECT body FROM mutes WHERE until > ? ORDER BY until')
    .all(now)
    .map((row) => JSON.parse(String(row['body'])) as Mute);
}

/** What the next plan must know about the messages decided before: of incidents that are remembered, and of the last two days. */
export const loadPast = (record: MonitorRecord, cluster: string, now: Millis): OutboxEntry[] =>
  runToEnd(loadPastInTurns(record, cluster, now));

/** The same as work that can be interrupted. */
export function* loadPastInTurns(record: MonitorRecord, cluster: string, now: Millis): Work<OutboxEntry[]> {
  const ids = record.db
    .prepare('SELECT id FROM incidents WHERE cluster = ? AND remembered = 1')
    .all(cluster)
    .map((row) => String(row['id']));
  return yield* loadPastOf(record.db, ids, now - 2 * day);
}

/** An incident that was there in the first ten minutes counts as older than the monitor. */
const firstContactLasts: Millis = 10 * minute;

/** When this cluster was first looked at; undefined before its first cycle is kept. */
export function firstCycleAt({ db }: MonitorRecord, cluster: string): Millis | undefined {
  const first = db.prepare('SELECT value FROM meta WHERE key = ?').get(`first-cycle:${cluster}`)?.['value'];
  return first === undefined ? undefined : Number(first);
}

/** Whether this cluster was first seen only now (or minutes ago, so that what settles meanwhile belongs to it). */
export function isFirstContact(record: MonitorRecord, cluster: string, now: Millis): boolean {
  const first = firstCycleAt(record, cluster);
  return first === undefined || now - first < firstContactLasts;
}

/** A day of cycles is much to read before every one of them, for a digest that is sent once. */
const lastDayLasts: Millis = 5 * minute;

/** What the digest tells of the last day: incidents that ended, and what cycles kept silent or held. At most five minutes old. */
export const loadLastDay = (record: MonitorRecord, cluster: string, now: Millis): LastDay =>
  runToEnd(loadLastDayInTurns(record, cluster, now));

/** The same as work that can be interrupted. */
export function* loadLastDayInTurns(record: MonitorRecord, cluster: string, now: Millis): Work<LastDay> {
  const known = record.lastDay;
  if (known?.cluster === cluster && now >= known.at && now - known.at < lastDayLasts) return known.value;
  const value = yield* readLastDay(record, cluster, now);
  record.lastDay = { cluster, at: now, value };
  return value;
}

function* readLastDay({ db }: MonitorRecord, cluster: string, now: Millis): Work<LastDay> {
  const since = now - day;
  const rows = db
    .prepare('SELECT body FROM incidents WHERE cluster = ? AND ended_at >= ? ORDER BY ended_at')
    .all(cluster, since);
  yield;
  const over = yield* mapInTurns(rows, (row) => JSON.parse(String(row['body'])) as Incident);
  const ended = over.filter(({ told, state }) => told && state === 'resolved');
  const suppressed = new Map<string, number>();
  const held = new Set<string>();
  // Cycles alike share one body, which in a storm is long.
  const cycles = db
    .prepare(
      `SELECT COALESCE(alike, id) AS id, COUNT(*) AS times FROM cycles WHERE cluster = ? AND at >= ?
       GROUP BY COALESCE(alike, id) ORDER BY MIN(at)`,
    )
    .all(cluster, since);
  const bodyOf = db.prepare('SELECT body FROM cycles WHERE id = ? AND body IS NOT NULL');
  for (const { id, times } of cycles) {
    yield;
    const body = bodyOf.get(String(id))?.['body'];
    if (typeof body !== 'string') continue;
    const cycle = JSON.parse(body) as Pick<CycleRecord, 'suppressed' | 'withheld'>;
    // What is ignored is recorded and never told.
    const silent = cycle.suppressed.filter(({ by }) => by.kind !== 'ignore');
    for (const says of new Set(silent.map(sayOf))) suppressed.set(says, (suppressed.get(says) ?? 0) + Number(times));
    for (const { kind, incident, because } of cycle.withheld) if (kind === 'held') held.add(`${incident}: ${because}`);
  }
  return {
    ended: ended.map(
      ({ id, severity, says, silenced }) => `${severity} ${says} (${id})${silenced ? ', no longer watched' : ''}`,
    ),
    suppressed: [...suppressed].map(([says, times]) => `${says} (in ${times === 1 ? '1 cycle' : `${times} cycles`})`),
    held: [...held],
  };
}

const sayOf = ({ by, says }: Suppressed): string => `${by.kind} "${by.name}": ${says}`;

/** Cycle records from `since` on, the oldest first; one without a body of its own has that of the cycle it is like. */
export function listCycles({ db }: MonitorRecord, cluster: string, since: Millis): CycleRecord[] {
  return db
    .prepare(
      `SELECT c.id, c.cluster, c.at, c.trigger, c.took, c.exit, COALESCE(c.body, o.body) AS body FROM cycles c
       LEFT JOIN cycles o ON o.id = c.alike WHERE c.cluster = ? AND c.at >= ? ORDER BY c.at`,
    )
    .all(cluster, since)
    .flatMap((row) => (row['body'] === null ? [] : [toCycle(row)]));
}

function toCycle(row: { [column: string]: unknown }): CycleRecord {
  const rest = JSON.parse(String(row['body'])) as Omit<
    CycleRecord,
    'id' | 'cluster' | 'at' | 'trigger' | 'took' | 'exit'
  >;
  return {
    ...rest,
    id: String(row['id']),
    cluster: String(row['cluster']),
    at: Number(row['at']),
    trigger: String(row['trigger']),
    took: Number(row['took']),
    exit: Number(row['exit']),
  };
}

/** Messages for people, the newest first: those of one state, else those that wait or were given up. */
export function listOutbox({ db }: MonitorRecord, state?: DeliveryState): OutboxEntry[] {
  return loadOutbox(db, state);
}
