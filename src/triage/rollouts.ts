import type { Change } from '../changes/change.ts';
import type { Workload } from '../cluster/objects.ts';
import { refKey, type World } from '../cluster/world.ts';
import { day, type Millis, minute } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import type { JudgedFinding, Memory, WatchedRollout } from './incident.ts';
import { sourceOfKind } from './readiness.ts';
import type { JudgedService } from './service-state.ts';
import { sayRevert } from './tell-rollouts.ts';
import type { Trouble } from './trouble.ts';

/** So long after its beginning a rollout has shown what it is (DESIGN 8). */
export const judgedAfter = 30 * minute;
/** A verdict is remembered until every digest has named it and no failure can be blamed on its rollout any more. */
const remembers = 2 * day;
/** Conditions of pods and objects are written by different clocks. */
const slack = 2 * minute;

type Input = {
  changes: readonly Change[];
  services: readonly JudgedService[];
  troubles: readonly Trouble[];
  findings: readonly JudgedFinding[];
  world: World;
  memory: Memory;
  now: Millis;
};
type Rollouts = { watched: Record<string, WatchedRollout>; verdicts: WatchedRollout[]; moments: Millis[] };

/** What the cluster shows, and rollouts it no longer shows because others came after: one that was reverted explains a failure still. */
export function rememberedChanges(changes: readonly Change[], { rollouts = {} }: Memory): Change[] {
  return [...Object.values(rollouts).map(({ change }) => change), ...changes.filter(({ id }) => !rollouts[id])];
}

/** Every rollout of a listed service with what is known of it, those that got their verdict now, and when the next ones will. */
export function judgeRollouts(input: Input): Rollouts {
  const { changes, services, memory, now } = input;
  const before = memory.rollouts ?? {};
  const newest = new Map(changes.filter(({ kind }) => kind === 'rollout').map((one) => [refKey(one.subject), one]));
  const known = Object.values(before).filter(({ verdict }) => now - (verdict?.at ?? now) < remembers);
  const namesOf = indexOwners(services);
  for (const change of newest.values()) {
    // What ended before the monitor knew the cluster is history.
    const isNew = now - change.at < judgedAfter || change.at > (memory.lastCycleAt ?? now);
    const owners = isNew && !before[change.id] ? (namesOf.get(refKey(change.subject)) ?? []) : [];
    if (owners.length > 0) known.push({ change, services: owners });
  }
  const alike = Map.groupBy(known, ({ change }) => refKey(change.subject));
  const lookAt = makeLook(input);
  const next = known.flatMap((one) => {
    const key = refKey(one.change.subject);
    return advance(one, newest.get(key), alike.get(key) ?? [], lookAt, input);
  });
  return {
    watched: Object.fromEntries(next.map((one) => [one.change.id, one])),
    verdicts: next.filter(({ change, verdict }) => verdict && !before[change.id]?.verdict),
    moments: next.flatMap(({ change, verdict }) => (verdict ? [] : change.at + judgedAfter)),
  };
}

/** Names of the listed services by the workloads that they match. */
function indexOwners(services: readonly JudgedService[]): ReadonlyMap<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { entry, state } of services) {
    for (const key of new Set(state.workloads.map(refKey))) names.set(key, [...(names.get(key) ?? []), entry.name]);
  }
  return names;
}

function advance(
  one: WatchedRollout,
  newest: Change | undefined,
  alike: readonly WatchedRollout[],
  lookAt: Look,
  input: Input,
): WatchedRollout[] {
  const { now } = input;
  if (one.reverted) return [one];
  // Nothing more will be seen of it.
  if (!newest) return one.verdict || !isSeen(one, input.world) ? [one] : [];
  if (newest.id !== one.change.id) {
    const earlier = alike.find(({ change }) => change.at <= one.change.at && change.from === newest.to);
    const reverted = earlier && { at: newest.at, says: sayRevert(one.change, earlier.change, newest) };
    const after = formatDuration(newest.at - one.change.at);
    const looked = one.looks && { ...one.looks, because: `${one.looks.because}; replaced after ${after}` };
    const verdict = one.verdict ?? (reverted ? { is: 'reverted' as const, because: reverted.says } : looked);
    return verdict ? [{ ...one, verdict: { at: now, ...verdict }, ...(reverted && { reverted }) }] : [];
  }
  const looks = one.verdict ? undefined : lookAt(one.change);
  if (!looks) return [one];
  return [{ ...one, looks, ...(now >= one.change.at + judgedAfter && { verdict: { ...looks, at: now } }) }];
}

const isSeen = ({ change }: WatchedRollout, world: World): boolean => {
  const source = sourceOfKind[change.subject.kind];
  return world.seen('pods') && source !== undefined && world.seen(source);
};

type Look = (change: Change) => WatchedRollout['looks'];

/** How rollouts stand, with what each asks of all troubles looked up. */
function makeLook(input: Input): Look {
  const isError = ({ level, check }: JudgedFinding): boolean => level === 'error' && check !== 'custom';
  const errors = new Map(input.findings.filter(isError).map((finding, turn) => [finding.id, { finding, turn }]));
  const byRoot = Map.groupBy(input.troubles, ({ root }) => refKey(root));
  const failedSince = new Map<string, Millis>();
  for (const { findings, since } of input.memory.incidents)
    for (const id of findings) failedSince.set(id, Math.min(since, failedSince.get(id) ?? since));
  return (change) => {
    const own = new Set((byRoot.get(refKey(change.subject)) ?? []).flatMap(({ findings }) => findings));
    const failing = [...own].flatMap((id) => errors.get(id) ?? []).sort((a, b) => a.turn - b.turn);
    return look(
      change,
      failing.map(({ finding }) => finding),
      failedSince,
      input,
    );
  };
}

/** How a rollout stands against the revision before it; undefined while that cannot be said. */
function look(
  change: Change,
  errors: readonly JudgedFinding[],
  failedSince: ReadonlyMap<string, Millis>,
  { world }: Input,
): WatchedRollout['looks'] {
  const workload = world.workload(change.subject);
  if (!workload || !isSeen({ change, services: [] }, world)) return undefined;
  const isOld = (id: string): boolean => (failedSince.get(id) ?? Number.POSITIVE_INFINITY) < change.at - slack;
  const fresh = errors.filter(({ id, since, pending }) => !pending && since >= change.at - slack && !isOld(id));
  if (isUnfinished(workload) || (workload.updated < workload.wanted && fresh.length > 0)) {
    const why = workload.paused ? ': it is paused' : fresh[0] ? `: ${fresh[0].says}` : '';
    return { is: 'stuck', because: `${workload.updated} of ${workload.wanted} pods have it${why}` };
  }
  if (fresh[0]) return { is: 'worse', because: fresh[0].says };
  // A grace that runs may end either way.
  if (errors.some(({ pending }) => pending)) return undefined;
  return { is: 'healthy', because: 'nothing fails that did not before' };
}

/** Pods of the revision before are still there, or the controller has not even begun. */
const isUnfinished = (workload: Workload): boolean =>
  (workload.strategy !== 'OnDelete' && workload.replicas - (workload.partition ?? 0) > workload.updated) ||
  (workload.generation ?? 0) > (workload.observedGeneration ?? workload.generation ?? 0);
