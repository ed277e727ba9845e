import type { Millis } from '../lib/clock.ts';
import type {
  Autoscaler,
  Budget,
  Certificate,
  Claim,
  ConfigMapKeys,
  ContainerLog,
  ControllerRevision,
  CronJob,
  Endpoints,
  Event,
  Ingress,
  Job,
  Lease,
  Namespace,
  NetworkPolicy,
  Node,
  NodeUsage,
  OtherObject,
  PersistentVolume,
  Pod,
  PodUsage,
  Quota,
  Service,
  ServiceAccount,
  StorageClass,
  VolumeUsage,
  Webhook,
  Workload,
} from './objects.ts';

/** The sources a snapshot is made of, each a resource of the API; the word in coverage, metrics and messages. */
export const sourceNames = [
  'pods',
  'nodes',
  'namespaces',
  'deployments',
  'replicasets',
  'statefulsets',
  'daemonsets',
  'controllerrevisions',
  'jobs',
  'cronjobs',
  'services',
  'endpointslices',
  'ingresses',
  'persistentvolumeclaims',
  'persistentvolumes',
  'storageclasses',
  'horizontalpodautoscalers',
  'poddisruptionbudgets',
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'resourcequotas',
  'serviceaccounts',
  'configmaps',
  'networkpolicies',
  'leases',
  'certificates',
  'customresourcedefinitions',
  'events',
  'podmetrics',
  'nodemetrics',
  'volumestats',
  'logs',
] as const;
export type SourceName = (typeof sourceNames)[number];

/** `complete`: seen whole. `partial`: broke off or stale. `denied`: 401 or 403. `absent`: not installed or not asked for, which makes nothing unknown. */
export type CoverageState = 'complete' | 'partial' | 'denied' | 'absent';
export type Coverage = {
  source: SourceName;
  state: CoverageState;
  count: number;
  reason?: string /** Last seen whole. */;
  seenAt?: Millis;
};

/** The cluster as plain small data at one moment. */
export type Snapshot = {
  at: Millis;
  cluster: ClusterIdentity;
  coverage: Coverage[];
  pods: Pod[];
  nodes: Node[];
  namespaces: Namespace[];
  /** Deployments, StatefulSets, DaemonSets, ReplicaSets and ReplicationControllers. */
  workloads: Workload[];
  controllerRevisions: ControllerRevision[];
  jobs: Job[];
  cronJobs: CronJob[];
  services: Service[];
  endpoints: Endpoints[];
  ingresses: Ingress[];
  claims: Claim[];
  volumes: PersistentVolume[];
  storageClasses: StorageClass[];
  autoscalers: Autoscaler[];
  budgets: Budget[];
  webhooks: Webhook[];
  quotas: Quota[];
  serviceAccounts: ServiceAccount[];
  configMaps: ConfigMapKeys[];
  networkPolicies: NetworkPolicy[];
  leases: Lease[];
  certificates: Certificate[];
  events: Event[];
  others: OtherObject[];
  podUsage: PodUsage[];
  nodeUsage: NodeUsage[];
  volumeUsage: VolumeUsage[];
  logs: ContainerLog[];
  /** Objects that could not be read, named with the reason: dropped, never fatal. */
  dropped: { source: string; name: string; reason: string }[];
};

export type ClusterIdentity = {
  /** UID of the kube-system namespace; incidents are kept by it. `unknown` where it was not seen. */
  id: string;
  /** The context's or the API server's name, for people. */
  name: string;
  version?: string;
};

/** A snapshot with nothing in it: every source absent. Readers fill it. */
export function emptySnapshot(at: Millis, cluster: ClusterIdentity): Snapshot {
  return {
    at,
    cluster,
    coverage: sourceNames.map((source) => ({ source, state: 'absent', count: 0 })),
    pods: [],
    nodes: [],
    namespaces: [],
    workloads: [],
    controllerRevisions: [],
    jobs: [],
    cronJobs: [],
    services: [],
    endpoints: [],
    ingresses: [],
    claims: [],
    volumes: [],
    storageClasses: [],
    autoscalers: [],
    budgets: [],
    webhooks: [],
    quotas: [],
    serviceAccounts: [],
    configMaps: [],
    networkPolicies: [],
    leases: [],
    certificates: [],
    events: [],
    others: [],
    podUsage: [],
    nodeUsage: [],
    volumeUsage: [],
    logs: [],
    dropped: [],
  };
}
