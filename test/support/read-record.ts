import { join } from 'node:path';
import type { OutboxEntry } from '../../src/notify/delivery.ts';
import type { CycleRecord } from '../../src/record/cycle-record.ts';
import { type KeptFinding, listFindings } from '../../src/record/findings.ts';
import { listCycles, listIncidents } from '../../src/record/incidents.ts';
import { openRecord, recordFile } from '../../src/record/open-record.ts';
import type { Incident } from '../../src/triage/incident.ts';

/** What a daemon has kept in its data folder. */
export type KeptSoFar = {
  cycles(): CycleRecord[];
  /** With those that are over. */
  incidents(): Incident[];
  messages(): Pick<OutboxEntry, 'incident' | 'covers' | 'title' | 'because'>[];
  findings(): KeptFinding[];
};

/** Looks into the record of a daemon that runs. */
export function readRecord<Seen>(folder: string, look: (kept: KeptSoFar) => Seen): Seen {
  const record = openRecord(join(folder, recordFile), { now: Date.now() });
  try {
    const clusters = record.db.prepare('SELECT DISTINCT cluster FROM cycles').all();
    return look({
      cycles: () => clusters.flatMap(({ cluster }) => listCycles(record, String(cluster), 0)),
      incidents: () => listIncidents(record, { all: true }),
      findings: () => listFindings(record),
      messages: () =>
        record.db
          .prepare('SELECT body FROM outbox')
          .all()
          .map(({ body }) => JSON.parse(String(body)) as OutboxEntry),
    });
  } finally {
    record.close();
  }
}
