import type { Finding } from '../analysis/finding.ts';
import type { Ref } from '../cluster/objects.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import { refKey, refName, type World } from '../cluster/world.ts';
import type { ServiceEntry } from '../config/revision.ts';
import { type Millis, minute } from '../lib/clock.ts';
import { listWords } from '../lib/text.ts';
import { mapInTurns, type Work } from '../lib/turns.ts';
import type { Memory, ServiceState, ServiceStateName } from './incident.ts';
import type { ServiceMatch } from './match-services.ts';
import { type Readiness, readinessOf, sourceOfKind } from './readiness.ts';

/** Ready for less than this does not interrupt a downtime. */
export const steadyAfter = 5 * minute;

export type StateInput = {
  world: World;
  now: Millis;
  memory: Memory;
  /** Findings by service name. */
  findings: ReadonlyMap<string, readonly Finding[]>;
  /** A known issue that expects this service to want 0 replicas now. */
  expectsZero: (service: ServiceEntry) => string | undefined;
};

export type JudgedService = {
  state: ServiceState;
  entry: ServiceEntry;
  workloads: Readiness[];
  /** Workloads that make it `down` without a check having to say so: gone, or scaled to zero. */
  faults: Readiness[];
  remembered: Memory['services'][string];
};

type Seen = { state: ServiceStateName; since?: Millis; because: string; faults?: Readiness[] };

/** The state of every listed service, and what to remember of it. */
export function* findServiceStates(matches: readonly ServiceMatch[], input: StateInput): Work<JudgedService[]> {
  const autoscalers = new Map(
    input.world.snapshot.autoscalers.map((one) => [refKey({ ...one.target, namespace: one.namespace ?? '' }), one]),
  );
  const unseen = unseenSources(input.world);
  return yield* mapInTurns(matches, (match) => {
    const findings = input.findings.get(match.service.name) ?? [];
    const workloads = match.matches.map((ref) => readinessOf(ref, { world: input.world, findings, autoscalers }));
    const seen = see(match, workloads, findings, unseen, input);
    return remember(match, seen, workloads, input);
  });
}

function see(
  { service, matches }: ServiceMatch,
  workloads: readonly Readiness[],
  findings: readonly Finding[],
  unseen: ReadonlySet<SourceName>,
  input: StateInput,
): Seen {
  const before = input.memory.services[service.name];
  const missing = needs(matches.length > 0 ? matches : (before?.matched ?? [])).filter((source) => unseen.has(source));
  if (missing.length > 0) {
    const since = Math.min(...missing.map((source) => input.memory.blind[source]?.since ?? input.now));
    return { state: 'unknown', since, because: `${listWords(missing)} could not be seen` };
  }
  // What is still there was not lost: an edit gave it to another entry.
  if (matches.length === 0)
    return nothingMatched(
      service,
      (before?.matched ?? []).filter((ref) => !input.world.find(ref)),
    );
  const optional = (ref: Ref): boolean =>
    service.optional || service.optionalWorkloads.some((name) => name.toLowerCase() === ref.name.toLowerCase());
  const isVital = service.priority === 'P0' || service.priority === 'P1';
  const expected = isVital ? input.expectsZero(service) : undefined;
  const faults = workloads.filter(
    ({ ref, state }) => !optional(ref) && state === 'zero' && isVital && expected === undefined,
  );
  const down = [...workloads.filter(({ ref, state }) => state === 'down' && !optional(ref)), ...faults];
  if (down.length > 0) {
    const { since } = sinceOf(down);
    // `kubectl scale` leaves no trace of its time: it wanted replicas when it was last seen well, whatever was written before.
    const wellAt = down.length === faults.length && before?.state === 'healthy' ? input.memory.lastCycleAt : undefined;
    const began = since !== undefined && wellAt !== undefined ? Math.max(since, wellAt) : since;
    return { state: 'down', ...(began !== undefined && { since: began }), because: sayAll(down), faults };
  }
  const short = workloads.filter(({ state }) => state === 'down' || state === 'degraded');
  const errors = findings.filter(({ level, check, ignored }) => level === 'error' && check !== 'custom' && !ignored);
  if (short.length > 0) return { state: 'degraded', ...sinceOf(short), because: sayAll(short) };
  const first = errors[0];
  if (first) return { state: 'degraded', since: Math.min(...errors.map(({ since }) => since)), because: first.says };
  const zero = workloads.find(({ state }) => state === 'zero');
  const all = zero ? `${zero.says}${expected ? `, expected: ${expected}` : ''}` : sayAll(workloads);
  return { state: 'healthy', because: all };
}

