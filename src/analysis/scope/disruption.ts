import type { Pod, Ref } from '../../cluster/objects.ts';
import { type Millis, minute, second } from '../../lib/clock.ts';
import type { CheckInput } from '../finding.ts';
import { earliestOf, latestOf } from '../observe.ts';

/** Never longer than this is a disruption expected, however slow the startup threshold is. */
const longestHold = 30 * minute;

/** Taints and events by which somebody says: this node goes, or another comes. */
const leavingTaints = [
  'ToBeDeletedByClusterAutoscaler',
  'karpenter.sh/disrupted',
  'karpenter.sh/disruption',
  'node.kubernetes.io/unschedulable',
];
const scaleUpReasons = ['TriggeredScaleUp', 'Nominated'];

/**
 * Until when the pods of an owner may be not ready or unscheduled without being news ("expected disruption" in docs/decisions/design-8.md):
 * they are young, it is being rolled out, drained or disrupted, or a node is on its way. Undefined where nothing of it is seen.
 */
export function findExpectedUntil(
  input: CheckInput,
  owner: Ref,
  pods: readonly Pod[],
  /** What a start may excuse: `starting` pods for being young or new, `rollout` for being new, `none` for neither. */
  excuse: 'starting' | 'rollout' | 'none' = 'starting',
): Millis | undefined {
  const hold = Math.min(longestHold, Math.max(10 * minute, input.thresholds.startup));
  const starts = [
    ...(excuse === 'none' ? [] : [rolloutStart(input, owner, pods)]),
    drainStart(input, owner),
    leavingStart(input, pods),
    nodeComing(input, pods),
    gatedStart(pods),
  ];
  const holds = starts.map((start) => start && start + hold);
  if (excuse === 'starting') holds.push(youngUntil(input, pods));
  const until = latestOf(holds);
  return until !== undefined && until > input.now ? until : undefined;
}

/** All of them are young; one old pod among them is no start. */
function youngUntil({ thresholds, now }: CheckInput, pods: readonly Pod[]): Millis | undefined {
  const starts = pods.map((pod) => pod.started ?? pod.created);
  if (pods.length === 0 || starts.some((start) => start === undefined || now - start >= thresholds.startup))
    return undefined;
  const latest = latestOf(starts);
  return latest && latest + thresholds.startup;
}

/** When the revision that is being rolled out was made: only while pods of another revision are still there, and only for the new ones. */
function rolloutStart({ world }: CheckInput, owner: Ref, pods: readonly Pod[]): Millis | undefined {
  const workload = world.workload(owner);
  if (!workload || workload.paused || pods.length === 0) return undefined;
  if (workload.kind === 'Deployment') {
    const exceeded = workload.conditions.some(({ reason }) => reason === 'ProgressDeadlineExceeded');
    const moving = workload.updated < workload.wanted || workload.replicas > workload.updated || isUnobserved(workload);
    if (exceeded || !moving) return undefined;
    return latestOf(
      pods.map(
        (pod) =>
          world.workload({ kind: 'ReplicaSet', namespace: pod.namespace ?? '', name: pod.owners[0]?.name ?? '' })
            ?.created,
      ),
    );
  }
  const moving = workload.updateRevision !== undefined && workload.updateRevision !== workload.currentRevision;
  if (workload.kind !== 'DaemonSet' && !moving && !isUnobserved(workload)) return undefined;
  if (workload.kind === 'DaemonSet' && workload.updated >= workload.wanted && !isUnobserved(workload)) return undefined;
  return latestOf(
    pods.map((pod) => {
      // A StatefulSet's label is the revision's whole name, a DaemonSet's only its hash.
      const hash = pod.labels['controller-revision-hash'] ?? '';
      const name = hash.startsWith(`${owner.name}-`) ? hash : `${owner.name}-${hash}`;
      const revision = world.find({ ...owner, kind: 'ControllerRevision', name });
      return revision && 'created' in revision && typeof revision.created === 'number' ? revision.created : undefined;
    }),
  );
}

const isUnobserved = (workload: { generation?: number; observedGeneration?: number }): boolean =>
  workload.generation !== undefined && (workload.observedGeneration ?? 0) < workload.generation;

/** A sibling is on its way out because somebody drains, preempts or evicts through the API. */
function drainStart({ world, now }: CheckInput, owner: Ref): Millis | undefined {
  return earliestOf(
    world.podsOf(owner).flatMap((pod) => {
      const target = pod.conditions.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
      if (!target && !(pod.deleting !== undefined && pod.node && world.node(pod.node)?.unschedulable)) return [];
      return target?.since ?? Math.min(now, (pod.deleting ?? now) - pod.terminationGrace * second);
    }),
  );
}

function leavingStart({ world }: CheckInput, pods: readonly Pod[]): Millis | undefined {
  return latestOf(
    pods
      .flatMap((pod) => (pod.node ? (world.node(pod.node)?.taints ?? []) : []))
      .filter(({ key }) => leavingTaints.includes(key))
      .map(({ since }) => since),
  );
}

function nodeComing({ world }: CheckInput, pods: readonly Pod[]): Millis | undefined {
  return latestOf(
    pods
      .flatMap((pod) => (pod.node ? [] : world.eventsOf(pod)))
      .filter(({ reason }) => scaleUpReasons.includes(reason))
      .map((event) => event.first),
  );
}

function gatedStart(pods: readonly Pod[]): Millis | undefined {
  return latestOf(pods.filter(({ schedulingGates }) => schedulingGates.length > 0).map(({ created }) => created));
}
