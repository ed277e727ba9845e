import type { Finding } from '../analysis/finding.ts';
import type { Ref } from '../cluster/objects.ts';
import { refKey, refName, refOf, type World } from '../cluster/world.ts';
import type { ServiceEntry } from '../config/revision.ts';
import { minute } from '../lib/clock.ts';
import { count, listWords } from '../lib/text.ts';
import { byLead } from './families.ts';
import type { Incident } from './incident.ts';
import { isActive } from './incident-times.ts';
import type { JudgedService } from './service-state.ts';
import {
  configurationKinds,
  followsFromClaim,
  followsFromDependency,
  followsFromNode,
  followsFromWorkload,
  pointsAtDependency,
  saysNothing,
  sharedConfiguration,
} from './what-follows.ts';
import { type Behind, cronJobOf, unique } from './workloads-behind.ts';

/** Conditions of cause and effect are written by different clocks and loops. */
const slack = 2 * minute;

type Owned = Finding & { services: readonly string[] };

/** What explains a finding, with the comparison that says so. */
export type Explanation = { root: Ref; because: string };

export type ExplainInput = {
  findings: readonly Owned[];
  world: World;
  behind: Behind;
  services: ReadonlyMap<string, JudgedService>;
  incidents: readonly Incident[];
};

/** Looks for what explains a finding: what stands behind its object, then node, claim, configuration, dependency. */
export type Explain = (finding: Owned) => Explanation | undefined;

export function makeExplain(input: ExplainInput): Explain {
  const index = indexFindings(input);
  const ways = [behindIt, byNode, byOnlyUser, byClaim, byConfiguration, byDependency];
  return (finding) => {
    for (const way of ways) {
      const explanation = way(finding, index, input);
      if (explanation && refKey(explanation.root) !== refKey(homeOf(finding, input.world))) return explanation;
    }
    return undefined;
  };
}

/** The object a finding is at home on: its subject; of a CronJob's Job the CronJob. */
export function homeOf({ subject }: Pick<Finding, 'subject'>, world: World): Ref {
  return (subject.kind === 'Job' ? cronJobOf(subject, world) : undefined) ?? subject;
}

type Index = {
  /** Errors by their home, the leading one first. */
  errors: Map<string, Owned[]>;
  nodes: Map<string, Owned>;
  /** Configuration objects by which at least two workloads fail, or that are the root already. */
  shared: Map<string, { ref: Ref; homes: Set<string> }>;
};

function indexFindings({ findings, world, incidents }: ExplainInput): Index {
  const errors = new Map<string, Owned[]>();
  const nodes = new Map<string, Owned>();
  const shared: Index['shared'] = new Map();
  for (const finding of findings) {
    if (finding.level === 'warning' || finding.check === 'custom') continue;
    const home = refKey(homeOf(finding, world));
    const others = errors.get(home);
    if (others) others.push(finding);
    else errors.set(home, [finding]);
    if (finding.check === 'node-not-ready' || finding.check === 'node-pressure') {
      const known = nodes.get(finding.subject.name);
      if (!known || byLead(finding, known) < 0) nodes.set(finding.subject.name, finding);
    }
    for (const ref of configurationOf(finding)) {
      const entry = shared.get(refKey(ref)) ?? { ref: refOf(ref), homes: new Set<string>() };
      entry.homes.add(home);
      shared.set(refKey(ref), entry);
    }
  }
  for (const list of errors.values()) list.sort(byLead);
  const roots = new Set(incidents.filter(isActive).map(({ subject }) => refKey(subject)));
  for (const [key, { homes }] of shared) if (homes.size < 2 && !roots.has(key)) shared.delete(key);
  return { errors, nodes, shared };
}

const configurationOf = ({ cause, related }: Finding): Ref[] =>
  cause && sharedConfiguration.has(cause) ? related.filter(({ kind }) => configurationKinds.has(kind)) : [];

/** A Service, Ingress, budget or probe only shows what the workloads behind it suffer. */
function behindIt(finding: Owned, { errors }: Index, { world, behind }: ExplainInput): Explanation | undefined {
  if (!followsFromWorkload.has(finding.check)) return undefined;
  const home = refKey(homeOf(finding, world));
  const through = finding.related.filter(({ kind }) => kind === 'Service');
  for (const ref of unique([
    ...behind(finding.subject),
    ...through.flatMap((service) => [service, ...behind(service)]),
  ])) {
    const cause = refKey(ref) === home ? undefined : errors.get(refKey(ref))?.[0];
    if (cause) return { root: ref, because: `${refName(ref)} behind it: ${cause.says}` };
  }
  return undefined;
}

/** Every pod it was seen on is on a node that failed before. One that is elsewhere makes it a fault of its own. */
function byNode(finding: Owned, { nodes }: Index, { world, behind }: ExplainInput): Explanation | undefined {
  if (nodes.size === 0 || finding.subject.kind === 'Node' || !followsFromNode.has(finding.check)) return undefined;
  const placed = placesOf(finding, world, behind);
  if (placed.length === 0) return undefined;
  const broken = placed.map((name) => nodes.get(name));
  if (broken.some((node) => node === undefined || finding.since < node.since - slack)) return undefined;
  const node = broken.sort(
    (a, b) => occurrences(placed, b) - occurrences(placed, a) || ((a?.id ?? '') < (b?.id ?? '') ? -1 : 1),
  )[0];
  if (!node) return undefined;
  const twins = world
    .podsOf(finding.subject)
    .filter((pod) => pod.node !== undefined && !nodes.has(pod.node) && pod.phase === 'Running').length;
  const compared = twins > 0 ? `; ${count(twins, 'pod')} of it on other nodes run` : '';
  return {
    root: refOf(node.subject),
    because: `${count(placed.length, 'pod')} of ${refName(finding.subject)} on ${node.subject.name}, which failed first${compared}`,
  };
}

