import type {
  ContainerLog,
  Endpoints,
  Event,
  Labels,
  Node,
  Pod,
  PodUsage,
  Ref,
  Selector,
  Service,
  Workload,
} from './objects.ts';
import type { Snapshot, SourceName } from './snapshot.ts';

/** `Kind/namespace/name`, or `Kind/name` where there is no namespace: the key of every lookup. */
export function refKey(ref: Ref): string {
  return ref.namespace ? `${ref.kind}/${ref.namespace}/${ref.name}` : `${ref.kind}/${ref.name}`;
}

/** How people read it: `Deployment shop/web`, `Node n1`. */
export function refName(ref: Ref): string {
  return ref.namespace ? `${ref.kind} ${ref.namespace}/${ref.name}` : `${ref.kind} ${ref.name}`;
}

/** The reference of an object without the rest of it. */
export function refOf(object: Ref): Ref {
  return object.namespace
    ? { kind: object.kind, namespace: object.namespace, name: object.name }
    : { kind: object.kind, name: object.name };
}

/** A snapshot with the lookups that checks, triage and changes share; made once a cycle in one pass over the objects. */
export type World = {
  snapshot: Snapshot;
  /** True when the source was seen whole; what is missing from it is then truly missing. */
  seen(source: SourceName): boolean;
  find(ref: Ref): (Ref & object) | undefined;
  pod(namespace: string, name: string): Pod | undefined;
  node(name: string): Node | undefined;
  workload(ref: Ref): Workload | undefined;
  /** The object that people name: Pod -> ReplicaSet -> Deployment; Pod -> Job -> CronJob stays at the Job. Itself where it has no owner. Works by name where the owner was not seen. */
  topOwner(object: Ref & { owners: readonly { kind: string; name: string }[] }): Ref;
  /** Pods whose top owner is that object, in the order of their names. */
  podsOf(owner: Ref): readonly Pod[];
  podsOnNode(name: string): readonly Pod[];
  /** Pods that a Service selects (labels, same namespace). */
  podsOfService(service: Service): readonly Pod[];
  podsMatching(namespace: string, selector: Labels | Selector): readonly Pod[];
  endpointsOf(service: Service): readonly Endpoints[];
  servicesOf(pod: Pod): readonly Service[];
  /** Events about the object, the newest first. */
  eventsOf(ref: Ref): readonly Event[];
  logOf(pod: Pod, container: string, previous: boolean): ContainerLog | undefined;
  usageOf(pod: Pod): PodUsage | undefined;
};
