import { hour, minute } from '../../lib/clock.ts';
import { findEvictionCause } from '../causes/eviction.ts';
import { called } from '../causes/evidence.ts';
import type { Check } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { findLead, observePods } from '../scope/observe-pods.ts';
import { troublesOf } from '../scope/pod-troubles.ts';

/** Evicted pods stay as they are until somebody deletes them: later than this they are history. */
const remembered = hour;

/** A node threw a pod out. */
export const evicted: Check = {
  id: 'evicted',
  title: 'A node evicted a pod',
  reads: ['pods'],
  grace: minute,
  find: (input) =>
    troublesOf(input, 'evicted')
      .values()
      .flatMap(({ owner, troubles }) => {
        const fresh = troubles.filter(({ since }) => since === undefined || input.now - since < remembered);
        const [first, ...rest] = fresh;
        return first
          ? [
              {
                owner,
                troubles: [first, ...rest] as const,
                ...(first.since !== undefined && { since: Math.min(...fresh.map(({ since }) => since ?? input.now)) }),
              },
            ]
          : [];
      })
      .map((group) => {
        const { trouble, found } = findLead(group, findEvictionCause);
        const workload = input.world.workload(group.owner);
        return observePods(group, found, {
          says: `${called(group.owner)} was evicted from its node: ${found.because}`,
          next: describeCommand(trouble.pod),
          level: workload && workload.ready >= workload.wanted ? 'warning' : 'error',
        });
      }),
};
