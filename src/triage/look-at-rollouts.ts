import type { Change } from '../changes/change.ts';
import type { Workload } from '../cluster/objects.ts';
import { refKey, type World } from '../cluster/world.ts';
import { type Millis, minute } from '../lib/clock.ts';
import type { JudgedFinding, Memory, WatchedRollout } from './incident.ts';
import { sourceOfKind } from './readiness.ts';
import type { Trouble } from './trouble.ts';

/** Conditions of pods and objects are written by different clocks. */
const slack = 2 * minute;

export type LookInput = {
  troubles: readonly Trouble[];
  findings: readonly JudgedFinding[];
  world: World;
  memory: Memory;
};

/** Whether what shows how a rollout stands was seen whole. */
export const isSeen = ({ subject }: Change, world: World): boolean => {
  const source = sourceOfKind[subject.kind];
  return world.seen('pods') && source !== undefined && world.seen(source);
};

export type Look = (change: Change) => WatchedRollout['looks'];

/** How rollouts stand, with what each asks of all troubles looked up. */
export function makeLook(input: LookInput): Look {
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
  { world }: LookInput,
): WatchedRollout['looks'] {
  const workload = world.workload(change.subject);
  if (!workload || !isSeen(change, world)) return undefined;
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
