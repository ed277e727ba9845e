import type { Millis } from '../lib/clock.ts';
import { formatMoment } from '../lib/duration.ts';
import type { Edit } from './edit.ts';
import { agents, orchestrator } from './stage.ts';

/** The four customization scenarios of the guide, as edits of the example's Markdown, and one that is wrong. */
export const addService: Edit = {
  map: orchestrator,
  key: 'CLAUDE.md',
  find: '- postgres: Orders, customers and the catalogue',
  replace:
    '- stock-import: Loads the stock; without it we sell what we do not have\n  - Namespace: shop\n- postgres: Orders, customers and the catalogue',
};

/** A backup window that is open now: from this full hour for one or two hours. */
export function expectBackup(now: Millis, zone: string): { edit: Edit; closesIn: Millis } {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  const end = Math.min(24, local.hour + (local.minute >= 50 ? 2 : 1));
  const weekday = local.toLocaleString('en-GB', { weekday: 'long' });
  const two = (hours: number): string => `${String(hours).padStart(2, '0')}:00`;
  const closes = local.startOfDay().add({ hours: end });
  return {
    closesIn: closes.epochMilliseconds - now,
    edit: {
      map: orchestrator,
      key: 'CLAUDE.md',
      find: '### Search rebuilds its index',
      replace: `### Database Backup Window\n- Services: postgres\n- Every ${weekday} ${two(local.hour)}-${two(end)}\n- Why: Regular backup process\n- Solution: This is expected - DO NOT FLAG\n\n### Search rebuilds its index`,
    },
  };
}

export const raiseThreshold: Edit = {
  map: agents,
  key: 'escalation-manager.md',
  find: '- **Criteria**: Any P0 service down immediately',
  replace: '- **Criteria**: Any P0 service down for > 2 minutes (was: immediately)',
};

export const addMemoryCheck: Edit = {
  map: agents,
  key: 'k8s-analyzer.md',
  find: '## How to look',
  replace: [
    '### 5. Memory Usage Alerts',
    '',
    '```bash',
    '# New check: Find pods using >80% of limit',
    'kubectl get pods --all-namespaces -o json | \\',
    "  jq '.items[] | select(.spec.containers[].resources.limits.memory)'",
    '```',
    '',
    '## How to look',
  ].join('\n'),
};

export const brokenEdit: Edit = {
  map: agents,
  key: 'escalation-manager.md',
  find: '- **Criteria**: Any P1 service degraded, any P2 service down, or any node not ready',
  replace: '- **Criteria**: Any P1 service sluggish, any P2 service down, or any node not ready',
};

/** `11:24` in the cluster's zone. */
export const clockOf = (at: Millis, zone: string): string => formatMoment(at, zone).slice(11, 16);
