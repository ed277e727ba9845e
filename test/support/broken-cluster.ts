import type { ContainerLog, ContainerState, Event, Pod } from '../../src/cluster/objects.ts';
import { snapshotOf } from '../../src/cluster/project/snapshot-of.ts';
import type { Snapshot } from '../../src/cluster/snapshot.ts';
import { refOf } from '../../src/cluster/world.ts';
import { type Millis, minute } from '../../src/lib/clock.ts';
import { bigCluster } from './big-cluster.ts';

type Broken = {
  pod: Pod;
  /** What the API server keeps about it, and what its container said. */
  event: { reason: string; message: string };
  log?: string;
};
type Way = { isBroken: (pod: Pod, index: number) => boolean; broken: (pod: Pod, since: Millis) => Broken };

/** The ways in which a big cluster breaks at once. */
export const waysToBreak = {
  'every Deployment crash-loops': { isBroken: () => true, broken: crashing },
  'no image can be pulled': { isBroken: () => true, broken: pulling },
  'half of all pods are not ready': { isBroken: (_, index) => index % 2 === 0, broken: unready },
  'a node with 110 pods is dead': { isBroken: (_, index) => index % 30 === 0 && index < 3300, broken: lost },
} as const satisfies Record<string, Way>;

/** How long it has been broken, and of how many containers the daemon reads the logs. */
const brokenFor = 20 * minute;
const logged = 50;

/** A settled cluster of so many pods (`bigCluster`), broken in that way for 20 minutes, with the Events and logs that this leaves. */
export function brokenCluster(pods: number, now: Millis, way: keyof typeof waysToBreak): Snapshot {
  const { isBroken, broken }: Way = waysToBreak[way];
  const whole = snapshotOf(bigCluster(pods, now), { now });
  const since = now - brokenFor;
  const events: Event[] = [];
  const logs: ContainerLog[] = [];
  const notReady = new Set<string>();
  const missing = new Map<string, number>();
  const changed = whole.pods.map((old, index) => {
    if (!isBroken(old, index)) return old;
    const { pod, event, log } = broken(old, since);
    const app = appOf(pod);
    notReady.add(pod.name);
    missing.set(app, (missing.get(app) ?? 0) + 1);
    events.push(eventOf(pod, event, since, now));
    // One pod of each owner before the second of any.
    if (log && logs.length < logged && missing.get(app) === 1) logs.push(logOf(pod, log));
    return pod;
  });
  return {
    ...whole,
    pods: changed,
    nodes: whole.nodes.map((node) =>
      way === 'a node with 110 pods is dead' && node.name === 'node-0' ? dead(node, since) : node,
    ),
    workloads: whole.workloads.map((workload) => {
      const ready = workload.wanted - (missing.get(appOf(workload)) ?? 0);
      return { ...workload, ready, available: ready, unavailable: workload.wanted - ready };
    }),
    endpoints: whole.endpoints.map((slice) => {
      const all = [...slice.ready, ...slice.notReady];
      const isReady = ({ target }: (typeof all)[number]): boolean => !target || !notReady.has(target.name);
      return { ...slice, ready: all.filter(isReady), notReady: all.filter((one) => !isReady(one)) };
    }),
    events,
    logs,
  };
}

const appOf = ({ labels }: { labels: Pod['labels'] }): string => labels['app'] ?? '';

function crashing(pod: Pod, since: Millis): Broken {
  const last: ContainerState = {
    is: 'terminated',
    reason: 'Error',
    exitCode: 1,
    startedAt: since,
    finishedAt: since + minute,
  };
  const state: ContainerState = {
    is: 'waiting',
    reason: 'CrashLoopBackOff',
    message: `back-off 5m0s restarting failed container=app pod=${pod.name}_${pod.namespace}`,
  };
  return {
    pod: withState(pod, since, { state, last, restarts: 9 }),
    event: {
      reason: 'BackOff',
      message: `Back-off restarting failed container app in pod ${pod.name}_${pod.namespace}`,
    },
    log: 'Error: connect ECONNREFUSED 10.0.0.1:5432',
  };
}

function pulling(pod: Pod, since: Millis): Broken {
  const image = pod.containers[0]?.image ?? '';
  const message = `Back-off pulling image "${image}": ErrImagePull: failed to pull and unpack image "${image}": failed to do request: dial tcp: i/o timeout`;
  return {
    pod: {
      ...withState(pod, since, { state: { is: 'waiting', reason: 'ImagePullBackOff', message } }),
      phase: 'Pending',
    },
    event: { reason: 'Failed', message },
  };
}

function unready(pod: Pod, since: Millis): Broken {
  return {
    pod: withState(pod, since, { state: { is: 'running', since: since - minute } }),
    event: {
      reason: 'Unhealthy',
      message: `Readiness probe failed: Get "http://${pod.ip}:8080/health": context deadline exceeded`,
    },
  };
}

/** As the node controller leaves the pods of a node that is gone: running for all that is known, not ready. */
function lost(pod: Pod, since: Millis): Broken {
  const { statuses } = pod;
  return {
    pod: { ...withState(pod, since, {}), statuses, node: 'node-0' },
    event: { reason: 'NodeNotReady', message: 'Node is not ready' },
  };
}

function dead(node: Snapshot['nodes'][number], since: Millis): Snapshot['nodes'][number] {
  const conditions = node.conditions.map((one) => ({
    ...one,
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
    since,
  }));
  const taints = ['NoSchedule', 'NoExecute'].map((effect) => ({
    key: 'node.kubernetes.io/unreachable',
    effect,
    since,
  }));
  return { ...node, conditions, taints };
}

function withState(pod: Pod, since: Millis, how: Partial<Pod['statuses'][number]>): Pod {
  return {
    ...pod,
    conditions: pod.conditions.map((one) =>
      one.type === 'Ready' || one.type === 'ContainersReady'
        ? { ...one, status: 'False', reason: 'ContainersNotReady', since }
        : one,
    ),
    statuses: pod.statuses.map((status) => ({ ...status, ready: false, ...how })),
  };
}

function eventOf(pod: Pod, { reason, message }: Broken['event'], first: Millis, last: Millis): Event {
  return {
    kind: 'Event',
    apiVersion: 'v1',
    namespace: pod.namespace ?? '',
    name: `${pod.name}.1`,
    uid: `event-${pod.uid}`,
    labels: {},
    annotations: {},
    owners: [],
    finalizers: [],
    about: { ...refOf(pod), uid: pod.uid },
    type: 'Warning',
    reason,
    message,
    count: 40,
    first,
    last,
  };
}

function logOf(pod: Pod, said: string): ContainerLog {
  const lines = Array.from(
    { length: 199 },
    (_, index) => `2026-01-15T11:58:${index % 60}Z INFO request ${index} handled in ${index % 17} ms`,
  );
  return { namespace: pod.namespace ?? '', pod: pod.name, container: 'app', previous: true, lines: [...lines, said] };
}
