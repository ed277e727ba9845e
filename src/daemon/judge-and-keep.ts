import type { CustomResult, ProbeResult } from '../cluster/beside.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Revision } from '../config/revision.ts';
import { type CycleResult, runCycle } from '../cycle.ts';
import type { ChannelTable } from '../notify/channels.ts';
import { enqueue } from '../notify/outbox.ts';
import { observeOnly } from '../notify/plan.ts';
import { planTrouble } from '../notify/plan-trouble.ts';
import { firstCycleAt, isFirstContact, loadLastDay, loadPast } from '../record/incidents.ts';
import { knownCluster } from '../record/known-cluster.ts';
import { loadMemory } from '../record/memory.ts';
import type { MonitorRecord } from '../record/open-record.ts';
import { type Kept, keepCycle } from './keep-record.ts';

/** What a cycle is judged with beside the cluster and the configuration. */
export type Bench = {
  record: MonitorRecord;
  folder: string;
  channels: ChannelTable;
  observe: boolean;
  /** `runCycle`, unless a test lets it fail. */
  judge?: typeof runCycle;
  newId: () => string;
};

export type Occasion = {
  cycle: string;
  trigger: string;
  revision: Revision;
  /** The revision of the last cycle, and who made the present one. */
  before?: Revision;
  author?: string;
  snapshot: Snapshot;
  customResults: readonly CustomResult[];
  probes: readonly ProbeResult[];
  /** A one-shot cycle has no later one to settle in. */
  oneShot: boolean;
};

/** One cycle with what was before it: the record is asked, the cycle judged, and all it decided kept in the outbox and the record. */
export function judgeAndKeep(bench: Bench, occasion: Occasion): { result: CycleResult; took: number } & Kept {
  const { record, channels, observe } = bench;
  const { trigger, revision } = occasion;
  const began = performance.now();
  const result = judgeOnly(bench, occasion);
  const { now, cycle } = result;
  const took = Math.round(performance.now() - began);
  const kept = keepCycle(record, result, { trigger, took });
  // Trouble of the record itself, that of keeping this cycle too. Planned again and again it is told once.
  if (record.trouble.length > 0) {
    const trouble = planTrouble(record.trouble, { revision, channels, now, cycle });
    enqueue(record.db, observe ? trouble.map(observeOnly) : trouble);
  }
  return { result, took, ...kept };
}

/** The same without keeping anything: what a cycle under this revision would decide. Throws what the cycle throws. */
export function judgeOnly(bench: Bench, { trigger: _, snapshot: seen, ...rest }: Occasion): CycleResult {
  const { record, observe, judge = runCycle, newId } = bench;
  // Which ways out are open is looked up once: it is the same for the whole cycle.
  const channels = { ...bench.channels };
  const now = seen.at;
  const cluster = knownCluster(record, seen.cluster);
  const first = firstCycleAt(record, cluster);
  return judge({
    ...rest,
    now,
    snapshot: { ...seen, cluster: { ...seen.cluster, id: cluster } },
    memory: loadMemory(record, cluster),
    past: loadPast(record, cluster, now),
    channels,
    firstContact: isFirstContact(record, cluster, now),
    ...(first !== undefined && { firstCycleAt: first }),
    observe,
    lastDay: loadLastDay(record, cluster, now),
    newId,
  });
}
