import type { Finding } from '../analysis/finding.ts';
import { refKey, refName, type World } from '../cluster/world.ts';
import type { ClauseState, Priority, Revision, ServiceClass, ServiceEntry, Severity } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { isControlPlane, priorityOfUnlisted } from './finding-services.ts';
import type { Incident } from './incident.ts';
import type { JudgedService } from './service-state.ts';

/** How something that criteria speak of stands: every state that is true of it, with its since. */
export type Standing = {
  key: string;
  /** As people read it: `P0 shop`, `Node n1`. */
  name: string;
  kind: 'service' | 'node' | 'control-plane' | 'unlisted';
  /** The service's own name, for criteria that name it. */
  service?: string;
  priority: Priority;
  /** Counts for "infrastructure": nodes, control plane, kube-system. */
  isInfrastructure: boolean;
  classes: readonly ServiceClass[];
  maxDowntime?: Millis;
  cap?: Severity;
  states: Partial<Record<ClauseState, Millis>>;
};

const atRisk = new Set(['usage-near-limit', 'node-pressure', 'volume-filling', 'certificate-expiring']);
const notReady = new Set(['not-ready', 'node-not-ready', 'no-endpoints', 'no-replicas']);

/** How bad a trouble is for its owner. */
export type Worst = 'down' | 'degraded' | 'warned';

/** What states a trouble puts its owner in: `down` is also affected and an outage, a warning is affected only. */
export function statesOf(
  worst: Worst,
  since: Millis,
  findings: readonly Pick<Finding, 'check' | 'since'>[],
): Standing['states'] {
  const states: Standing['states'] = { affected: since };
  if (worst === 'down')
    Object.assign(states, { down: since, outage: since, 'max-downtime-exceeded': since, 'not-ready': since });
  if (worst === 'degraded') states.degraded = since;
  if (worst === 'warned') states.warnings = since;
  for (const { check, since: from } of findings) {
    if (atRisk.has(check)) states['at-risk'] = Math.min(states['at-risk'] ?? from, from);
    if (notReady.has(check)) states['not-ready'] = Math.min(states['not-ready'] ?? from, from);
  }
  return states;
}

/** How each listed service stands as a whole, for criteria that count services. */
export function standingsOfServices(
  services: readonly JudgedService[],
  classes: ReadonlyMap<string, readonly ServiceClass[]>,
  findings: ReadonlyMap<string, readonly Finding[]>,
  incidents: readonly Incident[],
): Standing[] {
  return services.map((service) => {
    const { state, entry } = service;
    const own = (findings.get(entry.name) ?? []).filter(({ ignored, check }) => !ignored && check !== 'custom');
    const base = standingOf(entry, classes.get(entry.name) ?? [], {});
    if (state.state === 'down' || state.state === 'degraded') base.states = statesOf(state.state, state.since, own);
    else if (own.length > 0) base.states = statesOf('warned', Math.min(...own.map(({ since }) => since)), own);
    if (state.state === 'absent' || state.state === 'unknown' || state.state === 'healthy')
      base.states[state.state] = state.since;
    const flapping = incidents.find((incident) => incident.flapping && incident.services.includes(entry.name));
    if (flapping) base.states.flapping = flapping.openedAt;
    return base;
  });
}

/**
 * How nodes, the control plane and kube-system stand, for criteria that count them: those with findings, and every
 * node as well, so that "all nodes" means all.
 */
export function standingsOfInfrastructure(
  findings: readonly (Finding & { services: readonly string[] })[],
  revision: Revision,
  world: World,
): Standing[] {
  const standings = new Map<string, Standing>();
  for (const finding of findings) {
    if (finding.ignored || finding.services.length > 0 || finding.check === 'custom') continue;
    const one = standingOfUnlisted(finding, revision, worstOfUnlisted(finding, world));
    if (!one.isInfrastructure) continue;
    const known = standings.get(one.key);
    standings.set(one.key, known ? { ...one, states: { ...one.states, ...known.states } } : one);
  }
  for (const { name } of speaksOfAllNodes(revision) ? world.snapshot.nodes : []) {
    const key = refKey({ kind: 'Node', name });
    if (!standings.has(key))
      standings.set(key, {
        key,
        name: `Node ${name}`,
        kind: 'node',
        priority: 'P1',
        isInfrastructure: true,
        classes: [],
        states: {},
      });
  }
  return [...standings.values()];
}

