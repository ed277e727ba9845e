import type { Finding } from '../analysis/finding.ts';
import type { Revision } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { heldUntil } from './clauses.ts';
import type { JudgedFinding } from './incident.ts';
import type { Standing } from './standing.ts';

/**
 * Until when a finding is recorded and not told: its grace, which a criterion's own time replaces and a P0 that is down
 * makes 0; then for as long as an expected disruption holds it. Undefined when that time is over.
 */
export function findPending(
  finding: Finding,
  standings: readonly Standing[],
  revision: Revision,
  now: Millis,
): JudgedFinding['pending'] {
  const graces = standings.map((one) => graceOf(finding, one, revision));
  const first = graces.reduce((a, b) => (b.until < a.until ? b : a), graces[0] ?? graceOfCheck(finding));
  if (finding.expectedUntil !== undefined && finding.expectedUntil > Math.max(now, first.until)) {
    return { until: finding.expectedUntil, because: 'an expected disruption: a rollout, a drain or a young pod' };
  }
  return first.until > now ? first : undefined;
}

function graceOf(finding: Finding, one: Standing, revision: Revision): { until: Millis; because: string } {
  const held = finding.check === 'custom' ? undefined : heldUntil(revision.severityRules, one);
  if (held && held !== 'graced') return { until: held.until, because: `criterion "${held.clause.text}"` };
  if (one.priority === 'P0' && one.kind === 'service' && one.states.down !== undefined)
    return { until: finding.since, because: 'a P0 that is down has no grace' };
  return graceOfCheck(finding);
}

const graceOfCheck = ({ since, grace, check }: Finding): { until: Millis; because: string } => ({
  until: since + grace,
  because: `${check} has a grace of ${formatDuration(grace)}`,
});
