import type { Check } from '../finding.ts';
import { autoscalerStuck } from './autoscaler-stuck.ts';
import { budgetViolated } from './budget-violated.ts';
import { cannotCreatePods } from './cannot-create-pods.ts';
import { certificateExpiring } from './certificate-expiring.ts';
import { configError } from './config-error.ts';
import { controlPlaneDown } from './control-plane-down.ts';
import { crashLoop } from './crash-loop.ts';
import { cronMissed } from './cron-missed.ts';
import { custom } from './custom.ts';
import { definitionRefused } from './definition-refused.ts';
import { evicted } from './evicted.ts';
import { healthCheckFailed } from './health-check-failed.ts';
import { imagePull } from './image-pull.ts';
import { ingressBroken } from './ingress-broken.ts';
import { jobFailed } from './job-failed.ts';
import { jobOverdue } from './job-overdue.ts';
import { noEndpoints } from './no-endpoints.ts';
import { noReplicas } from './no-replicas.ts';
import { nodeNotReady } from './node-not-ready.ts';
import { nodePressure } from './node-pressure.ts';
import { notReady } from './not-ready.ts';
import { oomKilled } from './oom-killed.ts';
import { restarting } from './restarting.ts';
import { rolloutStuck } from './rollout-stuck.ts';
import { stuckTerminating } from './stuck-terminating.ts';
import { unschedulable } from './unschedulable.ts';
import { usageNearLimit } from './usage-near-limit.ts';
import { volumeFilling } from './volume-filling.ts';
import { volumeLost } from './volume-lost.ts';
import { volumePending } from './volume-pending.ts';
import { webhookBroken } from './webhook-broken.ts';

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
  controlPlaneDown,
  nodeNotReady,
  nodePressure,
  jobFailed,
  jobOverdue,
  cronMissed,
  noEndpoints,
  ingressBroken,
  webhookBroken,
  definitionRefused,
  volumeLost,
  volumePending,
  autoscalerStuck,
  budgetViolated,
  healthCheckFailed,
  volumeFilling,
  usageNearLimit,
  certificateExpiring,
  custom,
];
