import { minute } from '../../lib/clock.ts';
import { findConfigCause } from '../causes/configuration.ts';
import { called } from '../causes/evidence.ts';
import type { Check } from '../finding.ts';
import { describeCommand, getCommand } from '../next-command.ts';
import { findLead, observePods } from '../scope/observe-pods.ts';
import { troublesOf } from '../scope/pod-troubles.ts';

/** A container cannot be made from what its pod asks for: configuration is missing or contradicts itself. */
export const configError: Check = {
  id: 'config-error',
  title: 'A container cannot be created',
  reads: ['pods'],
  grace: minute,
  find: (input) =>
    troublesOf(input, 'config-error')
      .values()
      .map((group) => {
        const { trouble, found } = findLead(group, (one) => findConfigCause(input, one));
        const missing = found.related?.[0];
        return observePods(group, found, {
          says: `${called(group.owner)} cannot start: ${found.because}`,
          next:
            missing && found.cause?.endsWith('-key') === false
              ? getCommand({ kind: missing.kind, namespace: missing.namespace ?? '', name: missing.name })
              : describeCommand(trouble.pod),
        });
      }),
};
