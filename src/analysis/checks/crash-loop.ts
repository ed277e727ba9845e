import { called } from '../causes/evidence.ts';
import { findExitCause } from '../causes/process.ts';
import type { Check } from '../finding.ts';
import { describeCommand, podLogsCommand } from '../next-command.ts';
import { findLead, observePods } from '../scope/observe-pods.ts';
import { troublesOf } from '../scope/pod-troubles.ts';

/** A container ends, is started again and ends again. */
export const crashLoop: Check = {
  id: 'crash-loop',
  title: 'A container keeps crashing',
  reads: ['pods'],
  // Kubelet's own back-off is the grace: the first crash is no loop.
  grace: 0,
  find: (input) =>
    troublesOf(input, 'crash-loop')
      .values()
      .map((group) => {
        const { trouble, found } = findLead(group, (one) => findExitCause(input, one));
        const { pod, container } = trouble;
        // A pod by itself that was to run once: somebody started it by hand and may look at it.
        const over = pod.phase === 'Failed';
        return observePods(group, found, {
          says: over
            ? `${called(group.owner)} failed and nothing starts it again: ${found.because}`
            : `${called(group.owner)} keeps crashing: ${found.because}`,
          level: over ? 'warning' : 'error',
          next: container
            ? podLogsCommand(pod, container.name, container.state?.is !== 'terminated')
            : describeCommand(pod),
        });
      }),
};
