import { minute } from '../../lib/clock.ts';
import { called } from '../causes/evidence.ts';
import { findSchedulingCause } from '../causes/scheduling.ts';
import type { Check } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { findExpectedUntil } from '../scope/disruption.ts';
import { findLead, observePods } from '../scope/observe-pods.ts';
import { troublesOf } from '../scope/pod-troubles.ts';

/** Waiting heals these: the pods of the old revision leave, and their place is free. */
const heals = new Set(['insufficient-cpu', 'insufficient-memory', 'too-many-pods', 'host-port', 'anti-affinity']);

/** A pod has no node. */
export const unschedulable: Check = {
  id: 'unschedulable',
  title: 'No node takes a pod',
  reads: ['pods'],
  grace: 2 * minute,
  find: (input) =>
    troublesOf(input, 'unschedulable')
      .values()
      .map((group) => {
        const { trouble, found } = findLead(group, (one) => findSchedulingCause(input, one));
        const pods = group.troubles.map(({ pod }) => pod);
        const grace = input.thresholds.graces.unschedulable ?? input.thresholds.pending;
        return observePods(group, found, {
          says: `${called(group.owner)} cannot be scheduled: ${found.because}`,
          next: describeCommand(trouble.pod),
          // The scheduler's verdict on a pod that nothing dates (a trimmed object) is no fresh one.
          grace: found.grace ?? (group.since === undefined ? 0 : grace),
          expectedUntil: findExpectedUntil(input, group.owner, pods, heals.has(found.cause ?? '') ? 'rollout' : 'none'),
        });
      }),
};
