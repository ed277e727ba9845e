import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { snapshotOf } from '../../src/cluster/project/snapshot-of.ts';
import type { Snapshot } from '../../src/cluster/snapshot.ts';
import { keepLogs } from '../../src/daemon/keep-logs.ts';
import { makeRunOnce } from '../../src/daemon/run-cycles.ts';
import { makeMetrics } from '../../src/dashboard/metrics.ts';
import { minute } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openRecord, recordFile } from '../../src/record/open-record.ts';
import { bigCluster } from '../../test/support/big-cluster.ts';
import { bigRevision } from '../../test/support/big-revision.ts';
import { brokenCluster, type waysToBreak } from '../../test/support/broken-cluster.ts';
import { connectTo } from '../../test/support/connect-to.ts';
import { type Figure, median } from './measure.ts';

const began = Date.parse('2026-01-15T12:00:00Z');
const way: keyof typeof waysToBreak = 'every Deployment crash-loops';
/** All is well; then opened, settled and told, reminded, and again what the last day was. */
const minutes = [-3, -2, -1, 0, 1, 2, 3, 8, 9, 40, 41];

/**
 * The daemon's cycles while every Deployment of 10,000 pods crash-loops, as they come one after the other with their record on disk: the
 * longest time for which nothing else had its turn, and the whole of a cycle beside it. What others do on the machine stretches the clock
 * on the wall: the processor time of the main thread between two turns is what a stall is judged by.
 */
export async function benchStorm(): Promise<Figure[]> {
  const broken = brokenCluster(10_000, began, way);
  const settled = snapshotOf(bigCluster(10_000, began), { now: began });
  const revision = await bigRevision(300);
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-bench-'));
  const record = openRecord(join(folder, recordFile), { now: began });
  let now = began;
  let ids = 0;
  const runOnce = makeRunOnce({
    bench: {
      record,
      folder,
      channels: { routes: ['console'] },
      observe: false,
      newId: () => `i-${++ids}`,
    },
    clock: { now: () => now, wakeAt: () => () => undefined },
    log: silentLog,
    metrics: makeMetrics(),
    cluster: {
      snapshot: (at) => changedLists(at < began ? settled : broken, at),
      ready: async () => undefined,
      onChange: () => () => undefined,
      coverage: () => broken.coverage,
      stop: async () => undefined,
    },
    logs: keepLogs(connectTo('http://127.0.0.1:9')),
    revision: () => revision,
    customResults: () => [],
    probes: () => [],
    onFailed({ why }) {
      throw new Error(why);
    },
    onKept: () => undefined,
  });
  const beat = watchBeat();
  const cycles: number[] = [];
  for (const minutesLater of minutes) {
    now = began + minutesLater * minute;
    const before = process.threadCpuUsage();
    await runOnce('cluster-change');
    await setImmediate();
    if (minutesLater >= 0) cycles.push(cpuSince(before));
  }
  const { cpu, wall } = beat.stop();
  record.close();
  rmSync(folder, { recursive: true });
  return [
    { what: `${way}, 10,000 pods: processor time of a cycle of the daemon`, value: median(cycles), unit: 'ms' },
    { what: 'the longest stall of the main loop in it, processor time', value: cpu, unit: 'ms', limit: 50 },
    { what: 'the same by the clock, with what the machine did beside it', value: wall, unit: 'ms' },
  ];
}

/** The lists are new ones: in such a cluster every one of them changes between two cycles. */
const changedLists = (seen: Snapshot, at: number): Snapshot => ({
  ...seen,
  at,
  pods: [...seen.pods],
  workloads: [...seen.workloads],
  services: [...seen.services],
  endpoints: [...seen.endpoints],
  events: [...seen.events],
});

/** The longest time between two turns of the main loop: of its thread's processor, and by the clock. */
function watchBeat(): { stop(): { cpu: number; wall: number } } {
  const longest = { cpu: 0, wall: 0 };
  let last = { cpu: process.threadCpuUsage(), wall: performance.now() };
  const look = (): void => {
    longest.cpu = Math.max(longest.cpu, cpuSince(last.cpu));
    longest.wall = Math.max(longest.wall, performance.now() - last.wall - 1);
    last = { cpu: process.threadCpuUsage(), wall: performance.now() };
  };
  const beat = setInterval(look, 1);
  return {
    stop() {
      clearInterval(beat);
      look();
      return longest;
    },
  };
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
