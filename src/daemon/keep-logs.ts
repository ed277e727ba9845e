import type { Connection } from '../cluster/api/connection.ts';
import { findFailingContainers, type WantedLog } from '../cluster/api/find-failing-containers.ts';
import { readLogs } from '../cluster/api/read-logs.ts';
import type { ContainerLog } from '../cluster/objects.ts';
import type { Coverage, Snapshot } from '../cluster/snapshot.ts';
import { type Millis, minute } from '../lib/clock.ts';

/** A container that goes on running while it fails may say something new; one that ended has said it all. */
const readAgainAfter = 5 * minute;

/**
 * Adds the logs of failing containers to snapshots, asking for each run of a container once: a cycle in which nothing
 * changed asks for nothing. Never rejects; the coverage of `logs` says what could not be read.
 */
export function keepLogs(connection: Connection): { complete(snapshot: Snapshot): Promise<Snapshot> } {
  let kept = new Map<string, { log: ContainerLog | undefined; at: Millis }>();
  let coverage: Coverage = { source: 'logs', state: 'complete', count: 0 };

  return {
    async complete(snapshot) {
      const failing = findFailingContainers(snapshot);
      const runs = runsOf(snapshot, failing);
      const wanted = failing.map((one) => ({ one, key: keyOf(one, runs) }));
      const missing = wanted.filter(({ key }) => {
        const known = kept.get(key);
        return known === undefined || snapshot.at - known.at > readAgainAfter;
      });
      if (missing.length > 0) {
        const read = await readLogs(
          connection,
          missing.map(({ one }) => one),
          { now: snapshot.at },
        );
        coverage = read.coverage;
        const byName = new Map(read.logs.map((log) => [nameOf(log), log]));
        for (const { one, key } of missing) kept.set(key, { log: byName.get(nameOf(one)), at: snapshot.at });
      }
      // Only what is still wanted is kept: a cluster's failing pods come and go for months.
      kept = new Map(
        wanted.flatMap(({ key }) => {
          const known = kept.get(key);
          return known ? [[key, known]] : [];
        }),
      );
      const logs = [...kept.values()].flatMap(({ log }) => log ?? []);
      return {
        ...snapshot,
        logs,
        coverage: snapshot.coverage.map((one) => (one.source === 'logs' ? { ...coverage, count: logs.length } : one)),
      };
    },
  };
}

const nameOf = ({ namespace, pod, container, previous }: WantedLog): string =>
  `${namespace}/${pod}/${container}/${previous}`;
const keyOf = (one: WantedLog, runs: ReadonlyMap<string, string>): string =>
  `${nameOf(one)}/${runs.get(`${one.namespace}/${one.pod}/${one.container}`) ?? ''}`;

/** Which run of each container is the present one: the pod, its restarts, and whether it still runs. */
function runsOf({ pods }: Snapshot, failing: readonly WantedLog[]): Map<string, string> {
  const runs = new Map<string, string>();
  const names = new Set(failing.map(({ pod }) => pod));
  for (const { namespace, name, uid, statuses } of pods) {
    if (!names.has(name)) continue;
    for (const status of statuses)
      runs.set(`${namespace}/${name}/${status.name}`, `${uid}/${status.restarts}/${status.state?.is ?? ''}`);
  }
  return runs;
}
