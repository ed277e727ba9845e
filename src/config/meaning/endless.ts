import { day } from '../../lib/clock.ts';
import { like } from '../../lib/like.ts';
import type { CheckId } from '../checks.ts';
import { windowState } from '../grammar/windows.ts';
import type { Bound, Ignore, KnownIssue, Position, Revision, ServiceEntry } from '../revision.ts';
import { escalationOf } from './escalation.ts';

/** What keeps a service from people, in words, with its line. */
export type Silence = { by: string; at: Position };

/** An outage shows as one of these: without them nobody is paged for it. */
const outageChecks: readonly CheckId[] = ['not-ready', 'no-replicas'];
const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** A grace from the onset that is longer than any shift is no grace. */
const longestGrace = day;

// Any five weeks do: what repeats weekly or monthly is open through all of them, or not always. What happens once is over.
const looksFrom = Date.UTC(2001, 0, 1);
const looksUntil = looksFrom + 35 * day;

/** What silences a service without an end, if anything does. What depends on the cluster (classes, the kinds of its workloads) is not known here. */
export function silenceOf(service: ServiceEntry, revision: Revision): Silence | undefined {
  const issue = revision.knownIssues.find((one) => isEndless(one, revision.cluster.timezone) && covers(one, service));
  if (issue) return { by: `known issue "${issue.title}"`, at: issue.at };
  const ignore = revision.ignores.find((one) => one.when === undefined && hides(one, service));
  if (ignore) return { by: `ignored ${ignore.what} ${ignore.name}`, at: ignore.at };
  const { cap } = service;
  if (cap === undefined) return undefined;
  const { channels, timing } = escalationOf(revision, cap);
  return channels.length === 0 || timing.when === 'digest' ? { by: `its cap ${cap}`, at: service.at } : undefined;
}

const covers = ({ services, kinds, exceptions }: KnownIssue, { name }: ServiceEntry): boolean =>
  services.some((one) => one.toLowerCase() === name.toLowerCase()) &&
  outageChecks.every((check) => kinds.includes(check) && !exceptions.includes(check));

function isEndless({ suppresses, until, bound }: KnownIssue, zone: string): boolean {
  return suppresses && until === undefined && lastsForEver(bound, zone);
}

/** Without a bound everything it covers goes to the digest; windows may leave no moment between them. */
function lastsForEver(bound: Bound, zone: string): boolean {
  if (bound.type === 'none') return true;
  if (bound.type === 'grace') return bound.from === 'onset' && bound.lasts >= longestGrace;
  let at = looksFrom;
  while (at < looksUntil) {
    const open = bound.windows.map((window) => windowState(window, zone, at)).filter((state) => state.open);
    if (open.length === 0) return false;
    at = Math.max(...open.map(({ closesAt = Number.POSITIVE_INFINITY }) => closesAt));
  }
  return true;
}

/** An ignored namespace is the service's own, said or by its name. */
function hides({ what, name }: Ignore, service: ServiceEntry): boolean {
  switch (what) {
    case 'namespace':
      return like(name, service.namespace ?? service.name);
    case 'kind':
      return (service.workload?.kind ? [service.workload.kind] : workloadKinds).every((kind) => like(name, kind));
    case 'check':
      return outageChecks.every((check) => like(name, check));
    case 'reason':
      return false;
  }
}
