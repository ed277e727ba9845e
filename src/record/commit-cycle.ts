import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Millis } from '../lib/clock.ts';
import { inTransaction } from '../lib/transaction.ts';
import { mapInTurns, runToEnd, type Work } from '../lib/turns.ts';
import type { Delivery } from '../notify/delivery.ts';
import { enqueue } from '../notify/outbox.ts';
import type { Incident, IncidentEvent, JudgedFinding, Memory } from '../triage/incident.ts';
import type { CycleRecord } from './cycle-record.ts';
import { fallBackToMemory, returnToDisk } from './fall-back.ts';
import { rowsOfFindings } from './findings.ts';
import { dataVersion, loadMemory, rowsOf } from './memory.ts';
import { type MonitorRecord, mergeLog } from './open-record.ts';

export type CycleCommit = {
  cycle: CycleRecord;
  /** As the judgement left it. */
  memory: Memory;
  /** All that was found, pending and ignored too. */
  findings?: readonly JudgedFinding[];
  events: readonly IncidentEvent[];
  deliveries: readonly Delivery[];
  /** Told each step, for tests that end the program there. */
  onStep?: (step: 'incidents' | 'outbox' | 'committed') => void;
};

/**
 * Keeps a cycle in one transaction: what triage remembers, what was found, what happened to incidents, the messages
 * decided and the cycle's record. Only rows that differ are written. A disk that refuses does not stop the monitor: the record goes on
 * in memory, `record.trouble` says so, and the file is tried again later. Returns the ids of incidents that changed.
 */
export const commitCycle = (record: MonitorRecord, commit: CycleCommit): string[] =>
  runToEnd(commitInTurns(record, commit));

/** The same as work that can be interrupted while the rows are made; they are written in one piece. */
export function* commitInTurns(record: MonitorRecord, commit: CycleCommit): Work<string[]> {
  const memory = yield* rowsOf(commit.memory);
  const findings = yield* rowsOfFindings(commit.findings ?? []);
  const rows = new Map([...memory, ...findings]);
  const happened = yield* mapInTurns(commit.events, (event) => JSON.stringify(event));
  yield;
  returnToDisk(record, commit.cycle.at);
  const changed = writeOrFallBack(record, commit, { rows, happened });
  yield;
  mergeLog(record);
  return changed;
}

/** What is written, as JSON: that of the rows of the memory by their keys, and that of the events. */
type Bodies = { rows: Map<string, string>; happened: readonly string[] };

function writeOrFallBack(record: MonitorRecord, commit: CycleCommit, bodies: Bodies): string[] {
  try {
    return write(record, commit, bodies);
  } catch (error) {
    if (record.inMemory || record.path === ':memory:') throw error;
    fallBackToMemory(record, commit.cycle.at, error);
    return write(record, commit, bodies);
  }
}

function write(
  record: MonitorRecord,
  { cycle, memory, events, deliveries, onStep }: CycleCommit,
  { rows, happened }: Bodies,
): string[] {
  const { db } = record;
  const { cluster } = cycle;
  if (record.cached?.cluster !== cluster) loadMemory(record, cluster);
  const known = record.cached?.written ?? new Map<string, string>();
  // Our own commits do not change it: what others wrote since the memory was read is still to be read.
  const version = record.cached?.version ?? dataVersion(db);
  const changed: string[] = [];
  let written = events.length + deliveries.length;
  inTransaction(db, () => {
    const writers = rowWriters(db, cycle, memory);
    for (const [key, body] of rows) {
      if (known.get(key) === body) continue;
      const [table = '', id = ''] = split(key);
      writers[table]?.put(id, body);
      written++;
      if (table === 'incident') changed.push(id);
    }
    for (const key of known.keys()) {
      if (rows.has(key)) continue;
      const [table = '', id = ''] = split(key);
      writers[table]?.drop(id);
    }
    writeEvents(db, cycle.id, events, happened);
    onStep?.('incidents');
    enqueue(db, deliveries);
    onStep?.('outbox');
    writeCycle(db, cycle);
  });
  onStep?.('committed');
  record.unmerged = (record.unmerged ?? 0) + written;
  record.cached = { cluster, version, memory, written: rows };
  return [...new Set([...changed, ...events.map(({ incident }) => incident)])];
}

const split = (key: string): string[] => {
  const at = key.indexOf('\n');
  return [key.slice(0, at), key.slice(at + 1)];
};

type Run = (sql: string, ...values: (string | number | null)[]) => void;
type RowWriter = { put(id: string, body: string): void; drop(id: string): void };

