import type { Workload } from '../../cluster/objects.ts';
import { refOf } from '../../cluster/world.ts';
import { type Millis, minute } from '../../lib/clock.ts';
import type { FoundCause } from '../causes/cause.ts';
import { called } from '../causes/evidence.ts';
import { findPodCause } from '../causes/pod.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { rolloutCommand } from '../next-command.ts';
import { earliestOf, observe } from '../observe.ts';
import { troublesOfOwner } from '../scope/pod-troubles.ts';

/** A new revision was started and does not get finished. */
export const rolloutStuck: Check = {
  id: 'rollout-stuck',
  title: 'A rollout does not finish',
  reads: ['deployments', 'statefulsets', 'daemonsets'],
  grace: 10 * minute,
  find: (input) =>
    input.world.snapshot.workloads.flatMap((workload) => {
      if (workload.deleting !== undefined || workload.paused) return [];
      return exceededDeadline(input, workload) ?? standsStill(input, workload) ?? [];
    }),
};

/** A Deployment has its own deadline, and says when it is over. */
function exceededDeadline(input: CheckInput, workload: Workload): Observation | undefined {
  const progressing = workload.conditions.find(
    ({ type, status, reason }) => type === 'Progressing' && status === 'False' && reason === 'ProgressDeadlineExceeded',
  );
  if (!progressing) return undefined;
  const text = `ProgressDeadlineExceeded: ${progressing.message ?? 'no progress within its deadline'}`;
  return observeStuck(input, workload, progressing.since, { text, object: refOf(workload) }, 0);
}

/** StatefulSets and DaemonSets have none: pods of the new revision that are in trouble hold up the rest. */
function standsStill(input: CheckInput, workload: Workload): Observation | undefined {
  if (workload.kind !== 'StatefulSet' && workload.kind !== 'DaemonSet') return undefined;
  if (workload.strategy === 'OnDelete' || workload.updated >= workload.wanted - (workload.partition ?? 0))
    return undefined;
  const moving =
    workload.kind === 'DaemonSet' ||
    (workload.updateRevision !== undefined && workload.updateRevision !== workload.currentRevision);
  const held = troublesOfOwner(input, workload);
  if (!moving || held.length === 0) return undefined;
  const text = `${workload.updated} of ${workload.wanted} pods have the new revision, and the next waits for the last`;
  return observeStuck(input, workload, earliestOf(held.map(({ since }) => since)), { text, object: refOf(workload) });
}

function observeStuck(
  input: CheckInput,
  workload: Workload,
  since: Millis | undefined,
  evidence: FoundCause['evidence'][number],
  grace?: 0,
): Observation {
  const troubles = troublesOfOwner(input, workload);
  const [first] = troubles;
  const found = first ? findPodCause(input, first) : undefined;
  const because = found?.because ?? 'its new pods did not become ready in time';
  return observe({
    subject: refOf(workload),
    cause: found?.cause ?? 'deadline-exceeded',
    since,
    grace,
    evidence: [evidence, ...(found?.evidence ?? [])],
    says: `the rollout of ${called(workload)} is stuck: ${because}`,
    next: rolloutCommand(refOf(workload)),
    pods: troubles.map(({ pod }) => refOf(pod)),
    related: found?.related ?? [],
  });
}
