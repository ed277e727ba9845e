import type { ClusterIdentity } from '../cluster/snapshot.ts';
import { inTransaction } from '../lib/transaction.ts';
import type { MonitorRecord } from './open-record.ts';

/** What a snapshot calls a cluster whose kube-system namespace it could not see. */
const unknown = 'unknown';

/**
 * The id by which this cluster is kept. One that cannot be seen at present is the one that was seen under that name before, so that
 * its incidents are not forgotten while it is away; what was kept before it was ever seen becomes its own once it is.
 */
export function knownCluster(record: MonitorRecord, { id, name }: ClusterIdentity): string {
  const key = `cluster-named:${name}`;
  const before = record.db.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.['value'];
  if (id === unknown) return typeof before === 'string' ? before : unknown;
  if (before === id) return id;
  inTransaction(record.db, () => {
    record.db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(key, id);
    for (const table of ['incidents', 'cycles'])
      record.db.prepare(`UPDATE ${table} SET cluster = ? WHERE cluster = ?`).run(id, unknown);
    record.db.prepare('UPDATE OR IGNORE meta SET key = ? WHERE key = ?').run(`memory:${id}`, `memory:${unknown}`);
  });
  record.cached = undefined;
  return id;
}
