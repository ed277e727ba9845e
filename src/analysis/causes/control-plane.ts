import type { Node, Pod, Ref, Workload } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';
import type { CauseId } from '../../config/checks.ts';
import { day, type Millis, minute, second } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { count, listWords } from '../../lib/text.ts';
import type { Evidence } from '../finding.ts';
import { latestOf } from '../observe.ts';
import { leaseClock, systemLease } from './node-down.ts';

/** A part of the control plane that does not work. */
export type ControlPlaneFault = {
  subject: Ref;
  cause?: CauseId;
  since?: Millis | undefined;
  says: string;
  evidence: Omit<Evidence, 'id'>[];
  pods: Ref[];
  related: Ref[];
};

/** Leases are renewed every 2 to 10 s and lost after 15 s: a minute is no hiccup. */
const stale = minute;

/** Nobody runs a week without a leader: this lease is left over from another set-up. */
const abandoned = 7 * day;

const causes: Readonly<Record<string, CauseId>> = { 'kube-scheduler': 'scheduler-down' };

/** What of the control plane is down: its own pods, its leases, the scheduler by what it leaves lying, kube-proxy. */
export function findControlPlaneFaults(world: World, now: Millis): ControlPlaneFault[] {
  const faults = [
    ...podFaults(world),
    ...leaseFaults(world, now),
    ...(idleScheduler(world, now) ?? []),
    ...(proxyFault(world) ?? []),
  ];
  return [...new Map(faults.toReversed().map((fault) => [fault.subject.name, fault])).values()].toReversed();
}

/** Static pods carry the component's name; the subject is the component, not the pod of one node. */
function podFaults(world: World): ControlPlaneFault[] {
  const pods = world.snapshot.pods.filter(
    ({ namespace, labels }) => namespace === 'kube-system' && labels['tier'] === 'control-plane' && labels['component'],
  );
  return [...Map.groupBy(pods, ({ labels }) => labels['component'] ?? '')].flatMap(
    ([component, all]): ControlPlaneFault[] => {
      const down = all.filter(isDown);
      if (down.length === 0) return [];
      const cause = down.length === all.length ? causes[component] : undefined;
      return [
        {
          subject: componentRef(world, component),
          ...(cause && { cause }),
          since: latestOf(down.map(downSince)),
          says: `${component} does not run on ${listWords(down.map(({ node, name }) => node ?? name))}${down.length < all.length ? ` (${all.length - down.length} of ${all.length} still do)` : ''}`,
          evidence: down.map((pod) => ({ text: stateOf(pod), object: refOf(pod) })),
          pods: down.map(refOf),
          related: down.flatMap(({ node }) => (node ? [{ kind: 'Node', name: node }] : [])),
        },
      ];
    },
  );
}

/** The component's static pod, the first of several; where the control plane is not ours to see, its lease. */
function componentRef(world: World, name: string): Ref {
  const pod = world.podsMatching('kube-system', { tier: 'control-plane', component: name })[0];
  return pod ? refOf(pod) : { kind: 'Lease', namespace: 'kube-system', name };
}

function isDown(pod: Pod): boolean {
  const ready = pod.conditions.find(({ type }) => type === 'Ready');
  return (
    pod.deleting === undefined &&
    (pod.phase !== 'Running' ||
      ready?.status === 'False' ||
      pod.statuses.some(({ state }) => state?.is !== undefined && state.is !== 'running'))
  );
}

const downSince = (pod: Pod): Millis | undefined =>
  pod.conditions.find(({ type, status }) => type === 'Ready' && status !== 'True')?.since;

function stateOf(pod: Pod): string {
  const states = pod.statuses.map(({ name, state }) =>
    state?.is === 'waiting' || state?.is === 'terminated'
      ? `${state.reason}: container ${name}${state.message ? `, ${state.message}` : ''}`
      : `container ${name} is not ready`,
  );
  return states[0] ?? `phase ${pod.phase}`;
}

/** Leaders that stopped renewing: nobody leads, although the component may still look alive. */
function leaseFaults(world: World, now: Millis): ControlPlaneFault[] {
  if (!world.seen('leases')) return [];
  const clock = leaseClock(world, now);
  return ['kube-scheduler', 'kube-controller-manager'].flatMap((name): ControlPlaneFault[] => {
    const lease = systemLease(world, name);
    if (lease?.renewed === undefined || clock - lease.renewed < stale || clock - lease.renewed > abandoned) return [];
    const cause = causes[name];
    return [
      {
        subject: componentRef(world, name),
        ...(cause && { cause }),
        since: lease.renewed,
        says: `${name} does not work: it has not renewed its lease for ${formatDuration(clock - lease.renewed)}`,
        evidence: [
          {
            text: `lease ${name}, held by ${lease.holder ?? 'nobody'}, was last renewed then`,
            object: refOf(lease),
            at: lease.renewed,
          },
        ],
        pods: [],
        related: [],
      },
    ];
  });
}

