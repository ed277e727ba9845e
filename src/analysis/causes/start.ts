import type { ContainerStatus, Pod } from '../../cluster/objects.ts';
import { refOf } from '../../cluster/world.ts';
import type { CheckInput } from '../finding.ts';
import { containerOf } from '../scope/pod-state.ts';
import type { PodTrouble } from '../scope/pod-troubles.ts';
import type { FoundCause } from './cause.ts';
import { findPodClaimCause } from './claims.ts';
import { eventEvidence, stateEvidence } from './evidence.ts';
import { findMountCause } from './mounts.ts';
import { findProbeCause, type ProbeName } from './probes.ts';
import { lastWords } from './process.ts';

/** Why a pod that crashes nowhere is not ready: its node, its sandbox, its volumes, its probes, what it waits for. */
export function findStartCause(input: CheckInput, trouble: PodTrouble): FoundCause {
  const { pod } = trouble;
  return (
    deadNode(input, pod) ??
    runningInit(input, trouble) ??
    (hasStarted(pod)
      ? undefined
      : (sandbox(trouble) ?? findMountCause(trouble.events) ?? findPodClaimCause(input.world, pod))) ??
    notReadyContainer(input, trouble) ?? {
      because: said(pod),
      evidence: [{ text: `${pod.name} is ${pod.phase} and not ready`, object: refOf(pod) }],
    }
  );
}

const hasStarted = (pod: Pod): boolean => pod.statuses.some(({ init, state }) => !init && state?.is === 'running');

function deadNode({ world }: CheckInput, pod: Pod): FoundCause | undefined {
  const node = pod.node === undefined ? undefined : world.node(pod.node);
  const ready = node?.conditions.find(({ type }) => type === 'Ready');
  if (!node || !ready || ready.status === 'True') return undefined;
  return {
    cause: 'node-unreachable',
    because: `its node ${node.name} is not ready`,
    evidence: [
      {
        text: `${ready.reason ?? 'NodeNotReady'}: ${ready.message ?? node.name}`,
        object: refOf(node),
        ...(ready.since !== undefined && { at: ready.since }),
      },
    ],
  };
}

/** An init container that waits for something holds up all the others; its log may say for what. */
function runningInit(input: CheckInput, trouble: PodTrouble): FoundCause | undefined {
  const { pod } = trouble;
  const status = pod.statuses.find(
    ({ init, state, name }) => init && state?.is === 'running' && containerOf(pod, name)?.sidecar !== true,
  );
  if (!status || hasStarted(pod)) return undefined;
  const words = lastWords(input, trouble, status);
  const evidence = [stateEvidence(pod, status), ...(words?.evidence ?? [])];
  const because = `its init container ${status.name} is not done`;
  return {
    cause: words?.cause ?? 'init-container',
    because: words ? `${because}: ${words.because}` : because,
    evidence,
  };
}

function sandbox({ events }: PodTrouble): FoundCause | undefined {
  const event = events.find(({ reason }) => reason === 'FailedCreatePodSandBox');
  return event && { because: 'its node cannot set up its network or sandbox', evidence: [eventEvidence(event)] };
}

function notReadyContainer(input: CheckInput, trouble: PodTrouble): FoundCause | undefined {
  const waiting = trouble.pod.statuses.filter(
    ({ ready, init, state }) => !ready && !init && state?.is !== 'terminated',
  );
  for (const status of waiting) {
    const found = probeOf(input, trouble, status);
    if (found) return found;
  }
  return undefined;
}

/** A running container with a probe is not ready because that probe does not succeed, event or not. */
function probeOf(input: CheckInput, trouble: PodTrouble, status: ContainerStatus): FoundCause | undefined {
  const { pod, events } = trouble;
  const spec = containerOf(pod, status.name);
  const name: ProbeName = spec?.startup && status.started === false ? 'startup' : 'readiness';
  const probe = findProbeCause(input, pod, status, spec, events, name);
  // A wrong path or protocol is the probe's own fault; else the program may say whom it waits for.
  const words =
    probe?.mistake === 'path' || probe?.mistake === 'protocol' ? undefined : lastWords(input, trouble, status);
  if (!words) return probe;
  return { ...words, evidence: [...words.evidence, ...(probe?.evidence ?? [])] };
}

function said(pod: Pod): string {
  const waiting = pod.statuses.find(({ state }) => state?.is === 'waiting')?.state;
  const reason = waiting?.is === 'waiting' ? waiting.reason : undefined;
  const gate = pod.conditions.find(({ type, status }) => type === 'Ready' && status !== 'True');
  if (reason === 'ContainerCreating') return 'its containers are still being created';
  if (reason === 'PodInitializing') return 'its init containers are not done';
  return gate?.message ? `it says "${gate.message.slice(0, 100)}"` : `its pod is ${pod.phase} and not ready`;
}
