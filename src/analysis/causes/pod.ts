import type { CheckInput } from '../finding.ts';
import type { PodTrouble } from '../scope/pod-troubles.ts';
import type { FoundCause } from './cause.ts';
import { findConfigCause } from './configuration.ts';
import { findImageCause } from './image.ts';
import { findExitCause, findMemoryCause } from './process.ts';
import { findSchedulingCause } from './scheduling.ts';
import { findStartCause } from './start.ts';

/** Why a pod is in trouble, whichever check the trouble belongs to. */
export function findPodCause(input: CheckInput, trouble: PodTrouble): FoundCause {
  switch (trouble.check) {
    case 'image-pull':
      return findImageCause(input, trouble);
    case 'config-error':
      return findConfigCause(input, trouble);
    case 'unschedulable':
      return findSchedulingCause(input, trouble);
    case 'oom-killed':
      return findMemoryCause(trouble);
    case 'not-ready':
      return findStartCause(input, trouble);
    default:
      return findExitCause(input, trouble);
  }
}
