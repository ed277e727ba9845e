import type { CauseId, CheckId } from '../config/checks.ts';
import type { Family } from './incident.ts';

/** What kind of failure a check shows. */
const byCheck: Record<CheckId, Family> = {
  'crash-loop': 'workload',
  'oom-killed': 'workload',
  restarting: 'workload',
  'image-pull': 'image',
  'config-error': 'configuration',
  unschedulable: 'scheduling',
  'not-ready': 'workload',
  evicted: 'workload',
  'stuck-terminating': 'workload',
  'cannot-create-pods': 'scheduling',
  'no-replicas': 'workload',
  'rollout-stuck': 'workload',
  'job-failed': 'job',
  'job-overdue': 'job',
  'cron-missed': 'job',
  'no-endpoints': 'network',
  'ingress-broken': 'network',
  'volume-pending': 'storage',
  'volume-lost': 'storage',
  'volume-filling': 'storage',
  'autoscaler-stuck': 'capacity',
  'budget-violated': 'capacity',
  'webhook-broken': 'control-plane',
  'definition-refused': 'control-plane',
  'node-not-ready': 'node',
  'node-pressure': 'node',
  'control-plane-down': 'control-plane',
  'certificate-expiring': 'certificate',
  'usage-near-limit': 'capacity',
  'health-check-failed': 'network',
  custom: 'custom',
};

/** Of several findings on one root the one that tells most leads: what says why before what says that. */
const lead: readonly CheckId[] = [
  'node-not-ready',
  'control-plane-down',
  'webhook-broken',
  'definition-refused',
  'node-pressure',
  'volume-lost',
  'volume-pending',
  'oom-killed',
  'config-error',
  'image-pull',
  'cannot-create-pods',
  'crash-loop',
  'unschedulable',
  'evicted',
  'job-failed',
  'job-overdue',
  'cron-missed',
  'no-replicas',
  'rollout-stuck',
  'not-ready',
  'no-endpoints',
  'ingress-broken',
  'health-check-failed',
];

/** The family of a check. */
export const familyOf = (check: CheckId | 'blind'): Family => (check === 'blind' ? 'blind' : byCheck[check]);

/** Sorts the finding that leads first: errors before warnings, with a cause before without, then by what the check tells. */
export function byLead(a: Led, b: Led): number {
  return weight(a) - weight(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

type Led = { id: string; check: CheckId; cause?: CauseId; level: 'error' | 'warning' };

function weight({ check, cause, level }: Led): number {
  const place = lead.indexOf(check);
  return (level === 'error' ? 0 : 1000) + (cause ? 0 : 100) + (place < 0 ? lead.length : place);
}
