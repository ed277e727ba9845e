import type { Check } from '../finding.ts';
import { cannotCreatePods } from './cannot-create-pods.ts';
import { configError } from './config-error.ts';
import { crashLoop } from './crash-loop.ts';
import { evicted } from './evicted.ts';
import { imagePull } from './image-pull.ts';
import { noReplicas } from './no-replicas.ts';
import { notReady } from './not-ready.ts';
import { oomKilled } from './oom-killed.ts';
import { restarting } from './restarting.ts';
import { rolloutStuck } from './rollout-stuck.ts';
import { stuckTerminating } from './stuck-terminating.ts';
import { unschedulable } from './unschedulable.ts';

/** Every check, in the order in which findings are listed: what keeps a pod from starting first, what is only filling up last. */
export const checks: readonly Check[] = [
  imagePull,
  configError,
  unschedulable,
  cannotCreatePods,
  crashLoop,
  oomKilled,
  restarting,
  notReady,
  rolloutStuck,
  evicted,
  stuckTerminating,
  noReplicas,
];
