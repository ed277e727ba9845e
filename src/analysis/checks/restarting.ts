import { called } from '../causes/evidence.ts';
import { findExitCause } from '../causes/process.ts';
import type { Check } from '../finding.ts';
import { describeCommand, podLogsCommand } from '../next-command.ts';
import { findLead, observePods } from '../scope/observe-pods.ts';
import { troublesOf } from '../scope/pod-troubles.ts';

/** A container runs, but it was started again more often within an hour than the threshold allows. */
export const restarting: Check = {
  id: 'restarting',
  title: 'A container restarts too often',
  reads: ['pods'],
  grace: 0,
  find: (input) =>
    troublesOf(input, 'restarting')
      .values()
      .map((group) => {
        const { trouble, found } = findLead(group, (one) => findExitCause(input, one));
        const { pod, container } = trouble;
        return observePods(group, found, {
          says: `${called(group.owner)} restarts more than ${input.thresholds.restarts} times an hour: ${found.because}`,
          next: container ? podLogsCommand(pod, container.name, true) : describeCommand(pod),
        });
      }),
};
