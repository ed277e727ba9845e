import type { ContainerLog, Endpoints, Event, Labels, Pod, PodUsage, Ref, Selector } from './objects.ts';
import { isSelector, matches } from './select.ts';
import type { Snapshot, SourceName } from './snapshot.ts';
import { makeTopOwner } from './top-owner.ts';
import { refKey, type World } from './world.ts';

/** The lookups over a snapshot. Each index is built when it is first asked for; the snapshot must not change afterwards. */
export function makeWorld(snapshot: Snapshot): World {
  const complete = new Set<SourceName>(
    snapshot.coverage.filter(({ state }) => state === 'complete').map(({ source }) => source),
  );
  const others = lazy(() => indexOf(otherObjects(snapshot), refKey));
  const workloads = lazy(() => indexOf(snapshot.workloads, refKey));
  const pods = lazy(() => indexOf(snapshot.pods, (pod) => podKey(pod.namespace, pod.name)));
  const nodes = lazy(() => indexOf(snapshot.nodes, (node) => node.name));
  const topOwner = makeTopOwner((ref) => workloads().get(refKey(ref)));
  const sorted = lazy(() => byName(snapshot.pods));
  const podsByOwner = lazy(() => groupOf(sorted(), (pod) => refKey(topOwner(pod))));
  const podsByNode = lazy(() => groupOf(sorted(), (pod) => pod.node));
  const podsByNamespace = lazy(() => groupOf(sorted(), (pod) => pod.namespace ?? ''));
  const podsByLabel = lazy(() => podLabels(podsByNamespace()));
  const servicesByNamespace = lazy(() => groupOf(snapshot.services, (service) => service.namespace ?? ''));
  const endpointsByService = lazy(() => serviceEndpoints(snapshot.endpoints));
  const events = lazy(() => eventsByObject(snapshot.events));
  const logs = lazy(() => indexOf(snapshot.logs, logKey));
  const usage = lazy(() => indexOf(snapshot.podUsage, (used) => podKey(used.namespace, used.pod)));

  const podsMatching = (namespace: string, selector: Labels | Selector): readonly Pod[] => {
    const candidates = narrow(podsByLabel(), podsByNamespace(), namespace, selector);
    return candidates.filter((pod) => matches(selector, pod.labels));
  };
  return {
    snapshot,
    seen: (source) => complete.has(source),
    find(ref) {
      if (ref.kind === 'Pod') return pods().get(podKey(ref.namespace, ref.name));
      return ref.kind === 'Node' ? nodes().get(ref.name) : (workloads().get(refKey(ref)) ?? others().get(refKey(ref)));
    },
    pod: (namespace, name) => pods().get(podKey(namespace, name)),
    node: (name) => nodes().get(name),
    workload: (ref) => workloads().get(refKey(ref)),
    topOwner,
    podsOf: (owner) => podsByOwner().get(refKey(owner)) ?? [],
    podsOnNode: (name) => podsByNode().get(name) ?? [],
    podsMatching,
    podsOfService: (service) => (service.selector ? podsMatching(service.namespace ?? '', service.selector) : []),
    endpointsOf: (service) => endpointsByService().get(podKey(service.namespace, service.name)) ?? [],
    servicesOf: (pod) =>
      (servicesByNamespace().get(pod.namespace ?? '') ?? []).filter(
        ({ selector }) => selector && matches(selector, pod.labels),
      ),
    eventsOf: (ref) => events().get(refKey(ref)) ?? [],
    logOf: (pod, container, previous): ContainerLog | undefined =>
      logs().get(logKey({ namespace: pod.namespace ?? '', pod: pod.name, container, previous })),
    usageOf: (pod): PodUsage | undefined => usage().get(podKey(pod.namespace, pod.name)),
  };
}

const podKey = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;
const logKey = (log: Omit<ContainerLog, 'lines'>): string =>
  `${log.namespace}/${log.pod}/${log.container}/${log.previous}`;

/** What has no index of its own. */
function* otherObjects(snapshot: Snapshot): Generator<Ref & object> {
  yield* snapshot.others;
  yield* snapshot.namespaces;
  yield* snapshot.controllerRevisions;
  yield* snapshot.jobs;
  yield* snapshot.cronJobs;
  yield* snapshot.services;
  yield* snapshot.endpoints;
  yield* snapshot.ingresses;
  yield* snapshot.claims;
  yield* snapshot.volumes;
  yield* snapshot.storageClasses;
  yield* snapshot.autoscalers;
  yield* snapshot.budgets;
  yield* snapshot.webhooks;
  yield* snapshot.quotas;
  yield* snapshot.serviceAccounts;
  yield* snapshot.configMaps;
  yield* snapshot.networkPolicies;
  yield* snapshot.leases;
  yield* snapshot.certificates;
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function indexOf<T>(items: Iterable<T>, key: (item: T) => string): Map<string, T> {
  const index = new Map<string, T>();
  for (const item of items) index.set(key(item), item);
  return index;
}

function groupOf<T>(items: Iterable<T>, key: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

const byName = (pods: readonly Pod[]): Pod[] =>
  pods.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

/** Pods by `namespace/key=value`, so that a selector looks at few of them. */
function podLabels(namespaces: ReadonlyMap<string, readonly Pod[]>): Map<string, Pod[]> {
  const index = new Map<string, Pod[]>();
  for (const [namespace, pods] of namespaces) {
    for (const pod of pods) {
      for (const key in pod.labels) {
        const name = `${namespace}/${key}=${pod.labels[key]}`;
        const group = index.get(name);
        if (group) group.push(pod);
        else index.set(name, [pod]);
      }
    }
  }
  return index;
}

/** The pods that could match: those of the selector's rarest label, or all of the namespace. */
function narrow(
  byLabel: ReadonlyMap<string, readonly Pod[]>,
  byNamespace: ReadonlyMap<string, readonly Pod[]>,
  namespace: string,
  selector: Labels | Selector,
): readonly Pod[] {
  let best = byNamespace.get(namespace) ?? [];
  for (const [key, value] of Object.entries(labelsOf(selector))) {
    const pods = byLabel.get(`${namespace}/${key}=${value}`) ?? [];
    if (pods.length < best.length) best = pods;
  }
  return best;
}

function labelsOf(selector: Labels | Selector): Labels {
  return isSelector(selector) ? selector.matchLabels : selector;
}

/** A cluster mirrors Endpoints into EndpointSlices: the older form counts only where there is no slice. */
function serviceEndpoints(all: readonly Endpoints[]): Map<string, Endpoints[]> {
  const groups = groupOf(all, (one) => podKey(one.namespace, one.service));
  for (const [key, group] of groups) {
    const slices = group.filter(({ kind }) => kind === 'EndpointSlice');
    if (slices.length > 0) groups.set(key, slices);
  }
  return groups;
}

function eventsByObject(events: readonly Event[]): Map<string, Event[]> {
  const groups = groupOf(events, ({ about }) => refKey(about));
  for (const group of groups.values()) group.sort((a, b) => (b.last ?? 0) - (a.last ?? 0));
  return groups;
}
