import type { Ref, Workload } from '../../cluster/objects.ts';
import { refKey, refOf } from '../../cluster/world.ts';
import { minute } from '../../lib/clock.ts';
import { called } from '../causes/evidence.ts';
import { findStartCause } from '../causes/start.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { earliestOf, observe } from '../observe.ts';
import { findExpectedUntil } from '../scope/disruption.ts';
import { findLead, observePods } from '../scope/observe-pods.ts';
import { troublesOf, troublesOfOwner } from '../scope/pod-troubles.ts';
import { findRefusal } from './cannot-create-pods.ts';

/** Pods do not become ready, or there are fewer than wanted, and no other check says why. */
export const notReady: Check = {
  id: 'not-ready',
  title: 'Pods are not ready',
  reads: ['pods', 'deployments', 'replicasets', 'statefulsets', 'daemonsets'],
  grace: 3 * minute,
  *find(input) {
    yield* troublesOf(input, 'not-ready')
      .values()
      .map((group) => {
        const { trouble, found } = findLead(group, (one) => findStartCause(input, one));
        const affected = group.troubles.map(({ pod }) => pod);
        const ready = readyText(input, group.owner);
        return observePods(group, found, {
          says: `${called(group.owner)} is not ready${ready}: ${found.because}`,
          next: describeCommand(refOf(trouble.pod)),
          expectedUntil: findExpectedUntil(input, group.owner, affected),
        });
      });
    yield* findShort(input);
  },
};

/** ` (1 of 3 pods)`. */
function readyText({ world }: CheckInput, owner: Ref): string {
  const workload = world.workload(owner);
  return workload && workload.wanted > 1 ? ` (${workload.ready} of ${workload.wanted} pods are)` : '';
}

/** Workloads whose own status counts too few, where no pod that was seen explains it. */
function findShort(input: CheckInput): Observation[] {
  const { world } = input;
  const short = world.snapshot.workloads.filter((workload) => isShort(workload) && isTop(input, workload));
  if (short.length === 0) return [];
  const refused = new Set(
    [...world.snapshot.workloads]
      .filter((workload) => findRefusal(input, workload))
      .map((workload) => refKey(world.topOwner(workload))),
  );
  return short.flatMap((workload) => {
    const owner = world.topOwner(workload);
    if (refused.has(refKey(owner)) || troublesOfOwner(input, owner).length > 0) return [];
    const available = workload.conditions.find(({ type, status }) => type === 'Available' && status === 'False');
    return observe({
      subject: owner,
      since: available?.since ?? (workload.hasStatus ? undefined : workload.created) ?? sinceOfPods(input, owner),
      evidence: [
        {
          text: `${workload.kind} ${called(workload)}: ${workload.ready} of ${workload.wanted} pods are ready`,
          object: refOf(workload),
        },
        ...(available
          ? [{ text: `${available.reason ?? 'Unavailable'}: ${available.message ?? ''}`, object: refOf(workload) }]
          : []),
      ],
      says: `${called(owner)} has ${workload.ready} of ${workload.wanted} pods ready`,
      next: describeCommand(owner),
      pods: world.podsOf(owner).map(refOf),
      expectedUntil: findExpectedUntil(input, owner, world.podsOf(owner)),
    });
  });
}

const isShort = ({ ready, wanted, deleting }: Workload): boolean => deleting === undefined && ready < wanted;

/** The one people name, or a ReplicaSet whose Deployment was not seen. */
function isTop({ world }: CheckInput, workload: Workload): boolean {
  const owner = world.topOwner(workload);
  return refKey(owner) === refKey(workload) || !world.find(owner);
}

/** Pods that are on their way out date the gap they leave. */
function sinceOfPods({ world, now }: CheckInput, owner: Ref): number | undefined {
  return earliestOf(
    world.podsOf(owner).flatMap(({ deleting }) => (deleting === undefined ? [] : Math.min(deleting, now))),
  );
}
