import type { ContainerLog, Endpoints, Event, Labels, Pod, PodUsage, Ref, Selector, Workload } from './objects.ts';
import { groupByRef, indexByRef, makeRefIndex, type RefIndex } from './ref-index.ts';
import { isSelector, matches } from './select.ts';
import type { Snapshot, SourceName } from './snapshot.ts';
import { makeTopOwner } from './top-owner.ts';
import type { World } from './world.ts';

/** The lookups over a snapshot. Each index is built when it is first asked for; the snapshot must not change afterwards. */
export function makeWorld(snapshot: Snapshot): World {
  const complete = new Set<SourceName>(
    snapshot.coverage.filter(({ state }) => state === 'complete').map(({ source }) => source),
  );
  const podsIn = (namespace = ''): Pods => podsByNamespace(snapshot.pods).get(namespace) ?? none;
  const pod = (namespace: string | undefined, name: string): Pod | undefined => podsByName(podsIn(namespace)).get(name);
  const nodes = lazy(() => indexOf(snapshot.nodes, (node) => node.name));
  const { workload, topOwner, podsByOwner } = owners(snapshot.workloads);
  const servicesByNamespace = lazy(() => groupOf(snapshot.services, (service) => service.namespace ?? ''));
  const logs = lazy(() =>
    groupByRef(snapshot.logs, (log) => ({ kind: 'Pod', namespace: log.namespace, name: log.pod })),
  );
  const usage = lazy(() => usageByPod(snapshot.podUsage));

  const podsMatching = (namespace: string, selector: Labels | Selector): readonly Pod[] => {
    const candidates = narrow(podsIn(namespace), selector);
    return candidates.filter((pod) => matches(selector, pod.labels));
  };
  return {
    snapshot,
    seen: (source) => complete.has(source),
    find(ref) {
      const { kind, namespace, name } = ref;
      if (kind === 'Pod') return pod(namespace, name);
      return kind === 'Node' ? nodes().get(name) : (workload(ref) ?? findOther(snapshot, ref));
    },
    pod,
    node: (name) => nodes().get(name),
    workload,
    topOwner,
    podsOf: ({ kind, namespace, name }) => byName(podsByOwner(podsIn(namespace)).get(kind, namespace, name)),
    podsOnNode: (name) => byName(podsByNode(snapshot.pods).get(name)),
    podsMatching,
    podsOfService: (service) => (service.selector ? podsMatching(service.namespace ?? '', service.selector) : []),
    endpointsOf: (service) =>
      endpointsByService(snapshot.endpoints).get('Service', service.namespace, service.name) ?? [],
    servicesOf: (pod) =>
      (servicesByNamespace().get(pod.namespace ?? '') ?? []).filter(
        ({ selector }) => selector && matches(selector, pod.labels),
      ),
    eventsOf: ({ kind, namespace, name }) => newestFirst(eventsByObject(snapshot.events).get(kind, namespace, name)),
    logOf: (pod, container, previous): ContainerLog | undefined =>
      logs()
        .get('Pod', pod.namespace, pod.name)
        ?.findLast((log) => log.container === container && log.previous === previous),
    usageOf: (pod): PodUsage | undefined => usage().get('Pod', pod.namespace, pod.name),
  };
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

/** Neighbours in a list mostly belong together: the group of the one before is tried first. */
function groupOf<T>(items: Iterable<T>, key: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  let last: string | undefined;
  let group: T[] = [];
  for (const item of items) {
    const name = key(item);
    if (name === undefined) continue;
    if (name !== last) {
      last = name;
      group = groups.get(name) ?? [];
      if (group.length === 0) groups.set(name, group);
    }
    group.push(item);
  }
  return groups;
}

type Pods = readonly Pod[];
const none: Pods = [];
const podsByNode = kept((pods: Pods) => groupOf(pods, (pod) => pod.node));
const podsByNamespace = kept((pods: Pods) => groupOf(pods, (pod) => pod.namespace ?? ''));
/** Of one namespace: those that nobody asks about cost nothing more. */
const podsByName = kept((pods: Pods) => indexOf(pods, (pod) => pod.name));

/** Put in order one small group at a time, when it is asked for: nobody asks for most, and to sort the whole list costs more than all of them. */
const inOrder = kept((pods: Pods) => pods.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)));
const byName = (pods: Pods | undefined): Pods => (pods && pods.length > 1 ? inOrder(pods) : (pods ?? none));

