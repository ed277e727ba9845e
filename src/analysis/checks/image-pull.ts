import { minute } from '../../lib/clock.ts';
import { called } from '../causes/evidence.ts';
import { findImageCause } from '../causes/image.ts';
import type { Check } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { findLead, observePods } from '../scope/observe-pods.ts';
import { troublesOf } from '../scope/pod-troubles.ts';

/** The image of a container cannot be had. */
export const imagePull: Check = {
  id: 'image-pull',
  title: 'An image cannot be pulled',
  reads: ['pods'],
  grace: minute,
  find: (input) =>
    troublesOf(input, 'image-pull')
      .values()
      .map((group) => {
        const { trouble, found } = findLead(group, (one) => findImageCause(input, one));
        return observePods(group, found, {
          says: `${called(group.owner)} cannot start: ${found.because}`,
          next: describeCommand(trouble.pod),
        });
      }),
};
