import { day } from '../../lib/clock.ts';
import { like } from '../../lib/like.ts';
import { listWords } from '../../lib/text.ts';
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
  const issues = findEndless(
    revision.knownIssues.filter((one) => covers(one, service)),
    revision.cluster.timezone,
  );
  const [issue] = issues;
  if (issue) return { by: listWords(issues.map(({ title }) => `known issue "${title}"`)), at: issue.at };
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

/** The first issue that never ends by itself; else those whose windows leave no moment between them. */
function findEndless(issues: readonly KnownIssue[], zone: string): KnownIssue[] {
  const lasting = issues.filter(({ suppresses, until }) => suppresses && until === undefined);
  const alone = lasting.find(({ bound }) => lastsForEver([bound], zone));
  if (alone) return [alone];
  const windowed = lasting.filter(({ bound }) => bound.type === 'windows');
  const bounds = windowed.map(({ bound }) => bound);
  return lastsForEver(bounds, zone) ? windowed : [];
}

/** Without a bound everything it covers goes to the digest; windows may leave no moment between them. */
function lastsForEver(bounds: readonly Bound[], zone: string): boolean {
  if (bounds.some((bound) => bound.type === 'none' || isEndlessGrace(bound))) return true;
  const windows = bounds.flatMap((bound) => (bound.type === 'windows' ? bound.windows : []));
  let at = looksFrom;
  while (at < looksUntil) {
    const open = windows.map((window) => windowState(window, zone, at)).filter((state) => state.open);
    if (open.length === 0) return false;
    at = Math.max(...open.map(({ closesAt = Number.POSITIVE_INFINITY }) => closesAt));
  }
  return true;
}

const isEndlessGrace = (bound: Bound): boolean =>
  bound.type === 'grace' && bound.from === 'onset' && bound.lasts >= longestGrace;

/** An ignored namespace is the service's own, said or by its name. */
export function hides({ what, name }: Ignore, service: ServiceEntry): boolean {
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
