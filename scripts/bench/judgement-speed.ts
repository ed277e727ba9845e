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
import { type Figure, inTurn, timeOf } from './measure.ts';

const now = Date.parse('2026-01-15T12:00:00Z');

/** Analysis and triage of 10,000 pods, four times as many, and a cycle that changes nothing. */
export async function benchJudgement(): Promise<Figure[]> {
  return [...(await benchSettled()), ...(await benchBroken())];
}

async function benchSettled(): Promise<Figure[]> {
  const small = snapshotOf(bigCluster(10_000, now), { now });
  const large = snapshotOf(bigCluster(40_000, now), { now });
  const { small: took, ratio } = await inTurn(
    15,
    4,
    () => judgeOnce(small, emptyRevision),
    () => judgeOnce(large, emptyRevision),
  );
  const unchanged = await unchangedCycle(small);
  return [
    { what: 'analysis and triage of 10,000 pods, processor time', value: took, unit: 'ms', limit: 150 },
    { what: 'analysis and triage of 40,000 pods : of 10,000', value: ratio, unit: 'x', limit: 4.4 },
    { what: 'a cycle of 10,000 pods that changes nothing, with its record', value: unchanged, unit: 'ms', limit: 20 },
  ];
}

/** Clusters in which everything breaks at once, under a policy with 300 services. */
async function benchBroken(): Promise<Figure[]> {
  const revision = await bigRevision(300);
  const figures: Figure[] = [];
  for (const way of Object.keys(waysToBreak).filter(isWay)) {
    const small = brokenCluster(10_000, now, way);
    const large = brokenCluster(40_000, now, way);
    const { small: took, ratio } = await inTurn(
      5,
      4,
      () => judgeOnce(small, revision),
      () => judgeOnce(large, revision),
    );
    figures.push(
      { what: `${way}: analysis and triage of 10,000 pods, processor time`, value: took, unit: 'ms' },
      { what: `${way}: 40,000 pods : 10,000`, value: ratio, unit: 'x', limit: 4.4 },
    );
  }
  return figures;
}

const isWay = (word: string): word is keyof typeof waysToBreak => word in waysToBreak;

/** The lists are new ones, as after a change of everything: what was looked up in them before must be looked up again. */
function judgeOnce(seen: Snapshot, revision: Revision): void {
  const world = makeWorld(copyLists(seen));
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

const copyLists = (seen: Snapshot): Snapshot => ({
  ...seen,
  pods: [...seen.pods],
  workloads: [...seen.workloads],
  services: [...seen.services],
  endpoints: [...seen.endpoints],
  events: [...seen.events],
});

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
    keepCycle(record, result, { trigger: 'schedule', took: 0 });
  };
  const took = await timeOf(25, once);
  record.close();
  return took;
}
