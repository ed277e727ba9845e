import type { Condition, Node } from '../../cluster/objects.ts';
import { refOf } from '../../cluster/world.ts';
import { minute, second } from '../../lib/clock.ts';
import { count } from '../../lib/text.ts';
import { findNodeCause, leaseClock, nodeLease } from '../causes/node-down.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const nodeNotReady: Check = {
  id: 'node-not-ready',
  title: 'A node is not ready',
  reads: ['nodes', 'leases', 'pods'],
  grace: 90 * second,
  find(input: CheckInput): Observation[] {
    const clock = leaseClock(input.world, input.now);
    return input.world.snapshot.nodes.flatMap((node) => judge(input, node, clock) ?? []);
  },
};

/** Whoever sets these taints means the node to go. */
const leaving =
  /^(ToBeDeletedByClusterAutoscaler|DeletionCandidateOfClusterAutoscaler|karpenter\.sh\/(disrupted|disruption|interruption)|aws-node-termination-handler\/.*|cloud\.google\.com\/impending-node-termination|kubernetes\.azure\.com\/scalesetpriority-evict)$/;

function judge({ world, now, thresholds }: CheckInput, node: Node, clock: number): Observation | undefined {
  const ready = notReady(node) ?? silent(world, node, clock);
  if (!ready || node.deleting !== undefined) return undefined;
  const why = findNodeCause(world, node, ready);
  const pods = world.podsOnNode(node.name);
  const held = Math.min(Math.max(thresholds.startup, 10 * minute), 30 * minute);
  const starting =
    node.created !== undefined && node.created + thresholds.startup > now
      ? node.created + thresholds.startup
      : undefined;
  const going =
    node.taints.some(({ key }) => leaving.test(key)) && ready.since !== undefined ? ready.since + held : undefined;
  return observe({
    subject: refOf(node),
    cause: why.cause,
    since: ready.since,
    expectedUntil: going ?? starting,
    says: `Node ${node.name} is not ready: ${why.says}${pods.length > 0 ? ` (${count(pods.length, 'pod')} on it)` : ''}`,
    evidence: why.evidence,
    next: describeCommand(refOf(node)),
    pods: pods.map(refOf),
  });
}

/** The controller gives a kubelet 50 s. Where it says nothing after two minutes, it is not there to say it. */
const leaseStale = 2 * minute;

function silent(world: CheckInput['world'], node: Node, clock: number): Condition | undefined {
  const renewed = nodeLease(world, node.name)?.renewed;
  if (!world.seen('leases') || renewed === undefined || clock - renewed < leaseStale) return undefined;
  return {
    type: 'Ready',
    status: 'Unknown',
    reason: 'LeaseNotRenewed',
    message: 'kubelet does not renew its lease',
    since: renewed,
  };
}

/** Fixtures may hold the condition several times. Without any the node has never reported: no status at all says nothing. */
function notReady(node: Node): Condition | undefined {
  return node.conditions.find(({ type, status }) => type === 'Ready' && status !== 'True');
}
