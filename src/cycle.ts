import { findProblemsInTurns } from './analysis/find-problems.ts';
import type { Finding } from './analysis/finding.ts';
import type { Change } from './changes/change.ts';
import { findChanges } from './changes/find-changes.ts';
import type { CustomResult, ProbeResult } from './cluster/beside.ts';
import { makeWorld } from './cluster/make-world.ts';
import type { Snapshot } from './cluster/snapshot.ts';
import type { World } from './cluster/world.ts';
import type { Revision } from './config/revision.ts';
import type { Millis } from './lib/clock.ts';
import { runToEnd, type Work } from './lib/turns.ts';
import type { Delivery, OutboxEntry, Withheld } from './notify/delivery.ts';
import { type ChannelTable, planInTurns } from './notify/plan.ts';
import type { LastDay } from './notify/plan-digest.ts';
import type { TemplateFault } from './notify/templates.ts';
import { findEdit } from './triage/edit.ts';
import type { Judgement, Memory } from './triage/incident.ts';
import { judgeInTurns } from './triage/judge.ts';
import { findNeededSources } from './triage/needed-sources.ts';

export type CycleInput = {
  /** Names the cycle in records, logs and messages. */
  cycle: string;
  now: Millis;
  /** Pinned: an edit that arrives meanwhile is for the next cycle. */
  revision: Revision;
  snapshot: Snapshot;
  memory: Memory;
  /** The revision of the last cycle, where it is known, and who made the present one: an open incident that the edit silences says so. */
  before?: Revision;
  author?: string;
  /** What custom checks and Health Check Patterns last found; what an edit took out counts as before the edit only. */
  customResults: readonly CustomResult[];
  probes: readonly ProbeResult[];
  past: readonly OutboxEntry[];
  channels: ChannelTable;
  /** An empty record: old faults are told as one summary. */
  firstContact: boolean;
  /** When the cluster was first looked at: what began later is news. */
  firstCycleAt?: Millis;
  observe: boolean;
  /** What the record knows of the last day, for the daily digest. */
  lastDay?: LastDay;
  /** A one-shot cycle has no later one to settle in. */
  oneShot: boolean;
  newId: () => string;
};

export type CycleResult = Judgement & {
  cycle: string;
  now: Millis;
  revision: Revision;
  snapshot: Snapshot;
  changes: Change[];
  deliveries: Delivery[];
  withheld: Withheld[];
  /** Templates of the Markdown that did not render. */
  faults: TemplateFault[];
};

/**
 * ONE CYCLE, TOP TO BOTTOM: revision + snapshot + memory -> findings -> incidents -> deliveries. Pure: nothing is
 * written or sent here. `daemon.ts` and `cli/cycle.ts` read the cluster before it, and commit and send after it. It can be interrupted
 * wherever it says `yield*`: in a storm the daemon lets others have their turn, and what changes meanwhile is for the next cycle.
 */
export function* cycleInTurns(input: CycleInput): Work<CycleResult> {
  const { revision, snapshot, now } = input;
  const world = makeWorld(snapshot);

  const findings = yield* findUnder(revision, world, input);

  const changes = findChanges(world);

  const edit = yield* findEdit(input, function* (before) {
    const asBefore = { ...input, revision: before, findings: yield* findUnder(before, world, input) };
    return yield* judgeInTurns({ ...asBefore, world, changes, newId: () => 'as-before' });
  });

  const judgement = yield* judgeInTurns({ ...input, world, findings, changes, ...(edit && { edit }) });

  const plan = yield* planInTurns({
    revision,
    judgement,
    past: input.past,
    now,
    cycle: input.cycle,
    channels: input.channels,
    firstContact: input.firstContact,
    ...(input.firstCycleAt !== undefined && { firstCycleAt: input.firstCycleAt }),
    observe: input.observe,
    ...(input.lastDay && { lastDay: input.lastDay }),
  });

  const { deliveries, withheld, faults } = plan;
  const result = { ...judgement, cycle: input.cycle, now, revision, snapshot, changes, deliveries, withheld, faults };
  // The earliest moment at which a judgement or a plan can change while the cluster does not.
  const moments = [judgement.nextAt, plan.nextAt].filter((at) => at !== undefined);
  return moments.length > 0 ? { ...result, nextAt: Math.min(...moments) } : result;
}

/** The whole cycle at once. */
export const runCycle = (input: CycleInput): CycleResult => runToEnd(cycleInTurns(input));

/** What is wrong by the thresholds, ignores and checks of a revision. What checks found that it no longer has counts no more. */
function findUnder(
  revision: Revision,
  world: World,
  { now, memory, probes, customResults }: CycleInput,
): Work<Finding[]> {
  const { thresholds, ignores } = revision;
  const isKnown = ({ name }: CustomResult): boolean => revision.customChecks.some((check) => check.name === name);
  const isListed = ({ service }: ProbeResult): boolean =>
    revision.healthChecks.some((check) => check.service === service);
  return findProblemsInTurns({
    world,
    now,
    thresholds,
    ignores,
    firstSeen: memory.firstSeen,
    probes: probes.filter(isListed),
    customResults: customResults.filter(isKnown),
  });
}

/** The sources that could not be seen and that something enabled needs: they make a cycle exit 3. */
export function unseenSources({
  snapshot,
  revision,
}: Pick<CycleResult, 'snapshot' | 'revision'>): Snapshot['coverage'] {
  const needed = findNeededSources(revision);
  return snapshot.coverage.filter(
    ({ source, state }) => (state === 'partial' || state === 'denied') && needed.has(source),
  );
}
