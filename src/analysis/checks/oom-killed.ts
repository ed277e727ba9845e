import { called } from '../causes/evidence.ts';
import { findMemoryCause } from '../causes/process.ts';
import type { Check } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { findLead, observePods } from '../scope/observe-pods.ts';
import { troublesOf } from '../scope/pod-troubles.ts';

/** A container was killed because it used more memory than it may. */
export const oomKilled: Check = {
  id: 'oom-killed',
  title: 'A container was killed for its memory',
  reads: ['pods'],
  grace: 0,
  find: (input) =>
    troublesOf(input, 'oom-killed')
      .values()
      .map((group) => {
        const { trouble, found } = findLead(group, findMemoryCause);
        const down = group.troubles.some(
          ({ container }) => container?.state?.is !== 'running' || container.restarts > 1,
        );
        return observePods(group, found, {
          says: `${called(group.owner)} runs out of memory: ${found.because}`,
          next: describeCommand(trouble.pod),
          // Killed once and running again: worth knowing, not yet an outage.
          level: down ? 'error' : 'warning',
        });
      }),
};