const speaksOfAllNodes = ({ severityRules }: Revision): boolean =>
  severityRules.some(({ anyOf }) =>
    anyOf
      .flat()
      .some(
        ({ quantifier, subject }) =>
          quantifier === 'all' && (subject.of === 'nodes' || subject.of === 'infrastructure'),
      ),
  );

/** How the owners of one finding stand because of it alone: a second fault on a service is not judged by the first. */
export function standingsOfFinding(
  finding: Finding & { services: readonly string[] },
  services: ReadonlyMap<string, JudgedService>,
  whole: ReadonlyMap<string, Standing>,
  revision: Revision,
  world: World,
): Standing[] {
  const listed = finding.services.flatMap((name) => {
    const service = services.get(name);
    const standing = whole.get(keyOf(name));
    if (!service || !standing) return [];
    const { worst, since } = conditionOf(finding, service);
    const states = statesOf(worst, since, [finding]);
    const { flapping, absent } = standing.states;
    return [
      {
        ...standing,
        states: { ...states, ...(flapping !== undefined && { flapping }), ...(absent !== undefined && { absent }) },
      },
    ];
  });
  return listed.length > 0 ? listed : [standingOfUnlisted(finding, revision, worstOfUnlisted(finding, world))];
}

/** What a finding does to a service: as bad as the workload it is on; the service is down only by workloads that may bring it down. */
function conditionOf(
  finding: Finding,
  { state, workloads, entry, faults }: JudgedService,
): { worst: Worst; since: Millis } {
  if (finding.level === 'warning' || finding.check === 'custom') return { worst: 'warned', since: finding.since };
  if (state.state === 'down') {
    const subject = refKey(finding.subject);
    const own =
      workloads.find(({ ref }) => refKey(ref) === subject) ?? faults.find(({ ref }) => refKey(ref) === subject);
    const isOptional = own && entry.optionalWorkloads.some((name) => name.toLowerCase() === own.ref.name.toLowerCase());
    const breaks = own
      ? !isOptional && own.state !== 'ready' && own.state !== 'degraded'
      : finding.check === 'no-endpoints';
    if (breaks) return { worst: 'down', since: state.since };
    const because = workloads.find(({ state: one }) => one === 'degraded');
    return { worst: 'degraded', since: because && own === because ? (because.since ?? finding.since) : finding.since };
  }
  return {
    worst: 'degraded',
    since: state.state === 'degraded' ? Math.min(state.since, finding.since) : finding.since,
  };
}

function worstOfUnlisted({ subject, level, check }: Finding, world: World): Worst {
  const workload = world.workload(subject);
  const isDown =
    check === 'node-not-ready' ||
    check === 'control-plane-down' ||
    (workload !== undefined && workload.wanted > 0 && workload.ready === 0);
  return level === 'warning' || check === 'custom' ? 'warned' : isDown ? 'down' : 'degraded';
}

/** What no listed service owns, as bad as given. */
export function standingOfUnlisted(finding: Finding, revision: Revision, worst: Worst): Standing {
  const { subject, since } = finding;
  const kind = subject.kind === 'Node' ? 'node' : isControlPlane(finding) ? 'control-plane' : 'unlisted';
  return {
    key: refKey(subject),
    name: refName(subject),
    kind,
    priority: priorityOfUnlisted(finding, revision),
    isInfrastructure: kind !== 'unlisted' || subject.namespace === 'kube-system',
    classes: [],
    states: statesOf(worst, since, [finding]),
  };
}

/** A listed service in these states. */
export function standingOf(
  { name, priority, maxDowntime, cap }: ServiceEntry,
  classes: readonly ServiceClass[],
  states: Standing['states'],
): Standing {
  return {
    key: keyOf(name),
    name: `${priority} ${name}`,
    kind: 'service',
    service: name,
    priority,
    isInfrastructure: false,
    classes,
    ...(maxDowntime !== undefined && { maxDowntime }),
    ...(cap !== undefined && { cap }),
    states,
  };
}

export const keyOf = (service: string): string => `service/${service}`;
