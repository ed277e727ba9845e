import type { ContainerLog, Endpoints, Event, Labels, Pod, PodUsage, Ref, Selector, Workload } from './objects.ts';
import { groupByRef, indexByRef } from './ref-index.ts';
import { isSelector, matches } from './select.ts';
import type { Snapshot, SourceName } from './snapshot.ts';
import { makeTopOwner } from './top-owner.ts';
import type { World } from './world.ts';

/** The lookups over a snapshot. Each index is built when it is first asked for; the snapshot must not change afterwards. */
export function makeWorld(snapshot: Snapshot): World {
  const complete = new Set<SourceName>(
    snapshot.coverage.filter(({ state }) => state === 'complete').map(({ source }) => source),
  );
  const others = lazy(() => indexByRef(otherObjects(snapshot)));
  const workloads = lazy(() => indexByRef(snapshot.workloads));
  const pods = lazy(() => indexByRef(snapshot.pods));
  const nodes = lazy(() => indexOf(snapshot.nodes, (node) => node.name));
  const workload = ({ kind, namespace, name }: Ref): Workload | undefined => workloads().get(kind, namespace, name);
  const topOwner = remembered(makeTopOwner(workload));
  const sorted = lazy(() => byName(snapshot.pods));
  const podsByOwner = lazy(() => groupByRef(sorted(), topOwner));
  const podsByNode = lazy(() => groupOf(sorted(), (pod) => pod.node));
  const podsByNamespace = lazy(() => groupOf(sorted(), (pod) => pod.namespace ?? ''));
  const podsByLabel = lazy(() => podLabels(podsByNamespace()));
  const servicesByNamespace = lazy(() => groupOf(snapshot.services, (service) => service.namespace ?? ''));
  const endpointsByService = lazy(() => serviceEndpoints(snapshot.endpoints));
  const events = lazy(() => groupByRef(newestFirst(snapshot.events), ({ about }) => about));
  const logs = lazy(() =>
    groupByRef(snapshot.logs, (log) => ({ kind: 'Pod', namespace: log.namespace, name: log.pod })),
  );
  const usage = lazy(() => indexOf(snapshot.podUsage, (used) => podKey(used.namespace, used.pod)));

  const podsMatching = (namespace: string, selector: Labels | Selector): readonly Pod[] => {
    const candidates = narrow(podsByLabel(), podsByNamespace(), namespace, selector);
    return candidates.filter((pod) => matches(selector, pod.labels));
  };
  return {
    snapshot,
    seen: (source) => complete.has(source),
    find(ref) {
      const { kind, namespace, name } = ref;
      if (kind === 'Pod') return pods().get(kind, namespace, name);
      return kind === 'Node' ? nodes().get(name) : (workload(ref) ?? others().get(kind, namespace, name));
    },
    pod: (namespace, name) => pods().get('Pod', namespace, name),
    node: (name) => nodes().get(name),
    workload,
    topOwner,
    podsOf: ({ kind, namespace, name }) => podsByOwner().get(kind, namespace, name) ?? [],
    podsOnNode: (name) => podsByNode().get(name) ?? [],
    podsMatching,
    podsOfService: (service) => (service.selector ? podsMatching(service.namespace ?? '', service.selector) : []),
    endpointsOf: (service) => endpointsByService().get(podKey(service.namespace, service.name)) ?? [],
    servicesOf: (pod) =>
      (servicesByNamespace().get(pod.namespace ?? '') ?? []).filter(
        ({ selector }) => selector && matches(selector, pod.labels),
      ),
    eventsOf: ({ kind, namespace, name }) => events().get(kind, namespace, name) ?? [],
    logOf: (pod, container, previous): ContainerLog | undefined =>
      logs()
        .get('Pod', pod.namespace, pod.name)
        ?.findLast((log) => log.container === container && log.previous === previous),
    usageOf: (pod): PodUsage | undefined => usage().get(podKey(pod.namespace, pod.name)),
  };
}

const podKey = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

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

/** Asked many times of each pod in a cycle. */
function remembered<K extends object, V>(find: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const before = known.get(key) ?? find(key);
    known.set(key, before);
    return before;
  };
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

const newestFirst = (events: readonly Event[]): Event[] => events.toSorted((a, b) => (b.last ?? 0) - (a.last ?? 0));
