import { type Millis, second } from '../../lib/clock.ts';
import type { Node, VolumeUsage } from '../objects.ts';
import { volumeUsage } from '../project/index.ts';
import type { Coverage } from '../snapshot.ts';
import { atMost } from './at-most.ts';
import { type Connection, readJson } from './connection.ts';
import { coverageOfFailures } from './coverage.ts';
import type { ApiFailure } from './failure.ts';
import { failureOfError } from './failure.ts';

/** A kubelet that hangs must not hold up the others for long. */
const patience = 5 * second;

/** The fill state of mounted volumes, from every kubelet's summary through the API server (needs the right to `nodes/proxy`). Never throws. */
export async function readVolumeUsage(
  connection: Connection,
  nodes: readonly Node[],
  now: Millis,
): Promise<{ volumes: VolumeUsage[]; coverage: Coverage }> {
  const volumes: VolumeUsage[] = [];
  const failures: ApiFailure[] = [];
  await atMost(8, nodes, async ({ name }) => {
    try {
      const path = `/api/v1/nodes/${encodeURIComponent(name)}/proxy/stats/summary`;
      volumes.push(...volumeUsage(await readJson(connection, { path, within: patience })));
    } catch (error) {
      failures.push(failureOfError(error, `kubelet of ${name}`));
    }
  });
  const coverage = coverageOfFailures('volumestats', failures, nodes.length, volumes.length, now);
  return { volumes, coverage };
}
