import type { CustomResult, ProbeResult } from '../cluster/beside.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Revision } from '../config/revision.ts';
import { type CycleInput, type CycleResult, cycleInTurns, type runCycle } from '../cycle.ts';
import { runToEnd, type Work } from '../lib/turns.ts';
import type { ChannelTable } from '../notify/channels.ts';
import { enqueue } from '../notify/outbox.ts';
import { observeOnly } from '../notify/plan.ts';
import { planTrouble } from '../notify/plan-trouble.ts';
import { firstCycleAt, isFirstContact, loadLastDayInTurns, loadPastInTurns } from '../record/incidents.ts';
import { knownCluster } from '../record/known-cluster.ts';
import { loadMemoryInTurns } from '../record/memory.ts';
import type { MonitorRecord } from '../record/open-record.ts';
import { type Kept, keepInTurns } from './keep-record.ts';

/** What a cycle is judged with beside the cluster and the configuration. */
export type Bench = {
  record: MonitorRecord;
  folder: string;
  channels: ChannelTable;
  observe: boolean;
  /** `cycleInTurns`, unless a test lets it fail. */
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

export type Judged = { result: CycleResult; took: number } & Kept;

/** One cycle with what was before it: the record is asked, the cycle judged, and all it decided kept in the outbox and the record. */
export const judgeAndKeep = (bench: Bench, occasion: Occasion): Judged =>
  runToEnd(judgeAndKeepInTurns(bench, occasion));

/** The same as work that can be interrupted: the snapshot, the revision and the memory are those it began with. */
export function* judgeAndKeepInTurns(bench: Bench, occasion: Occasion): Work<Judged> {
  const { record, channels, observe } = bench;
  const { trigger, revision } = occasion;
  const began = performance.now();
  const result = yield* judgeOnly(bench, occasion);
  const { now, cycle } = result;
  const took = Math.round(performance.now() - began);
  const kept = yield* keepInTurns(record, result, { trigger, took });
  // Trouble of the record itself, that of keeping this cycle too. Planned again and again it is told once.
  if (record.trouble.length > 0) {
    const trouble = planTrouble(record.trouble, { revision, channels, now, cycle });
    enqueue(record.db, observe ? trouble.map(observeOnly) : trouble);
  }
  return { result, took, ...kept };
}

/** The same without keeping anything: what a cycle under this revision would decide. Throws what the cycle throws. */
export function* judgeOnly(bench: Bench, { trigger: _, snapshot: seen, ...rest }: Occasion): Work<CycleResult> {
  const { record, observe, judge, newId } = bench;
  // Which ways out are open is looked up once: it is the same for the whole cycle.
  const channels = { ...bench.channels };
  const now = seen.at;
  const cluster = knownCluster(record, seen.cluster);
  const first = firstCycleAt(record, cluster);
  const input: CycleInput = {
    ...rest,
    now,
    snapshot: { ...seen, cluster: { ...seen.cluster, id: cluster } },
    memory: yield* loadMemoryInTurns(record, cluster),
    past: yield* loadPastInTurns(record, cluster, now),
    channels,
    firstContact: isFirstContact(record, cluster, now),
    ...(first !== undefined && { firstCycleAt: first }),
    observe,
    lastDay: yield* loadLastDayInTurns(record, cluster, now),
    newId,
  };
  return judge ? judge(input) : yield* cycleInTurns(input);
}