/** How each part of the memory is written; what others muted or acknowledged meanwhile is left alone. */
function rowWriters(db: DatabaseSync, { cluster, at }: CycleRecord, memory: Memory): Record<string, RowWriter> {
  const incidents = new Map(memory.incidents.map((incident) => [incident.id, incident]));
  const prepared = new Map<string, StatementSync>();
  const run: Run = (sql, ...values) => {
    const statement = prepared.get(sql) ?? db.prepare(sql);
    prepared.set(sql, statement);
    statement.run(...values);
  };
  return {
    incident: {
      put: (id, body) => writeIncident(run, cluster, incidents.get(id), body),
      drop: (id) => run('UPDATE incidents SET remembered = 0 WHERE id = ?', id),
    },
    mute: {
      put: (id, body) => run('INSERT OR REPLACE INTO mutes VALUES (?, ?, ?)', id, muteEnd(memory, id), body),
      drop: (id) => run('DELETE FROM mutes WHERE id = ?', id),
    },
    first: {
      put: (id, body) => run('INSERT OR REPLACE INTO first_seen VALUES (?, ?, ?)', cluster, id, Number(body)),
      drop: (id) => run('DELETE FROM first_seen WHERE cluster = ? AND finding = ?', cluster, id),
    },
    finding: {
      put: (id, body) =>
        run(
          'INSERT INTO findings VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
          cluster,
          id,
          at,
          body,
        ),
      drop: (id) => run('DELETE FROM findings WHERE cluster = ? AND id = ?', cluster, id),
    },
    service: {
      put: (id, body) => run('INSERT OR REPLACE INTO service_states VALUES (?, ?, ?)', cluster, id, body),
      drop: (id) => run('DELETE FROM service_states WHERE cluster = ? AND name = ?', cluster, id),
    },
    ack: {
      put: (id) => {
        const ack = memory.acknowledged[id];
        if (ack) run('INSERT OR REPLACE INTO acks VALUES (?, ?, ?)', id, ack.by, ack.at);
      },
      drop: (id) => run('DELETE FROM acks WHERE incident = ?', id),
    },
    meta: {
      put: (_id, body) => run('INSERT OR REPLACE INTO meta VALUES (?, ?)', `memory:${cluster}`, body),
      drop: () => undefined,
    },
  };
}

const muteEnd = (memory: Memory, id: string): Millis => memory.mutes.find((mute) => mute.id === id)?.until ?? 0;

/** A row that is there is changed in its place: in a storm all of them change every minute, and REPLACE costs three times as much. */
function writeIncident(run: Run, cluster: string, incident: Incident | undefined, body: string): void {
  if (!incident) return;
  const { id, state, severity, since, openedAt, endedAt } = incident;
  run(
    `INSERT INTO incidents VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET cluster = excluded.cluster,
     state = excluded.state, severity = excluded.severity, since = excluded.since, opened_at = excluded.opened_at,
     ended_at = excluded.ended_at, remembered = 1, body = excluded.body`,
    id,
    cluster,
    state,
    severity,
    since,
    openedAt,
    endedAt ?? null,
    body,
  );
}

function writeEvents(
  db: DatabaseSync,
  cycle: string,
  events: readonly IncidentEvent[],
  bodies: readonly string[],
): void {
  if (events.length === 0) return;
  const insert = db.prepare('INSERT INTO incident_events (incident, at, cycle, body) VALUES (?, ?, ?, ?)');
  for (const [index, { incident, at }] of events.entries()) insert.run(incident, at, cycle, bodies[index] ?? '');
}

/** A cycle like the one before it is a row without a body: quiet costs nothing. */
function writeCycle(db: DatabaseSync, cycle: CycleRecord): void {
  const { id, cluster, at, trigger, took, exit, ...rest } = cycle;
  const body = JSON.stringify(rest);
  const last = db
    .prepare('SELECT id, body FROM cycles WHERE cluster = ? AND body IS NOT NULL ORDER BY at DESC LIMIT 1')
    .get(cluster);
  const alike = last?.['body'] === body ? String(last['id']) : null;
  db.prepare('INSERT OR REPLACE INTO cycles VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
    id,
    cluster,
    at,
    trigger,
    took,
    exit,
    alike,
    alike ? null : body,
  );
  db.prepare('INSERT OR IGNORE INTO meta VALUES (?, ?)').run(`first-cycle:${cluster}`, String(at));
  db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(`last-cycle:${cluster}`, String(at));
}
