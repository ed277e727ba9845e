import type { CoverageState, Snapshot, SourceName } from '../cluster/snapshot.ts';
import type { Millis } from '../lib/clock.ts';
import type { Delivery, Withheld } from '../notify/delivery.ts';
import type { Judgement, ServiceState, Suppressed } from '../triage/incident.ts';

/** What one cycle saw and decided, as it is kept. */
export type CycleRecord = {
  id: string;
  /** UID of the kube-system namespace. */
  cluster: string;
  at: Millis;
  revision: string;
  /** Why it ran: `start`, `schedule`, `cluster-change`, ... */
  trigger: string;
  took: Millis;
  coverage: { complete: number; absent: number; unseen: UnseenSource[] };
  counts: {
    objects: number;
    findings: number;
    pending: number;
    ignored: number;
    incidents: number;
    suppressed: number;
    deliveries: number;
    withheld: number;
    /** Rollouts that got their verdict in it. */
    verdicts?: number;
  };
  suppressed: Suppressed[];
  withheld: Withheld[];
  /** Listed services that were not healthy, for judging them anew under another configuration. Absent in records of an older version. */
  unwell?: Pick<ServiceState, 'name' | 'state' | 'since'>[];
  /** Titles of the known issues in force. Absent in records of an older version. */
  knownIssues?: string[];
  /** Its exit code: 0 completed, 3 it could not see everything. */
  exit: number;
};

export type UnseenSource = { source: SourceName; state: CoverageState; reason?: string };

/** The record of a cycle's result. */
export function takeCycleRecord(
  result: Judgement & {
    cycle: string;
    now: Millis;
    revision: { id: string; knownIssues?: readonly { title: string }[] };
    snapshot: Snapshot;
    deliveries: readonly Delivery[];
    withheld: Withheld[];
  },
  run: { trigger: string; took: Millis; exit: number },
): CycleRecord {
  const { snapshot, findings, incidents, suppressed, deliveries, withheld, verdicts } = result;
  const unseen = snapshot.coverage.filter(({ state }) => state === 'partial' || state === 'denied');
  return {
    id: result.cycle,
    cluster: snapshot.cluster.id,
    at: result.now,
    revision: result.revision.id,
    ...run,
    coverage: {
      complete: snapshot.coverage.filter(({ state }) => state === 'complete').length,
      absent: snapshot.coverage.filter(({ state }) => state === 'absent').length,
      unseen: unseen.map(({ source, state, reason }) => ({ source, state, ...(reason ? { reason } : {}) })),
    },
    counts: {
      objects: snapshot.coverage.reduce((sum, { count }) => sum + count, 0),
      findings: findings.length,
      pending: findings.filter(({ pending }) => pending).length,
      ignored: findings.filter(({ ignored }) => ignored).length,
      incidents: incidents.filter(({ state }) => state !== 'resolved' && state !== 'absorbed').length,
      suppressed: suppressed.length,
      deliveries: deliveries.length,
      withheld: withheld.length,
      ...(verdicts && { verdicts: verdicts.length }),
    },
    suppressed,
    withheld,
    unwell: result.services
      .filter(({ state }) => state !== 'healthy')
      .map(({ name, state, since }) => ({ name, state, since })),
    knownIssues: (result.revision.knownIssues ?? []).map(({ title }) => title),
  };
}
