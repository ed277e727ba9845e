import type { Connection } from '../cluster/api/connection.ts';
import type { CustomResult, ProbeResult } from '../cluster/beside.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Revision } from '../config/revision.ts';
import type { Clock } from '../lib/clock.ts';
export function startBeside(_: { connection: Connection; clock: Clock; path: string; inCluster: boolean; snapshot: () => Snapshot; onResult: () => void }) {
  const custom: CustomResult[] = [];
  const probes: ProbeResult[] = [];
  return { customResults: () => custom, probes: () => probes, configurationChanged: (_revision: Revision) => undefined, stop: () => undefined };
}
