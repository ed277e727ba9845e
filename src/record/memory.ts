import type { DatabaseSync } from 'node:sqlite';
import { mapInTurns, runToEnd, type Work } from '../lib/turns.ts';
import { emptyMemory, type Incident, type Memory, type Mute } from '../triage/incident.ts';
import { readFindingRows } from './findings.ts';
import type { MonitorRecord } from './open-record.ts';

type SmallParts = Pick<Memory, 'blind' | 'hidden' | 'rollouts'>;

/**
 * What triage must remember of this cluster. Cheap to ask before every cycle: it is read again only where another process
 * (or an acknowledgement or mute) has written meanwhile.
 */
export const loadMemory = (record: MonitorRecord, cluster: string): Memory =>
  runToEnd(loadMemoryInTurns(record, cluster));

/** The same as work that can be interrupted: a storm leaves a thousand incidents. */
export function* loadMemoryInTurns(record: MonitorRecord, cluster: string): Work<Memory> {
  const version = dataVersion(record.db);
  const { cached } = record;
  if (cached?.cluster === cluster && cached.version === version) return cached.memory;
  const memory = yield* readMemory(record.db, cluster);
  const rows = yield* rowsOf(memory);
  const written = new Map([...rows, ...readFindingRows(record.db, cluster)]);
  record.cached = { cluster, version, memory, written };
  return memory;
}

/** Changes when another connection commits. */
export function dataVersion(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA data_version').get()?.['data_version']);
}

function* readMemory(db: DatabaseSync, cluster: string): Work<Memory> {
  const bodies = (sql: string, ...values: string[]): string[] =>
    db
      .prepare(sql)
      .all(...values)
      .map((row) => String(row['body']));
  const memory: Memory = structuredClone(emptyMemory);
  memory.incidents = yield* mapInTurns(
    bodies('SELECT body FROM incidents WHERE cluster = ? AND remembered = 1 ORDER BY id', cluster),
    (body) => JSON.parse(body) as Incident,
  );
  memory.mutes = bodies('SELECT body FROM mutes ORDER BY id').map((body) => JSON.parse(body) as Mute);
  for (const row of db.prepare('SELECT finding, at FROM first_seen WHERE cluster = ?').all(cluster)) {
    memory.firstSeen[String(row['finding'])] = Number(row['at']);
  }
  for (const row of db.prepare('SELECT name, body FROM service_states WHERE cluster = ?').all(cluster)) {
    memory.services[String(row['name'])] = JSON.parse(String(row['body'])) as Memory['services'][string];
  }
  for (const row of db.prepare('SELECT incident, who, at FROM acks').all()) {
    memory.acknowledged[String(row['incident'])] = { by: String(row['who']), at: Number(row['at']) };
  }
  const meta = (key: string): string | undefined => {
    const value = db.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.['value'];
    return typeof value === 'string' ? value : undefined;
  };
  const small = meta(`memory:${cluster}`);
  const lastCycle = meta(`last-cycle:${cluster}`);
  return {
    ...memory,
    ...(small === undefined ? {} : (JSON.parse(small) as SmallParts)),
    ...(lastCycle === undefined ? {} : { lastCycleAt: Number(lastCycle) }),
  };
}

/** A memory as rows: what differs from the rows written before is written. */
export function* rowsOf(memory: Memory): Work<Map<string, string>> {
  const incidents = yield* mapInTurns(memory.incidents, (incident) => JSON.stringify(incident));
  const rows = new Map(memory.incidents.map(({ id }, index) => [`incident\n${id}`, incidents[index] ?? '']));
  yield;
  for (const mute of memory.mutes) rows.set(`mute\n${mute.id}`, JSON.stringify(mute));
  for (const [finding, at] of Object.entries(memory.firstSeen)) rows.set(`first\n${finding}`, String(at));
  for (const [name, state] of Object.entries(memory.services)) rows.set(`service\n${name}`, JSON.stringify(state));
  for (const [incident, ack] of Object.entries(memory.acknowledged)) rows.set(`ack\n${incident}`, JSON.stringify(ack));
  const { blind, hidden, rollouts } = memory;
  const small: SmallParts = {
    blind,
    hidden,
    ...(rollouts && { rollouts }),
  };
  rows.set('meta\nmemory', JSON.stringify(small));
  return rows;
}
