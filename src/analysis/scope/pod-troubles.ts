import type { ContainerStatus, Event, Pod, Ref } from '../../cluster/objects.ts';
import { refKey } from '../../cluster/world.ts';
import type { CheckId } from '../../config/checks.ts';
import { type Millis, minute } from '../../lib/clock.ts';
import { mapInTurns, runToEnd, type Work } from '../../lib/turns.ts';
import { missingConfiguration } from '../causes/configuration.ts';
import type { CheckInput } from '../finding.ts';
import { earliestOf } from '../observe.ts';
import { findContainerTrouble } from './container-trouble.ts';
import { eventsOfPod, isJob, isOverJob, isReady } from './pod-state.ts';

/** What is wrong with one pod in the words of one check. A pod belongs to the most specific check; not-ready is what is left. */
export type PodTrouble = {
  check: CheckId;
  pod: Pod;
  /** The object people name. */
  owner: Ref;
  /** Where it is one container's. */
  container?: ContainerStatus;
  since?: Millis;
  events: readonly Event[];
};

/** All troubles of one owner with one check. */
export type OwnerTroubles = { owner: Ref; troubles: readonly [PodTrouble, ...PodTrouble[]]; since?: Millis };

/** The pods of Jobs fail and are retried: job-failed tells when the Job gave up. They serve nobody: only a start that hangs is not-ready. */
const ofJobs = (check: CheckId, pod: Pod): boolean =>
  check === 'not-ready' ? pod.phase === 'Pending' : check !== 'crash-loop' && check !== 'restarting';

type Index = {
  byCheck: ReadonlyMap<CheckId, readonly OwnerTroubles[]>;
  byOwner: ReadonlyMap<string, readonly PodTrouble[]>;
};
const remembered = new WeakMap<CheckInput, Index>();

/** The troubles that belong to a check, by owner. The pods are looked at once for all checks, by `lookAtPods` or when the first asks. */
export function troublesOf(input: CheckInput, check: CheckId): readonly OwnerTroubles[] {
  return indexOf(input).byCheck.get(check) ?? [];
}

/** Every trouble of the pods of one owner, whatever the check. */
export function troublesOfOwner(input: CheckInput, owner: Ref): readonly PodTrouble[] {
  return indexOf(input).byOwner.get(refKey(owner)) ?? [];
}

const indexOf = (input: CheckInput): Index => remembered.get(input) ?? runToEnd(lookAtPods(input));

/** Looks at all pods for the checks to come: there may be ten thousand in trouble. */
export function* lookAtPods(input: CheckInput): Work<Index> {
  const loud = input.world.snapshot.pods.filter((pod) => !isQuiet(pod));
  yield;
  const troubles = (yield* mapInTurns(loud, (pod) => findPodTroubles(input, pod))).flat();
  const byOwner = Map.groupBy(troubles, ({ owner }) => refKey(owner));
  const byCheck = new Map<CheckId, OwnerTroubles[]>();
  for (const group of byOwner.values()) {
    yield;
    for (const [check, same] of Map.groupBy(group, (trouble) => trouble.check)) {
      const groups = byCheck.get(check);
      if (groups) groups.push(...toOwner(same));
      else byCheck.set(check, toOwner(same));
    }
  }
  const index = { byCheck, byOwner };
  remembered.set(input, index);
  return index;
}

function toOwner(troubles: readonly PodTrouble[]): OwnerTroubles[] {
  const [first, ...rest] = troubles;
  if (!first) return [];
  const since = earliestOf(troubles.map((trouble) => trouble.since));
  return [{ owner: first.owner, troubles: [first, ...rest], ...(since !== undefined && { since }) }];
}

/** Nearly all pods: running, ready, never restarted. Or done, or on their way out (stuck-terminating looks at those). */
function isQuiet(pod: Pod): boolean {
  if (pod.deleting !== undefined || pod.phase === 'Succeeded') return true;
  // Nobody has reported on it yet: the API server itself makes a pod Pending.
  if (pod.phase === 'Unknown' && !pod.reason && pod.conditions.length === 0 && pod.statuses.length === 0) return true;
  return (
    pod.phase === 'Running' &&
    isReady(pod) &&
    pod.statuses.every(({ last, state }) => !last && state?.is !== 'waiting' && state?.is !== 'terminated')
  );
}