/** Where the findings about a workload come to it through another kind. */
const findingsThrough: Readonly<Record<string, SourceName>> = { Deployment: 'replicasets', CronJob: 'jobs' };

/** Sources without which nothing may be said: the kinds it matched, their pods, and what shows whether traffic arrives. */
function needs(matched: readonly Ref[]): SourceName[] {
  const kinds = matched.flatMap(({ kind }) => [sourceOfKind[kind] ?? [], findingsThrough[kind] ?? []].flat());
  const serves =
    matched.length === 0 || matched.some(({ kind }) => kind !== 'Job' && kind !== 'CronJob' && kind !== 'DaemonSet');
  const all: SourceName[] = [
    ...(matched.length === 0 ? (['deployments', 'statefulsets', 'daemonsets', 'cronjobs'] as const) : kinds),
    'pods',
  ];
  return [...new Set<SourceName>([...all, ...(serves ? (['services', 'endpointslices'] as const) : [])])];
}

function unseenSources({ snapshot }: World): ReadonlySet<SourceName> {
  return new Set(
    snapshot.coverage.filter(({ state }) => state === 'partial' || state === 'denied').map(({ source }) => source),
  );
}

function nothingMatched(service: ServiceEntry, before: readonly Ref[]): Seen {
  if (before.length === 0 || service.optional)
    return { state: 'absent', because: `nothing in the cluster is called ${service.name}` };
  const faults = before.map((ref): Readiness => ({ ref, state: 'gone', says: `${refName(ref)} is gone` }));
  return { state: 'down', because: `${sayAll(faults)}: it was there when last seen`, faults };
}

function sinceOf(parts: readonly Readiness[]): { since?: Millis } {
  const times = parts.flatMap(({ since }) => since ?? []);
  return times.length > 0 ? { since: Math.min(...times) } : {};
}

const sayAll = (parts: readonly Readiness[]): string => listWords(parts.map(({ says }) => says));

const rank: Record<ServiceStateName, number> = { down: 2, degraded: 1, unknown: 0, absent: 0, healthy: 0 };

/** A trouble keeps its since until it was better for five minutes, also while nothing could be seen. */
function remember(match: ServiceMatch, seen: Seen, workloads: Readiness[], { memory, now }: StateInput): JudgedService {
  const { service } = match;
  const held = memory.services[service.name];
  const isSame = held?.state === seen.state && !wasSteady(held, seen.since ?? now);
  const fallback = isSame ? held.since : now;
  // Of a trouble the earlier counts; a calm state has no evidence but the record.
  const since =
    rank[seen.state] > 0 && isSame ? Math.min(seen.since ?? held.since, held.since) : (seen.since ?? fallback);
  const state: ServiceState = {
    name: service.name,
    priority: service.priority,
    state: seen.state,
    since,
    because: seen.because,
    workloads: match.matches,
  };
  const matched = match.matches.length > 0 ? match.matches : (held?.matched ?? []);
  const faults = seen.faults ?? [];
  if (held && rank[held.state] > rank[seen.state] && seen.state !== 'absent') {
    if (seen.state === 'unknown') return { state, entry: service, workloads, faults, remembered: { ...held, matched } };
    const readySince = held.readySince ?? now;
    const calm = { ...state, since: seen.since ?? readySince };
    if (now - readySince < steadyAfter)
      return { state: calm, entry: service, workloads, faults, remembered: { ...held, readySince, matched } };
    return {
      state: calm,
      entry: service,
      workloads,
      faults,
      remembered: { state: seen.state, since: calm.since, matched },
    };
  }
  return { state, entry: service, workloads, faults, remembered: { state: seen.state, since, matched } };
}

/** Whether it had been well for long enough before this trouble began, though no cycle looked meanwhile. */
const wasSteady = ({ readySince }: Memory['services'][string], began: Millis): boolean =>
  readySince !== undefined && began - readySince >= steadyAfter;
