import type { Meta, Pod } from '../../cluster/objects.ts';
import { refOf } from '../../cluster/world.ts';
import { type Millis, minute } from '../../lib/clock.ts';
import { count, listWords } from '../../lib/text.ts';
import type { FoundCause } from '../causes/cause.ts';
import { called } from '../causes/evidence.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand, getCommand } from '../next-command.ts';
import { earliestOf, observe } from '../observe.ts';
import { relatedOf } from '../scope/pod-state.ts';

/** An object was deleted and does not go. */
export const stuckTerminating: Check = {
  id: 'stuck-terminating',
  title: 'Something deleted does not go away',
  reads: ['pods', 'namespaces', 'persistentvolumeclaims'],
  // The API dates a deletion to when the pod's own time to stop ends; from then on kubelet needs moments.
  grace: 5 * minute,
  find: (input) => [...stuckPods(input), ...stuckObjects(input)],
};

function stuckPods(input: CheckInput): Observation[] {
  const { world, now } = input;
  const stuck = world.snapshot.pods.filter(({ deleting }) => deleting !== undefined && deleting <= now);
  const groups = Map.groupBy(stuck, (pod) => called(world.topOwner(pod)) + world.topOwner(pod).kind);
  return [...groups.values()].flatMap((pods) => {
    const [first] = pods;
    if (!first) return [];
    const owner = world.topOwner(first);
    const found = findPodCause(input, first);
    return observe({
      subject: owner,
      cause: found.cause,
      since: earliestOf(pods.map(({ deleting }) => deleting)),
      evidence: found.evidence,
      says: `${count(pods.length, 'pod')} of ${called(owner)} cannot be removed: ${found.because}`,
      next: found.cause === 'finalizer' ? getCommand(refOf(first)) : describeCommand(refOf(first)),
      level: 'warning',
      pods: pods.map(refOf),
      related: pods.flatMap(relatedOf),
    });
  });
}

function findPodCause({ world }: CheckInput, pod: Pod): FoundCause {
  const finalizers = finalizerCause(pod);
  if (finalizers) return finalizers;
  const node = pod.node === undefined ? undefined : world.node(pod.node);
  const ready = node?.conditions.find(({ type }) => type === 'Ready');
  const text = `${pod.name} is deleted${pod.node ? ` and kubelet on ${pod.node} has not confirmed it` : ''}`;
  const evidence = [{ text, object: refOf(pod), ...deletedAt(pod) }];
  if (node && ready && ready.status !== 'True') {
    return { cause: 'node-unreachable', because: `its node ${node.name} is not ready and cannot confirm it`, evidence };
  }
  if (pod.node !== undefined && !node && world.seen('nodes')) {
    return { cause: 'node-unreachable', because: `its node ${pod.node} no longer exists`, evidence };
  }
  return { because: pod.node ? `kubelet on ${pod.node} does not finish stopping it` : 'nobody finishes it', evidence };
}

/** Namespaces, claims and workloads: what their finalizers wait for is not done. */
function stuckObjects({ world, now }: CheckInput): Observation[] {
  const { namespaces, claims, volumes, workloads, jobs } = world.snapshot;
  const objects: readonly Meta[] = [
    ...namespaces,
    ...claims,
    ...volumes,
    ...workloads.filter(({ owners }) => owners.length === 0),
    ...jobs,
  ];
  return objects.flatMap((object) => {
    if (object.deleting === undefined || object.deleting > now) return [];
    const held = finalizerCause(object);
    const conditions = object.kind === 'Namespace' ? namespaceEvidence(object) : [];
    const evidence = [
      ...(held?.evidence ?? [{ text: `${object.kind} ${called(object)} is deleted and still there` }]),
      ...conditions,
    ];
    return observe({
      subject: refOf(object),
      cause: held?.cause ?? (conditions.length > 0 ? 'finalizer' : undefined),
      since: object.deleting,
      evidence,
      says: `${object.kind} ${called(object)} cannot be removed: ${held?.because ?? (conditions.length > 0 ? 'finalizers inside it are not done' : 'what it owns is not gone')}`,
      next: getCommand(refOf(object)),
      level: 'warning',
    });
  });
}

/** The API server's own finalizers wait for the objects inside: they name no cause. */
const builtIn = new Set(['kubernetes', 'foregroundDeletion', 'orphan']);

function finalizerCause(object: Meta): FoundCause | undefined {
  const finalizers = object.finalizers.filter((name) => !builtIn.has(name));
  if (finalizers.length === 0) return undefined;
  const because = `the ${finalizers.length === 1 ? 'finalizer' : 'finalizers'} ${listWords(finalizers)} ${finalizers.length === 1 ? 'is' : 'are'} not done`;
  return {
    cause: 'finalizer',
    because,
    evidence: [
      {
        text: `${object.kind} ${called(object)} is deleted and keeps ${listWords(finalizers)}`,
        object: refOf(object),
        ...deletedAt(object),
      },
    ],
  };
}

function namespaceEvidence(object: Meta): FoundCause['evidence'] {
  const conditions = 'conditions' in object && Array.isArray(object.conditions) ? object.conditions : [];
  return conditions
    .filter(
      ({ type, status }) =>
        status === 'True' && (type === 'NamespaceFinalizersRemaining' || type === 'NamespaceDeletionContentFailure'),
    )
    .map(({ type, message }) => ({ text: `${type}: ${message ?? ''}`, object: refOf(object) }));
}

const deletedAt = ({ deleting }: Meta): { at?: Millis } => (deleting === undefined ? {} : { at: deleting });
