import type { Labels, Pod, Ref } from '../cluster/objects.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { refKey, refOf, type World } from '../cluster/world.ts';
import type { ServiceEntry } from '../config/revision.ts';
import { mapInTurns, runToEnd, type Work } from '../lib/turns.ts';
import { named, ownerOf, unique } from './workloads-behind.ts';

/** What an entry of the inventory stands for in the cluster. */
export type ServiceMatch = {
  service: ServiceEntry;
  /** Workloads; a Kubernetes Service where it selects none or is named. */
  matches: Ref[];
  /** The rule of the language that found them. */
  by?: 'workload' | 'namespace-and-name' | 'name' | 'label' | 'service-name' | 'namespace' | 'alias';
  /** Findings on anything in these namespaces are its own. */
  namespaces: string[];
  /** Found in several namespaces with no `Namespace:` line. */
  ambiguous?: boolean;
  /** The namespaces of an ambiguous match. */
  candidates?: string[];
};

type Candidate = { ref: Ref; labels: Labels[] };

type Index = {
  all: Candidate[];
  byName: Map<string, Candidate[]>;
  byLabel: Map<string, Candidate[]>;
  byNamespace: Map<string, Candidate[]>;
};

export const nameLabels = ['app.kubernetes.io/name', 'app.kubernetes.io/instance'];

/** What every entry matches, by the rules of LANGUAGE "Matching a service" in their order: the first that finds something wins. */
export const matchServices = (services: readonly ServiceEntry[], world: World): ServiceMatch[] =>
  runToEnd(matchInTurns(services, world));

/** The same as work that can be interrupted. */
export function* matchInTurns(services: readonly ServiceEntry[], world: World): Work<ServiceMatch[]> {
  if (services.length === 0) return [];
  yield;
  const index = indexOf(world);
  yield;
  return leaveNamed(yield* mapInTurns(services, (service) => matchService(service, index, world), 8));
}

/** A whole namespace, where others are listed in it by their names, is what they leave of it: one that is not there is none of them. */
function leaveNamed(matches: readonly ServiceMatch[]): ServiceMatch[] {
  const taken = new Set(matches.flatMap(({ by, matches: refs }) => (by === 'namespace' ? [] : refs.map(refKey))));
  return matches.map((match) => {
    // An entry with the namespace's own name is the whole of it.
    if (match.by !== 'namespace' || match.service.namespace === undefined) return match;
    if (match.service.namespace.toLowerCase() === match.service.name.toLowerCase()) return match;
    const left = match.matches.filter((ref) => !taken.has(refKey(ref)));
    return left.length > 0 ? { ...match, matches: left } : { service: match.service, matches: [], namespaces: [] };
  });
}

/** Everything in the cluster that an entry of the inventory could stand for. */
export const listCandidates = (world: World): Ref[] => indexOf(world).all.map(({ ref }) => ref);

/**
 * A service that was known by a workload of its name has lost it when that is gone: it does not become whatever else is in
 * its namespace. `before` is what each service matched in the cycle before.
 */
export function keepNamed(
  matches: readonly ServiceMatch[],
  before: Readonly<Record<string, { matched: readonly Ref[] }>>,
): ServiceMatch[] {
  return matches.map((match) => {
    const { service, by } = match;
    if (by !== 'namespace') return match;
    const names = new Set([service.name, ...service.aliases].map((name) => name.toLowerCase()));
    const wasNamed = (before[service.name]?.matched ?? []).some(({ name }) => names.has(name.toLowerCase()));
    return wasNamed ? { service, matches: [], namespaces: [] } : match;
  });
}

function matchService(service: ServiceEntry, index: Index, world: World): ServiceMatch {
  const written = matchWritten(service, index, world);
  if (written) return written;
  for (const [place, name] of [service.name, ...service.aliases].entries()) {
    const found = matchName(name.toLowerCase(), service.namespace, index, world);
    if (!found) continue;
    const match: ServiceMatch = { service, ...found, by: place > 0 ? 'alias' : found.by };
    const spread = [...new Set(found.matches.map(({ namespace }) => namespace ?? ''))];
    return !service.namespace && spread.length > 1 ? { ...match, ambiguous: true, candidates: spread.sort() } : match;
  }
  return { service, matches: [], namespaces: [] };
}

/** `Workload:` is taken by its word: what it names and nothing else. */
function matchWritten(service: ServiceEntry, index: Index, world: World): ServiceMatch | undefined {
  const { workload, namespace } = service;
  if (!workload) return undefined;
  const kind = workload.kind?.toLowerCase();
  const fits = (ref: Ref): boolean =>
    (kind === undefined || ref.kind.toLowerCase() === kind) && (namespace === undefined || ref.namespace === namespace);
  const found = (index.byName.get(workload.name.toLowerCase()) ?? []).map(({ ref }) => ref).filter(fits);
  const services =
    kind === 'service' || found.length === 0
      ? world.snapshot.services
          .filter(({ name }) => name === workload.name)
          .map(refOf)
          .filter(fits)
      : [];
  const own = found.filter((ref) => ref.namespace === service.name);
  const matches = unique(namespace === undefined && own.length > 0 ? own : [...found, ...services]);
  const spread = [...new Set(matches.map((ref) => ref.namespace ?? ''))].sort();
  return {
    service,
    matches,
    ...(matches.length > 0 && { by: 'workload' as const }),
    namespaces: [],
    ...(namespace === undefined && spread.length > 1 && { ambiguous: true, candidates: spread }),
  };
}

