import type { ContainerLog, Endpoints, Event, Labels, Pod, PodUsage, Ref, Selector, Workload } from './objects.ts';
import { groupByRef, indexByRef, type RefIndex } from './ref-index.ts';
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
  const pods = (): RefIndex<Pod> => podIndex(snapshot.pods);
  const nodes = lazy(() => indexOf(snapshot.nodes, (node) => node.name));
  const { workload, topOwner, podsByOwner } = owners(snapshot.workloads);
  const servicesByNamespace = lazy(() => groupOf(snapshot.services, (service) => service.namespace ?? ''));
  const events = (): RefIndex<Event[]> => eventsByObject(snapshot.events);
  const logs = lazy(() =>
    groupByRef(snapshot.logs, (log) => ({ kind: 'Pod', namespace: log.namespace, name: log.pod })),
  );
  const usage = lazy(() => indexOf(snapshot.podUsage, (used) => podKey(used.namespace, used.pod)));

  const podsMatching = (namespace: string, selector: Labels | Selector): readonly Pod[] => {
    const candidates = narrow(snapshot.pods, namespace, selector);
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
    podsOf: ({ kind, namespace, name }) => podsByOwner(snapshot.pods).get(kind, namespace, name) ?? [],
    podsOnNode: (name) => podsByNode(snapshot.pods).get(name) ?? [],
    podsMatching,
    podsOfService: (service) => (service.selector ? podsMatching(service.namespace ?? '', service.selector) : []),
    endpointsOf: (service) => endpointsByService(snapshot.endpoints).get(podKey(service.namespace, service.name)) ?? [],
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

/**
 * What depends on one list (or object) alone is made once: between two cycles a list that did not change is the same array.
 */
function kept<List extends object, V>(make: (list: List) => V): (list: List) => V {
  const known = new WeakMap<List, V>();
  return (list) => {
    const before = known.get(list);
    if (before !== undefined) return before;
    const made = make(list);
    known.set(list, made);
    return made;
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

type Pods = readonly Pod[];
const podIndex = kept((pods: Pods) => indexByRef(pods));
const sortedPods = kept((pods: Pods) => pods.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)));
const podsByNode = kept((pods: Pods) => groupOf(sortedPods(pods), (pod) => pod.node));
const podsByNamespace = kept((pods: Pods) => groupOf(sortedPods(pods), (pod) => pod.namespace ?? ''));
const podsByLabel = kept(podLabels);

/** Who owns whom, by the workloads that are there. */
const owners = kept((workloads: readonly Workload[]) => {
  const index = indexByRef(workloads);
  const workload = ({ kind, namespace, name }: Ref): Workload | undefined => index.get(kind, namespace, name);
  const topOwner = kept(makeTopOwner(workload));
  return { workload, topOwner, podsByOwner: kept((pods: Pods) => groupByRef(sortedPods(pods), topOwner)) };
});

/** Pods by `namespace/key=value`, so that a selector looks at few of them. */
function podLabels(all: Pods): Map<string, Pod[]> {
  const index = new Map<string, Pod[]>();
  for (const [namespace, pods] of podsByNamespace(all)) {
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
function narrow(all: Pods, namespace: string, selector: Labels | Selector): Pods {
  let best: Pods = podsByNamespace(all).get(namespace) ?? [];
  for (const [key, value] of Object.entries(labelsOf(selector))) {
    const pods = podsByLabel(all).get(`${namespace}/${key}=${value}`) ?? [];
    if (pods.length < best.length) best = pods;
  }
  return best;
}

function labelsOf(selector: Labels | Selector): Labels {
  return isSelector(selector) ? selector.matchLabels : selector;
}

/** A cluster mirrors Endpoints into EndpointSlices: the older form counts only where there is no slice. */
const endpointsByService = kept(serviceEndpoints);
function serviceEndpoints(all: readonly Endpoints[]): Map<string, Endpoints[]> {
  const groups = groupOf(all, (one) => podKey(one.namespace, one.service));
  for (const [key, group] of groups) {
    const slices = group.filter(({ kind }) => kind === 'EndpointSlice');
    if (slices.length > 0) groups.set(key, slices);
  }
  return groups;
}

const eventsByObject = kept((events: readonly Event[]) => groupByRef(newestFirst(events), ({ about }) => about));
const newestFirst = (events: readonly Event[]): Event[] => events.toSorted((a, b) => (b.last ?? 0) - (a.last ?? 0));
