import type { Pod } from '../../cluster/objects.ts';
import { refOf } from '../../cluster/world.ts';
import type { CauseId } from '../../config/checks.ts';
import type { CheckInput } from '../finding.ts';
import type { PodTrouble } from '../scope/pod-troubles.ts';
import { type FoundCause, findRow } from './cause.ts';
import { formatBytes } from './claim.ts';
import { findPodClaimCause } from './claims.ts';
import { eventEvidence } from './evidence.ts';

type Row = { cause: CauseId; pattern: RegExp; because: (pod: Pod, caught: string) => string };

/** The scheduler's reasons, each of which stands for some of the nodes. */
const rows: readonly Row[] = [
  {
    cause: 'insufficient-cpu',
    pattern: /Insufficient cpu/i,
    because: (pod) => `no node has ${wanted(pod, 'cpu')} free`,
  },
  {
    cause: 'insufficient-memory',
    pattern: /Insufficient memory/i,
    because: (pod) => `no node has ${wanted(pod, 'memory')} free`,
  },
  {
    cause: 'ephemeral-storage',
    pattern: /Insufficient ephemeral-storage/i,
    because: () => 'no node has the ephemeral storage it requests',
  },
  {
    cause: 'too-many-pods',
    pattern: /Too many pods|Insufficient pods/i,
    because: () => 'the nodes already run as many pods as they may',
  },
  {
    cause: 'host-port',
    pattern: /didn't have free ports/i,
    because: (pod) => `host port ${hostPorts(pod)} is taken on every node that fits`,
  },
  {
    cause: 'anti-affinity',
    pattern: /anti-affinity|pod affinity rules|topology spread constraints/i,
    because: () => 'its rules on which pods may share a node leave none',
  },
  {
    cause: 'node-selector',
    pattern:
      /didn't match (?:Pod's )?node (?:affinity\/)?selector|didn't match node selector|didn't match Pod's node affinity\/selector|node\(s\) didn't match (?:Pod's )?node affinity/i,
    because: (pod) => `no node has ${selectorText(pod)}`,
  },
  {
    cause: 'cordoned',
    pattern: /node\(s\) were unschedulable|node\.kubernetes\.io\/unschedulable/i,
    because: () => 'the nodes that fit are cordoned',
  },
  {
    cause: 'taint',
    pattern: /had (?:untolerated )?taint|that the pod didn't tolerate|taints/i,
    because: (_pod, caught) => `it does not tolerate the taint of the nodes${taintOf(caught)}`,
  },
  {
    cause: 'volume-binding',
    pattern:
      /volume node affinity conflict|unbound immediate PersistentVolumeClaims|didn't find available persistent volumes|max volume count|persistentvolumeclaim "[^"]+" (?:not found|is being deleted)|had no available volume zone|node\(s\) did not have enough free storage|bind(?:ing)? persistent ?volumes?/i,
    because: () => 'its volume cannot be bound to a node',
  },
];

/** Control plane nodes repel everybody: never why a pod finds no place, unless nothing else is said. */
const usual = /node-role\.kubernetes\.io\/(?:control-plane|master)/;

/** Why no node takes the pod: of the scheduler's reasons the one that rules out most nodes. */
export function findSchedulingCause(input: CheckInput, { pod, events }: PodTrouble): FoundCause {
  const condition = pod.conditions.find(({ type }) => type === 'PodScheduled');
  const event = events.find(({ reason }) => reason === 'FailedScheduling');
  const message = condition?.message ?? event?.message ?? '';
  const evidence = message
    ? [
        condition?.message
          ? { text: `${condition.reason ?? 'Unschedulable'}: ${message.slice(0, 260)}`, object: refOf(pod) }
          : undefined,
        event && !condition?.message ? eventEvidence(event) : undefined,
      ].filter((piece) => piece !== undefined)
    : [{ text: `${condition?.reason ?? 'Pending'}: ${pod.name} has no node`, object: refOf(pod) }];
  if (condition?.reason === 'SchedulingGated') {
    return {
      because: `its scheduling gate ${pod.schedulingGates[0] ?? ''} is still closed`.replace('  ', ' '),
      evidence,
    };
  }
  const best = decisiveReason(message);
  if (!best) return { because: 'no node takes it', evidence };
  const { row, reason } = best;
  if (row.cause === 'volume-binding') {
    const claim = findPodClaimCause(input.world, pod);
    if (claim) return { ...claim, evidence: [...evidence, ...claim.evidence] };
  }
  const cause =
    row.cause === 'node-selector' && Object.keys(pod.nodeSelector).length === 0 && pod.nodeAffinity.length > 0
      ? 'node-affinity'
      : row.cause;
  return { cause, because: row.because(pod, reason), evidence };
}

function decisiveReason(message: string): { row: Row; reason: string } | undefined {
  const [said = ''] = message.split(/\s*preemption:/);
  const reasons = said.replace(/^\d+\/\d+ nodes are available:\s*/, '').split(/,\s*(?=\d+\s)/);
  const weighed = reasons.flatMap((reason) => {
    const row = findRow(rows, reason)?.row;
    if (!row) return [];
    return [{ row, reason, weight: usual.test(reason) ? 0 : Number(/^\d+/.exec(reason)?.[0] ?? 1) }];
  });
  return weighed.toSorted((a, b) => b.weight - a.weight)[0];
}

function wanted(pod: Pod, what: 'cpu' | 'memory'): string {
  const sum = pod.containers
    .filter(({ init }) => !init)
    .reduce((total, { requests }) => total + (requests[what] ?? 0), 0);
  if (sum === 0) return `the ${what} it requests`;
  return what === 'cpu'
    ? `the ${Number(sum.toFixed(2))} CPU it requests`
    : `the ${formatBytes(sum)} of memory it requests`;
}

function selectorText({ nodeSelector, nodeAffinity }: Pod): string {
  const labels = Object.entries(nodeSelector).map(([key, value]) => `${key}=${value}`);
  if (labels.length > 0) return `the label ${labels.join(', ')}`;
  return nodeAffinity.length > 0
    ? `what its node affinity asks for (${nodeAffinity.join(' or ')})`
    : 'the labels it asks for';
}

const hostPorts = (pod: Pod): string =>
  pod.containers.flatMap(({ ports }) => ports.flatMap(({ hostPort }) => hostPort ?? [])).join(', ');

const taintOf = (reason: string): string => {
  const taint = /\{([^}]+)\}/.exec(reason)?.[1]?.trim().replace(/:\s*$/, '');
  return taint ? ` (${taint})` : '';
};