/** The scheduler tells of every pod it cannot place. Pods of which it says nothing at all, while nodes are ready, were never looked at. */
function idleScheduler(world: World, now: Millis): ControlPlaneFault[] | undefined {
  if (!world.seen('events') || !world.seen('nodes')) return undefined;
  const ready = world.snapshot.nodes.some(isReady);
  const lease = systemLease(world, 'kube-scheduler');
  // A scheduler that renews its lease works: these pods ask for another one.
  if (!ready || (lease?.renewed !== undefined && leaseClock(world, now) - lease.renewed < stale)) return undefined;
  const waiting = world.snapshot.pods.filter(
    (pod) =>
      isUnlooked(pod) &&
      now - (pod.created ?? now) > 90 * second &&
      !world.eventsOf(refOf(pod)).some(({ reason }) => reason === 'FailedScheduling'),
  );
  const [first] = waiting;
  if (!first) return undefined;
  return [
    {
      subject: componentRef(world, 'kube-scheduler'),
      cause: 'scheduler-down',
      since: Math.min(...waiting.flatMap(({ created }) => created ?? [])),
      says: `the scheduler does nothing: ${count(waiting.length, 'pod')} wait and it has said nothing about them`,
      evidence: waiting.slice(0, 5).map((pod) => ({
        text: `${pod.namespace}/${pod.name} is Pending, on no node, without a FailedScheduling event`,
        object: refOf(pod),
        ...(pod.created !== undefined && { at: pod.created }),
      })),
      pods: waiting.map(refOf),
      related: [
        ...new Map(
          waiting.map((pod) => world.topOwner(pod)).map((ref) => [`${ref.kind}/${ref.namespace}/${ref.name}`, ref]),
        ).values(),
      ],
    },
  ];
}

const isReady = (node: Node): boolean =>
  !node.unschedulable && node.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

const isUnlooked = (pod: Pod): boolean =>
  pod.phase === 'Pending' &&
  pod.node === undefined &&
  pod.deleting === undefined &&
  pod.schedulingGates.length === 0 &&
  !pod.conditions.some(({ type }) => type === 'PodScheduled');

/** Nodes without a running kube-proxy: Services are not reachable from there. Clusters that replace kube-proxy have no such DaemonSet. */
function proxyFault(world: World): ControlPlaneFault[] | undefined {
  const set = world.workload({ kind: 'DaemonSet', namespace: 'kube-system', name: 'kube-proxy' });
  if (!set?.hasStatus || set.deleting !== undefined || !world.seen('pods')) return undefined;
  const pods = world.podsOf(refOf(set));
  const works = new Set(pods.filter((pod) => !isDown(pod)).map(({ node }) => node));
  const nodes = world.snapshot.nodes.filter((node) => isReady(node) && !works.has(node.name) && fits(set, node));
  if (nodes.length === 0) return undefined;
  const down = pods.filter((pod) => nodes.some(({ name }) => name === pod.node));
  const all = works.size === 0;
  return [
    {
      subject: refOf(set),
      cause: 'kube-proxy-down',
      // Pods that are not there at all went when somebody changed the set.
      since: latestOf(down.map(downSince)) ?? set.changedBy?.at,
      says: `kube-proxy does not run on ${all ? 'any node' : listWords(nodes.map(({ name }) => name))}: Services cannot be reached from there`,
      evidence: [
        {
          text: `kube-proxy: ${set.wanted} wanted, ${set.ready} ready, ${count(world.snapshot.nodes.length, 'node')}`,
          object: refOf(set),
        },
        ...down.map((pod) => ({ text: stateOf(pod), object: refOf(pod) })),
      ],
      pods: down.map(refOf),
      related: nodes.map(refOf),
    },
  ];
}

/** A node that the set was made for: virtual nodes and other systems are left out by its own labels, unless that leaves none at all. */
function fits(set: Workload, node: Node): boolean {
  if (
    node.labels['type'] === 'virtual-kubelet' ||
    node.labels['kubernetes.io/os'] === 'windows' ||
    node.labels['type'] === 'kwok'
  )
    return false;
  const wanted = Object.entries(set.template.nodeSelector);
  return (
    set.wanted === 0 || wanted.every(([key, value]) => node.labels[key] === undefined || node.labels[key] === value)
  );
}
