import type { Condition, Lease, Node } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';
import type { CauseId } from '../../config/checks.ts';
import type { Millis } from '../../lib/clock.ts';
import { minute, second } from '../../lib/clock.ts';
import type { Evidence } from '../finding.ts';

/** Why a node is not ready; `says` continues "Node n1 is not ready: ...". */
export type NodeCause = { cause?: CauseId; says: string; evidence: Omit<Evidence, 'id'>[] };

/** What kubelet says of the runtime below it. */
const runtime =
  /container runtime (?:is down|status check|not ready|is not)|runtime is down|PLEG is not healthy|failed to (?:get|connect to) .*(?:containerd|crio|docker)|rpc error: code = (?:Unavailable|Unimplemented).*(?:runtime|containerd|crio)/i;
const network = /network ?plugin|cni (?:plugin|config)|NetworkPluginNotReady|NetworkReady=false/i;

/** Taints with which a cloud says that the machine is gone. */
const gone = new Set(['node.cloudprovider.kubernetes.io/shutdown', 'node.kubernetes.io/out-of-service']);

/** Why the node is not ready, from its condition, its taints, its lease and what else still speaks from it. */
export function findNodeCause(world: World, node: Node, ready: Condition): NodeCause {
  const told = [ready.reason, ready.message].filter(Boolean).join(': ');
  const condition = {
    text: told || `Ready is ${ready.status}`,
    object: refOf(node),
    ...(ready.since !== undefined && { at: ready.since }),
  };
  if (ready.status === 'False') {
    if (runtime.test(told))
      return { cause: 'container-runtime-down', says: 'its container runtime does not answer', evidence: [condition] };
    if (network.test(told)) return { says: 'its pod network is not set up', evidence: [condition] };
    return { says: ready.message ?? ready.reason ?? 'kubelet says so', evidence: [condition] };
  }
  const shut = node.taints.find(({ key }) => gone.has(key));
  if (shut)
    return {
      cause: 'node-unreachable',
      says: 'the machine is shut down',
      evidence: [condition, { text: `taint ${shut.key}`, object: refOf(node) }],
    };
  const lease = nodeLease(world, node.name);
  const heard =
    lease?.renewed === undefined
      ? []
      : [{ text: 'the last sign of life of kubelet', object: refOf(lease), at: lease.renewed }];
  const never = ready.reason === 'NodeStatusNeverUpdated';
  const alive = stillSpeaking(world, node, lease?.renewed ?? ready.since);
  if (never || alive) {
    return {
      cause: 'kubelet-down',
      says: never ? 'kubelet never reported' : 'kubelet stopped while the machine still answers',
      evidence: [
        condition,
        ...heard,
        ...(alive
          ? [
              {
                text: `${alive.name} is still renewed from this node by ${alive.holder}`,
                object: refOf(alive),
                ...(alive.renewed !== undefined && { at: alive.renewed }),
              },
            ]
          : []),
      ],
    };
  }
  return { cause: 'node-unreachable', says: 'nothing is heard from it', evidence: [condition, ...heard] };
}

/** The lease that kubelet renews every 10 s. */
export function nodeLease(world: World, node: string): Lease | undefined {
  return leases(world).byName.get(`kube-node-lease/${node}`);
}

/** A lease of the control plane. */
export function systemLease(world: World, name: string): Lease | undefined {
  return leases(world).byName.get(`kube-system/${name}`);
}

/**
 * The clock of the leases: the youngest renewal there is. Clocks differ and recordings are read over minutes, so a lease is stale
 * against its neighbours and not against our own clock.
 */
export function leaseClock(world: World, now: Millis): Millis {
  let youngest = 0;
  for (const { renewed = 0 } of world.snapshot.leases)
    if (renewed > youngest && renewed <= now + minute) youngest = renewed;
  return youngest;
}

type Leases = {
  byName: Map<string, Lease> /** Not kubelets': those of components that run on nodes. */;
  others: Lease[];
};
const sorted = new WeakMap<object, Leases>();

function leases({ snapshot }: World): Leases {
  const known = sorted.get(snapshot);
  if (known) return known;
  const made = {
    byName: new Map(snapshot.leases.map((lease) => [`${lease.namespace}/${lease.name}`, lease])),
    others: snapshot.leases.filter(({ namespace }) => namespace !== 'kube-node-lease'),
  };
  sorted.set(snapshot, made);
  return made;
}

/** A lease that a pod of this node (or the node itself) holds and has renewed well after kubelet fell silent. */
function stillSpeaking(world: World, node: Node, silentSince: Millis | undefined): Lease | undefined {
  if (silentSince === undefined) return undefined;
  const names = [node.name, ...world.podsOnNode(node.name).map(({ name }) => name)];
  return leases(world).others.find(
    ({ holder, renewed }) =>
      holder !== undefined &&
      (renewed ?? 0) > silentSince + 30 * second &&
      names.some((name) => holder === name || holder.startsWith(`${name}_`) || holder.startsWith(`${name}-external`)),
  );
}