const occurrences = (placed: readonly string[], node: Owned | undefined): number =>
  placed.filter((name) => name === node?.subject.name).length;

/** Nodes of the pods concerned. Pods that found no place since a node failed count for that node, where one of theirs was on it. */
function placesOf(finding: Owned, world: World, behind: Behind): string[] {
  const seen = finding.pods.map((ref) => world.pod(ref.namespace ?? '', ref.name)).filter((pod) => pod !== undefined);
  const owners = seen.length > 0 ? [] : [finding.subject, ...behind(finding.subject)];
  const pods = seen.length > 0 ? seen : unique(owners).flatMap((ref) => world.podsOf(ref));
  if (finding.check !== 'unschedulable') return pods.map((pod) => pod.node ?? '');
  const pointed = finding.related.filter(({ kind }) => kind === 'Node').map(({ name }) => name);
  const leaving = world.podsOf(finding.subject).filter((pod) => pod.deleting !== undefined && pod.node !== undefined);
  return pointed.length === 1 ? pointed : leaving.map((pod) => pod.node ?? '');
}

/** A claim that one workload alone mounts is a part of it: people know the workload, and it is what they will mend. */
function byOnlyUser({ subject }: Owned, { errors }: Index, { behind }: ExplainInput): Explanation | undefined {
  if (subject.kind !== 'PersistentVolumeClaim') return undefined;
  const [user, ...others] = behind(subject);
  const waits =
    user && others.length === 0 && errors.get(refKey(user))?.find(({ check }) => followsFromClaim.has(check));
  return waits ? { root: user, because: `${refName(user)} alone mounts it: ${waits.says}` } : undefined;
}

/** A claim of its pods that is itself in trouble, and others' as well. */
function byClaim(finding: Owned, { errors }: Index, { world, behind }: ExplainInput): Explanation | undefined {
  if (!followsFromClaim.has(finding.check) || (finding.cause !== undefined && sharedConfiguration.has(finding.cause)))
    return undefined;
  const mounted = finding.pods.flatMap((ref) =>
    (world.pod(ref.namespace ?? '', ref.name)?.volumes ?? []).flatMap(({ claim }) =>
      claim ? [{ kind: 'PersistentVolumeClaim', namespace: ref.namespace ?? '', name: claim }] : [],
    ),
  );
  const claims = unique([...finding.related.filter(({ kind }) => kind === 'PersistentVolumeClaim'), ...mounted]);
  const broken = claims
    .filter((ref) => behind(ref).length !== 1)
    .flatMap((ref) => errors.get(refKey(ref))?.slice(0, 1) ?? [])
    .find(({ since }) => finding.since >= since - slack);
  return (
    broken && { root: refOf(broken.subject), because: `${refName(broken.subject)} is mounted by it: ${broken.says}` }
  );
}

/** One object by which several workloads fail in the same way. */
function byConfiguration(finding: Owned, { shared }: Index): Explanation | undefined {
  for (const ref of configurationOf(finding)) {
    const entry = shared.get(refKey(ref));
    if (entry) return { root: entry.ref, because: `${count(entry.homes.size, 'workload')} fail by ${refName(ref)}` };
  }
  return undefined;
}

/** A dependency that went down before, declared (`Depends on:`) or named in its logs; unless others that need it are well. */
function byDependency(finding: Owned, index: Index, input: ExplainInput): Explanation | undefined {
  const { cause } = finding;
  const points = cause !== undefined && pointsAtDependency.has(cause);
  if (!followsFromDependency.has(finding.check) || (cause !== undefined && !points && !saysNothing.has(cause)))
    return undefined;
  for (const { entry, state } of declaredBy(finding, input)) {
    if (state.state !== 'down' || finding.since < state.since - slack) continue;
    const well = wellDependents(entry, input);
    if (well.length > 0 && !points) continue;
    const root = state.workloads.find((ref) => index.errors.has(refKey(ref)));
    const compared = well.length > 0 ? `; ${listWords(well)} need it too and are well` : '';
    if (root) return { root, because: `depends on ${entry.name}, which is down: ${state.because}${compared}` };
  }
  return points ? byNamed(finding, index, input) : undefined;
}

function byNamed(finding: Owned, { errors }: Index, { behind, world }: ExplainInput): Explanation | undefined {
  const home = refKey(homeOf(finding, world));
  for (const ref of unique(
    finding.related.filter(({ kind }) => kind !== 'Node').flatMap((one) => [one, ...behind(one)]),
  )) {
    const broken = refKey(ref) === home ? undefined : errors.get(refKey(ref))?.[0];
    if (broken && finding.since >= broken.since - slack)
      return { root: ref, because: `its logs name ${refName(ref)}: ${broken.says}` };
  }
  return undefined;
}

function declaredBy(finding: Owned, { services }: ExplainInput): JudgedService[] {
  const names = finding.services.flatMap((name) => services.get(name)?.entry.dependsOn ?? []);
  return names.flatMap((name) => [...services.values()].filter(({ entry }) => isCalled(entry, name)));
}

const wellDependents = (dependency: ServiceEntry, { services }: ExplainInput): string[] =>
  [...services.values()]
    .filter(
      ({ entry, state }) => state.state === 'healthy' && entry.dependsOn.some((name) => isCalled(dependency, name)),
    )
    .map(({ entry }) => entry.name);

const isCalled = (entry: ServiceEntry, name: string): boolean =>
  [entry.name, ...entry.aliases].some((one) => one.toLowerCase() === name.toLowerCase());