function findPodTroubles(input: CheckInput, pod: Pod): PodTrouble[] {
  const { world, now, thresholds } = input;
  const owner = world.topOwner(pod);
  if (owner.kind === 'Job') {
    const job = world.find(owner);
    if (job && isJob(job) && isOverJob(job)) return [];
  }
  const events = eventsOfPod(world, pod);
  const found: PodTrouble[] = [];
  const add = (check: CheckId, container?: ContainerStatus): void => {
    if (owner.kind === 'Job' && !ofJobs(check, pod)) return;
    const since = sinceOf(check, pod, container, events);
    found.push({ check, pod, owner, events, ...(container && { container }), ...(since !== undefined && { since }) });
  };
  if (pod.reason === 'Evicted') {
    add('evicted');
    return found;
  }
  // Whoever owns a failed pod makes another; a bare one stays failed.
  if (pod.phase === 'Failed' && pod.owners.length > 0 && owner.kind !== 'Job') return [];
  for (const status of pod.statuses) {
    const check = findContainerTrouble(status, pod, now, thresholds.restarts) ?? liveness(status, events, now);
    if (check) add(check, status);
  }
  if (found.length > 0 || pod.phase === 'Failed' || isReady(pod)) return found;
  if (isUnschedulable(pod, events)) add('unschedulable');
  else add(isBound(pod) && missingConfiguration(world, pod, events) ? 'config-error' : 'not-ready');
  return found;
}

/** Killed by its liveness probe a second time within ten minutes: a loop, before kubelet begins to call it one. */
function liveness(status: ContainerStatus, events: readonly Event[], now: Millis): CheckId | undefined {
  const kills = events.filter(
    ({ reason, message, last }) =>
      reason === 'Killing' &&
      message.includes(`Container ${status.name} failed liveness probe`) &&
      now - (last ?? now) < 10 * minute,
  );
  const times = kills.reduce((sum, { count }) => sum + count, 0);
  return status.restarts > 0 && times > 1 ? 'crash-loop' : undefined;
}

const isBound = (pod: Pod): boolean => pod.node !== undefined || pod.statuses.length > 0;

function isUnschedulable(pod: Pod, events: readonly Event[]): boolean {
  if (pod.node !== undefined || pod.phase !== 'Pending') return false;
  const scheduled = pod.conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'True') return false;
  if (scheduled?.reason === 'Unschedulable' || scheduled?.reason === 'SchedulingGated') return true;
  return scheduled === undefined && events.some(({ reason }) => reason === 'FailedScheduling');
}

/** Events that date the beginning of a trouble; the counters of the newest one cover the older. */
const datingEvents: Partial<Record<CheckId, readonly string[]>> = {
  'crash-loop': ['BackOff', 'Killing'],
  'image-pull': ['Failed', 'InspectFailed', 'ErrImageNeverPull'],
  'config-error': ['Failed', 'FailedMount'],
  'not-ready': ['Unhealthy', 'FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox'],
  unschedulable: ['FailedScheduling'],
  evicted: ['Evicted'],
};

/** The earliest moment from which the cluster shows it: a condition, a container's end, an event's first time. */
function sinceOf(
  check: CheckId,
  pod: Pod,
  container: ContainerStatus | undefined,
  events: readonly Event[],
): Millis | undefined {
  const reasons = datingEvents[check] ?? [];
  const first = earliestOf(events.filter(({ reason }) => reasons.includes(reason)).map((event) => event.first));
  const condition = (type: string): Millis | undefined =>
    pod.conditions.find((one) => one.type === type && one.status !== 'True')?.since;
  switch (check) {
    case 'unschedulable':
      return condition('PodScheduled') ?? first ?? pod.created;
    case 'not-ready':
      return condition('Ready') ?? first ?? pod.created;
    case 'evicted':
      return (
        first ?? pod.conditions.find(({ type }) => type === 'DisruptionTarget')?.since ?? pod.started ?? pod.created
      );
    default: {
      const ended = [container?.state, container?.last].map((state) =>
        state?.is === 'terminated' ? state.finishedAt : undefined,
      );
      const known = earliestOf([first, ...ended, condition('Ready')]);
      return known ?? pod.created;
    }
  }
}