type Found = Pick<ServiceMatch, 'matches' | 'namespaces'> & { by: NonNullable<ServiceMatch['by']> };

function matchName(name: string, namespace: string | undefined, index: Index, world: World): Found | undefined {
  const inside = (candidates: readonly Candidate[] | undefined): Ref[] =>
    (candidates ?? []).map(({ ref }) => ref).filter((ref) => namespace === undefined || ref.namespace === namespace);
  const byName = inside(index.byName.get(name));
  const home = byName.filter((ref) => ref.namespace === name);
  if (home.length > 0) return { matches: unique(home), namespaces: [], by: 'namespace-and-name' };
  if (byName.length > 0) return { matches: unique(byName), namespaces: [], by: 'name' };
  const labelled = inside(index.byLabel.get(name));
  if (labelled.length > 0) return { matches: lasting(labelled), namespaces: [], by: 'label' };
  const fronts = frontsOf(name, namespace, world);
  if (fronts.length > 0) return { matches: fronts, namespaces: [], by: 'service-name' };
  // `Namespace:` alone means everything in it only where nothing there bears the name.
  const whole = namespace ?? name;
  const all = (index.byNamespace.get(whole) ?? []).map(({ ref }) => ref);
  return all.length > 0 ? { matches: lasting(all), namespaces: [whole], by: 'namespace' } : undefined;
}

/** A Kubernetes Service of that name stands for the workloads it selects, for itself where it selects none. */
function frontsOf(name: string, namespace: string | undefined, world: World): Ref[] {
  const fronts = world.snapshot.services.filter(
    (service) => service.name === name && (namespace === undefined || service.namespace === namespace),
  );
  return unique(
    fronts.flatMap((service) => {
      const owners = world.podsOfService(service).map((pod) => ownerOf(pod, world));
      return owners.length > 0 ? owners : [refOf(service)];
    }),
  );
}

/** Jobs beside workloads that last are their helpers: they count only where there is nothing else. */
function lasting(refs: readonly Ref[]): Ref[] {
  const rest = refs.filter(({ kind }) => kind !== 'Job' && kind !== 'CronJob');
  return unique(rest.length > 0 ? rest : refs);
}

/** A cycle, and what is told of a new revision after it, look at the same snapshot. */
const indexes = new WeakMap<Snapshot, Index>();

function indexOf(world: World): Index {
  const index = indexes.get(world.snapshot) ?? makeIndex(world);
  indexes.set(world.snapshot, index);
  return index;
}

function makeIndex(world: World): Index {
  const candidates = new Map<string, Candidate>();
  const add = (ref: Ref, ...labels: Labels[]): void => {
    const key = refKey(ref);
    const known = candidates.get(key);
    if (known) known.labels.push(...labels);
    else candidates.set(key, { ref, labels });
  };
  for (const workload of world.snapshot.workloads) {
    if (workload.owners.length === 0) add(refOf(workload), workload.labels, workload.templateLabels);
  }
  for (const cronJob of world.snapshot.cronJobs) add(refOf(cronJob), cronJob.labels);
  for (const job of world.snapshot.jobs) if (job.owners.length === 0) add(refOf(job), job.labels);
  const passed = new Set<string>();
  for (const pod of world.snapshot.pods) {
    // Pods of one owner are many and alike: the first speaks for all.
    const owner = pod.owners[0];
    const key = owner?.uid || `${pod.namespace}/${owner ? `${owner.kind}/${owner.name}` : pod.name}`;
    if (passed.has(key)) continue;
    passed.add(key);
    addPodOwner(pod, world, candidates, add);
  }
  const all = [...candidates.values()];
  return {
    all,
    byName: group(all, ({ ref }) => [ref.name]),
    byLabel: group(all, ({ labels }) => labels.flatMap((one) => nameLabels.map((label) => one[label] ?? ''))),
    byNamespace: group(all, ({ ref }) => [ref.namespace ?? '']),
  };
}

/** Owners that no list shows (custom resources, bare pods) are known by their pods. */
function addPodOwner(
  pod: Pod,
  world: World,
  candidates: ReadonlyMap<string, Candidate>,
  add: (ref: Ref, ...labels: Labels[]) => void,
): void {
  const owner = world.topOwner(pod);
  if (candidates.has(refKey(owner)) || owner.kind === 'Job') return;
  // A workload with an owner of its own (an operator's StatefulSet) is still what people name.
  const workload = world.workload(owner);
  if (workload) add(refOf(workload), workload.labels, workload.templateLabels);
  else add(named(owner.kind, owner.namespace, owner.name), pod.labels);
}

function group(candidates: readonly Candidate[], keys: (candidate: Candidate) => string[]): Map<string, Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    for (const key of new Set(keys(candidate))) {
      if (!key) continue;
      const known = groups.get(key.toLowerCase());
      if (known) known.push(candidate);
      else groups.set(key.toLowerCase(), [candidate]);
    }
  }
  return groups;
}
