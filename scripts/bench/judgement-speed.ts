import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProblems } from '../../src/analysis/find-problems.ts';
import { findChanges } from '../../src/changes/find-changes.ts';
import { makeWorld } from '../../src/cluster/make-world.ts';
import { snapshotOf } from '../../src/cluster/project/snapshot-of.ts';
import type { Snapshot } from '../../src/cluster/snapshot.ts';
import { emptyRevision } from '../../src/config/empty-revision.ts';
import type { Revision } from '../../src/config/revision.ts';
import { runCycle } from '../../src/cycle.ts';
import { keepCycle } from '../../src/daemon/keep-record.ts';
import { loadPast } from '../../src/record/incidents.ts';
import { loadMemory } from '../../src/record/memory.ts';
import { openRecord } from '../../src/record/open-record.ts';
import { emptyMemory } from '../../src/triage/incident.ts';
import { judge } from '../../src/triage/judge.ts';
import { bigCluster } from '../../test/support/big-cluster.ts';
import { bigRevision } from '../../test/support/big-revision.ts';
import { brokenCluster, waysToBreak } from '../../test/support/broken-cluster.ts';
import { cpuOf, type Figure, inTurn, timeOf } from './measure.ts';

const now = Date.parse('2026-01-15T12:00:00Z');

/**
 * Analysis and triage of 10,000 pods, four times as many, and a cycle that changes nothing. The pods are a new list each time, as after
 * a change: what was looked up before a cycle must be looked up again.
 */
export async function benchJudgement(): Promise<Figure[]> {
  const small = snapshotOf(bigCluster(10_000, now), { now });
  const large = snapshotOf(bigCluster(40_000, now), { now });
  const { first: smallTime, ratio } = await inTurn(
    15,
    () => judgeOnce({ ...small, pods: [...small.pods] }, emptyRevision),
    () => judgeOnce({ ...large, pods: [...large.pods] }, emptyRevision),
  );
  const unchanged = await unchangedCycle(small);
  return [
    { what: 'analysis and triage of 10,000 pods', value: smallTime, unit: 'ms', limit: 150 },
    { what: 'analysis and triage of 40,000 pods : of 10,000', value: ratio, unit: 'x', limit: 4.4 },
    { what: 'a cycle of 10,000 pods that changes nothing, with its record', value: unchanged, unit: 'ms', limit: 20 },
    ...(await benchBroken()),
  ];
}

/** Clusters in which everything breaks at once, under a policy with 300 services. */
async function benchBroken(): Promise<Figure[]> {
  const revision = await bigRevision(300);
  return Object.keys(waysToBreak)
    .filter(isWay)
    .flatMap((way) => {
      const small = brokenCluster(10_000, now, way);
      const large = brokenCluster(40_000, now, way);
      const took = cpuOf(9, () => judgeOnce(small, revision));
      const ratio = cpuOf(5, () => judgeOnce(large, revision)) / took;
      return [
        { what: `${way}: analysis and triage of 10,000 pods, processor time`, value: took, unit: 'ms' },
        { what: `${way}: 40,000 pods : 10,000`, value: ratio, unit: 'x', limit: 4.4 },
      ];
    });
}

const isWay = (word: string): word is keyof typeof waysToBreak => word in waysToBreak;

function judgeOnce(snapshot: Snapshot, revision: Revision): void {
  const world = makeWorld(snapshot);
  const findings = findProblems({
    world,
    now,
    thresholds: revision.thresholds,
    ignores: revision.ignores,
    firstSeen: {},
    probes: [],
    customResults: [],
  });
  let incidents = 0;
  judge({
    revision,
    world,
    findings,
    changes: findChanges(world),
    memory: emptyMemory,
    now,
    newId: () => `i-${++incidents}`,
  });
}

async function unchangedCycle(snapshot: Snapshot): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-bench-'));
  const record = openRecord(join(folder, 'k8s-monitor.db'), { now });
  let cycles = 0;
  let at = now;
  const once = (): void => {
    at += 1000;
    const result = runCycle({
      cycle: `c-${++cycles}`,
      now: at,
      revision: emptyRevision,
      snapshot: { ...snapshot, at },
      memory: loadMemory(record, snapshot.cluster.id),
      customResults: [],
      probes: [],
      past: loadPast(record, snapshot.cluster.id, at),
      channels: { routes: ['console'] },
      firstContact: false,
      observe: false,
      oneShot: false,
      newId: () => `i-${cycles}`,
    });
    keepCycle(record, result, { trigger: 'schedule', took: 0, folder });
  };
  const took = await timeOf(25, once);
  record.close();
  return took;
}
