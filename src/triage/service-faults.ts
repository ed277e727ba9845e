import type { Finding } from '../analysis/finding.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import { refKey } from '../cluster/world.ts';
import type { SeverityRule } from '../config/revision.ts';
import { type Millis, minute } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { findVerdict } from './clauses.ts';
import { type Readiness, sourceOfKind } from './readiness.ts';
import type { JudgedService } from './service-state.ts';
import type { Standing } from './standing.ts';

/** As for `not-ready`: a workload that is deleted and made anew is not gone. */
const grace = 3 * minute;

/** The audit's patience. */
export const auditAfter = 15 * minute;

type Owned = Finding & { services: string[] };

/** Findings that no check can have, because only the inventory and the record know: a service's workload is gone, wants nothing, or was never there and a criterion speaks of that. */
export function findServiceFaults(
  services: readonly JudgedService[],
  findings: readonly Finding[],
  standings: readonly Standing[],
  rules: readonly SeverityRule[],
  now: Millis,
): Owned[] {
  const known = new Set(findings.filter(({ check }) => check === 'no-replicas').map(({ subject }) => refKey(subject)));
  return services.flatMap((service) => {
    const standing = standings.find((one) => one.service === service.entry.name);
    const isMissed =
      standing?.states.absent !== undefined && findVerdict(rules, standing, standings, now) !== undefined;
    const faults = service.faults.filter(({ ref }) => !known.has(refKey(ref)));
    return isMissed ? [absentFinding(service)] : faults.map((fault) => faultFinding(service, fault));
  });
}

/** Services that are down for so long that silence would be our own fault, and that nothing covers. */
export function auditServices(services: readonly JudgedService[], findings: readonly Owned[], now: Millis): Owned[] {
  // A warning about its memory, or a custom check, does not tell that it is down.
  const telling = findings.filter(({ level, check, ignored }) => (level === 'error' && check !== 'custom') || ignored);
  const covered = new Set(telling.flatMap((finding) => finding.services));
  return services
    .filter(({ state, entry }) => state.state === 'down' && !covered.has(entry.name) && now - state.since >= auditAfter)
    .map((service) => {
      const { entry, state, workloads } = service;
      const fault = workloads.find((one) => one.state === 'down') ?? workloads[0];
      const says = `${entry.name} is down for ${formatDuration(now - state.since)} and no check explains it: ${state.because}. That no check does is a defect of this monitor.`;
      return make(service, fault, { part: 'audit', check: 'not-ready', says, grace: 0 });
    });
}

function faultFinding(service: JudgedService, fault: Readiness): Owned {
  const { entry } = service;
  if (fault.state === 'gone') {
    const says = `${entry.name} is down: ${fault.says}, it was there when last seen`;
    return make(service, fault, { part: 'gone', check: 'no-replicas', says, grace });
  }
  const says = `${entry.name} is down: ${fault.says} and no known issue expects that`;
  return { ...make(service, fault, { check: 'no-replicas', says, grace }), cause: 'scaled-to-zero' };
}

function absentFinding(service: JudgedService): Owned {
  const says = `${service.entry.name} is listed as ${service.entry.priority} and ${service.state.because}`;
  return make(service, undefined, { part: 'absent', check: 'no-replicas', says, grace: 0 });
}

function make(
  { entry, state }: JudgedService,
  fault: Readiness | undefined,
  told: { part?: string; check: 'no-replicas' | 'not-ready'; says: string; grace: Millis },
): Owned {
  const subject = fault?.ref ?? {
    kind: 'Service',
    ...(entry.namespace !== undefined && { namespace: entry.namespace }),
    name: entry.name,
  };
  const source = sourceOfKind[subject.kind];
  const reads: SourceName[] = source && source !== 'pods' ? [source, 'pods'] : ['pods'];
  return {
    ...told,
    id: [told.check, refKey(subject), ...(told.part ? [told.part] : [])].join('/'),
    subject,
    since: state.since,
    sinceFrom: 'record',
    evidence: [{ id: 'e1', text: state.because }],
    next: subject.namespace ? `kubectl -n ${subject.namespace} get all` : 'kubectl get all --all-namespaces',
    level: 'error',
    pods: [],
    related: [],
    reads,
    services: [entry.name],
  };
}