/** Who owns whom, by the workloads that are there. */
const owners = kept((workloads: readonly Workload[]) => {
  const index = indexByRef(workloads);
  const workload = ({ kind, namespace, name }: Ref): Workload | undefined => index.get(kind, namespace, name);
  const topOwner = makeTopOwner(workload);
  return { workload, topOwner, podsByOwner: kept((pods: Pods) => groupByRef(pods, topOwner)) };
});

/** The pods that could match, of one namespace and in the order of their names: those of the selector's rarest label, or all. */
function narrow(pods: Pods, selector: Labels | Selector): Pods {
  let best = pods;
  for (const [key, value] of Object.entries(isSelector(selector) ? selector.matchLabels : selector)) {
    const labelled = podsWithLabel(pods, key).get(value) ?? [];
    if (labelled.length < best.length) best = labelled;
  }
  return byName(best);
}

/** Pods of one namespace by the value of a label. Made for the labels that selectors ask for: pods have many more. */
const podsByLabel = kept((_pods: Pods) => new Map<string, Map<string, Pod[]>>());
function podsWithLabel(pods: Pods, key: string): ReadonlyMap<string, Pod[]> {
  const known = podsByLabel(pods).get(key);
  if (known) return known;
  const values = groupOf(pods, ({ labels }) => labels[key]);
  podsByLabel(pods).set(key, values);
  return values;
}

/** A cluster mirrors Endpoints into EndpointSlices: the older form counts only where there is no slice. */
const endpointsByService = kept((all: readonly Endpoints[]) => {
  const groups = groupByRef(all, ({ namespace, service }) => ({
    kind: 'Service',
    namespace: namespace ?? '',
    name: service,
  }));
  for (const { kind, namespace, service } of all) {
    const group = kind === 'Endpoints' ? groups.get('Service', namespace, service) : undefined;
    const slices = group?.filter((one) => one.kind === 'EndpointSlice') ?? [];
    if (slices.length > 0) groups.set('Service', namespace, service, slices);
  }
  return groups;
});

function usageByPod(all: readonly PodUsage[]): RefIndex<PodUsage> {
  const index = makeRefIndex<PodUsage>();
  for (const used of all) index.set('Pod', used.namespace, used.pod, used);
  return index;
}

const eventsByObject = kept((events: readonly Event[]) => groupByRef(events, ({ about }) => about));
const sortedEvents = kept((events: readonly Event[]) => events.toSorted((a, b) => (b.last ?? 0) - (a.last ?? 0)));
const newestFirst = (events: readonly Event[] | undefined): readonly Event[] =>
  events && events.length > 1 ? sortedEvents(events) : (events ?? []);

/** The list that has the objects of a kind, where it has one of its own. */
const listOfKind: Readonly<Record<string, (snapshot: Snapshot) => readonly (Ref & object)[]>> = {
  Namespace: ({ namespaces }) => namespaces,
  ControllerRevision: ({ controllerRevisions }) => controllerRevisions,
  Job: ({ jobs }) => jobs,
  CronJob: ({ cronJobs }) => cronJobs,
  Service: ({ services }) => services,
  Endpoints: ({ endpoints }) => endpoints,
  EndpointSlice: ({ endpoints }) => endpoints,
  Ingress: ({ ingresses }) => ingresses,
  PersistentVolumeClaim: ({ claims }) => claims,
  PersistentVolume: ({ volumes }) => volumes,
  StorageClass: ({ storageClasses }) => storageClasses,
  HorizontalPodAutoscaler: ({ autoscalers }) => autoscalers,
  PodDisruptionBudget: ({ budgets }) => budgets,
  ValidatingWebhookConfiguration: ({ webhooks }) => webhooks,
  MutatingWebhookConfiguration: ({ webhooks }) => webhooks,
  ResourceQuota: ({ quotas }) => quotas,
  ServiceAccount: ({ serviceAccounts }) => serviceAccounts,
  ConfigMap: ({ configMaps }) => configMaps,
  NetworkPolicy: ({ networkPolicies }) => networkPolicies,
  Lease: ({ leases }) => leases,
  Certificate: ({ certificates }) => certificates,
};
const objectIndex = kept((objects: readonly (Ref & object)[]) => indexByRef(objects));

/** What is neither pod, node nor workload: in the list of its kind, else among the rest. */
function findOther(snapshot: Snapshot, { kind, namespace, name }: Ref): (Ref & object) | undefined {
  const list = Object.hasOwn(listOfKind, kind) ? listOfKind[kind]?.(snapshot) : undefined;
  const own = list && objectIndex(list).get(kind, namespace, name);
  return own ?? objectIndex(snapshot.others).get(kind, namespace, name);
}
