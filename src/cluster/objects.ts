import type { Millis } from '../lib/clock.ts';

/** Which object; enough to find it and to name it. Cluster-scoped objects have no namespace. */
export type Ref = { kind: string; namespace?: string; name: string };

export type Labels = Readonly<Record<string, string>>;

/** `metadata.ownerReferences`, the controlling one first. */
export type Owner = { kind: string; name: string; uid: string; controller: boolean };

/** What every projected object has. Annotations are an allowlist (see objects' readers): never `last-applied-configuration`. */
export type Meta = {
  kind: string;
  apiVersion: string;
  namespace?: string;
  name: string;
  uid: string;
  /** Absent in objects without any time (unit-test fixtures). */
  created?: Millis;
  deleting?: Millis;
  generation?: number;
  labels: Labels;
  annotations: Labels;
  owners: Owner[];
  finalizers: string[];
  /** `managedFields`' last manager and time, for "who changed it"; only for workloads and ConfigMaps. */
  changedBy?: { manager: string; at: Millis };
};

export type Condition = { type: string; status: string; reason?: string; message?: string; since?: Millis };

/** A label selector as the API has it. `undefined` selects nothing, an empty one everything. */
export type Selector = {
  matchLabels: Labels;
  matchExpressions: { key: string; operator: string; values: string[] }[];
};

export type Probe = {
  type: 'http' | 'tcp' | 'exec' | 'grpc';
  path?: string;
  /** A number, or the name of a container port. */
  port?: string;
  scheme?: string;
  initialDelay: number;
  period: number;
  timeout: number;
  failureThreshold: number;
};

/** What a container wants. Environment values are never kept: names, and where a value comes from. */
export type Container = {
  name: string;
  image: string;
  /** An init container; `sidecar` when its restartPolicy is Always. */
  init: boolean;
  sidecar: boolean;
  command: string[];
  ports: { name?: string; port: number; protocol: string; hostPort?: number }[];
  env: {
    name: string;
    from?: { kind: 'ConfigMap' | 'Secret' | 'Field'; name?: string; key?: string; optional: boolean };
  }[];
  envFrom: { kind: 'ConfigMap' | 'Secret'; name: string; optional: boolean }[];
  mounts: { volume: string; path: string; readOnly: boolean; subPath?: string }[];
  /** cpu in cores, memory and ephemeral storage in bytes. */
  requests: Resources;
  limits: Resources;
  liveness?: Probe;
  readiness?: Probe;
  startup?: Probe;
};

export type Resources = { cpu?: number; memory?: number; ephemeral?: number };

export type ContainerState =
  | { is: 'running'; since?: Millis }
  | { is: 'waiting'; reason: string; message?: string }
  | {
      is: 'terminated';
      reason: string;
      message?: string;
      exitCode: number;
      signal?: number;
      startedAt?: Millis;
      finishedAt?: Millis;
    };

export type ContainerStatus = {
  name: string;
  init: boolean;
  image: string;
  ready: boolean;
  started?: boolean;
  restarts: number;
  state?: ContainerState;
  last?: ContainerState;
};

export type Volume = {
  name: string;
  claim?: string;
  configMap?: { name: string; optional: boolean; keys: string[] };
  secret?: { name: string; optional: boolean; keys: string[] };
  hostPath?: string;
  emptyDir?: { sizeLimit?: number };
};

export type Toleration = { key?: string; operator: string; value?: string; effect?: string; seconds?: number };

/** What a pod template and a pod have in common. */
export type PodSpec = {
  containers: Container[];
  volumes: Volume[];
  serviceAccount: string;
  nodeSelector: Labels;
  /** Required node affinity terms, as text for evidence. */
  nodeAffinity: string[];
  podAntiAffinity: boolean;
  tolerations: Toleration[];
  hostNetwork: boolean;
  priorityClass?: string;
  imagePullSecrets: string[];
  schedulingGates: string[];
  terminationGrace: number;
  restartPolicy: string;
};

export type Pod = Meta &
  PodSpec & {
    kind: 'Pod';
    node?: string;
    phase: string;
    reason?: string;
    message?: string;
    ip?: string;
    started?: Millis;
    conditions: Condition[];
    statuses: ContainerStatus[];
    qos?: string;
  };

export type Node = Meta & {
  kind: 'Node';
  unschedulable: boolean;
  taints: { key: string; value?: string; effect: string; since?: Millis }[];
  conditions: Condition[];
  capacity: Resources & { pods?: number };
  allocatable: Resources & { pods?: number };
  addresses: string[];
  kubelet?: string;
};

export type Workload = Meta & {
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet' | 'ReplicationController';
  /** `spec.replicas` (1 when absent); for a DaemonSet `desiredNumberScheduled`. */
  wanted: number;
  /** `status.replicas`, `readyReplicas`, `availableReplicas`, `updatedReplicas` and their DaemonSet twins; 0 when absent. */
  replicas: number;
  ready: number;
  available: number;
  updated: number;
  unavailable: number;
  /** False where the object has no status at all yet. */
  hasStatus: boolean;
  observedGeneration?: number;
  conditions: Condition[];
  selector?: Selector;
  template: PodSpec;
  templateLabels: Labels;
  paused: boolean;
  strategy: string;
  maxUnavailable?: string;
  maxSurge?: string;
  partition?: number;
  progressDeadline?: number;
  minReadySeconds: number;
  /** StatefulSet: names and currentRevision/updateRevision; claims by template. */
  serviceName?: string;
  currentRevision?: string;
  updateRevision?: string;
  claimTemplates: string[];
  /** `deployment.kubernetes.io/revision` of a ReplicaSet or Deployment. */
  revision?: number;
};

/** Deployment, StatefulSet or DaemonSet history that is not a ReplicaSet. */
export type ControllerRevision = Meta & { kind: 'ControllerRevision'; revision: number; template?: PodSpec };

export type Job = Meta & {
  kind: 'Job';
  active: number;
  succeeded: number;
  failed: number;
  completions?: number;
  backoffLimit: number;
  activeDeadline?: number;
  suspended: boolean;
  started?: Millis;
  completed?: Millis;
  conditions: Condition[];
  template: PodSpec;
  hasStatus: boolean;
};

export type CronJob = Meta & {
  kind: 'CronJob';
  schedule: string;
  timezone?: string;
  suspended: boolean;
  concurrency: string;
  startingDeadline?: number;
  lastScheduled?: Millis;
  lastSucceeded?: Millis;
  active: string[];
  template: PodSpec;
};

export type Service = Meta & {
  kind: 'Service';
  type: string;
  clusterIP?: string;
  externalName?: string;
  selector?: Labels;
  ports: { name?: string; port: number; targetPort: string; protocol: string; appProtocol?: string }[];
  publishNotReady: boolean;
  /** A load balancer has an address. */
  hasIngress: boolean;
};

/** Endpoints and EndpointSlices alike: what a Service reaches. */
export type Endpoints = Meta & {
  kind: 'EndpointSlice' | 'Endpoints';
  service: string;
  ready: { ip: string; target?: Ref }[];
  notReady: { ip: string; target?: Ref }[];
  ports: { name?: string; port?: number; protocol: string }[];
};

export type Ingress = Meta & {
  kind: 'Ingress';
  className?: string;
  backends: { host?: string; path?: string; service: string; port?: string }[];
  tls: { hosts: string[]; secret?: string }[];
  hasAddress: boolean;
};

export type Claim = Meta & {
  kind: 'PersistentVolumeClaim';
  phase: string;
  storageClass?: string;
  volume?: string;
  accessModes: string[];
  requested?: number;
  selector?: Selector;
  conditions: Condition[];
};

export type PersistentVolume = Meta & {
  kind: 'PersistentVolume';
  phase: string;
  storageClass?: string;
  claim?: Ref;
  capacity?: number;
  accessModes: string[];
  reason?: string;
  message?: string;
  reclaim: string;
};

export type StorageClass = Meta & {
  kind: 'StorageClass';
  provisioner: string;
  waitForFirstConsumer: boolean;
  isDefault: boolean;
};

export type Autoscaler = Meta & {
  kind: 'HorizontalPodAutoscaler';
  target: Ref;
  min: number;
  max: number;
  current: number;
  desired: number;
  conditions: Condition[];
};

export type Budget = Meta & {
  kind: 'PodDisruptionBudget';
  selector?: Selector;
  allowed: number;
  currentHealthy: number;
  desiredHealthy: number;
  expectedPods: number;
  minAvailable?: string;
  maxUnavailable?: string;
  observedGeneration?: number;
  conditions: Condition[];
};

export type Webhook = Meta & {
  kind: 'ValidatingWebhookConfiguration' | 'MutatingWebhookConfiguration';
  hooks: {
    name: string;
    service?: { namespace: string; name: string; port: number };
    url?: string;
    failurePolicy: string;
    scope: string[];
  }[];
};

export type Quota = Meta & { kind: 'ResourceQuota'; hard: Labels; used: Labels };

export type Namespace = Meta & { kind: 'Namespace'; phase: string; conditions: Condition[] };

/** Names only: which configuration exists. Where the API may not be asked the source is `denied` and missing ones are known from what kubelet says. */
export type ConfigMapKeys = Meta & { kind: 'ConfigMap'; keys: string[] };

export type ServiceAccount = Meta & { kind: 'ServiceAccount'; imagePullSecrets: string[] };

export type NetworkPolicy = Meta & {
  kind: 'NetworkPolicy';
  podSelector: Selector;
  types: string[];
  /** An empty list of rules for a type it names means: denies all. */
  ingressRules: number;
  egressRules: number;
};

export type Lease = Meta & { kind: 'Lease'; holder?: string; renewed?: Millis; seconds: number };

/** cert-manager's Certificate. */
export type Certificate = Meta & {
  kind: 'Certificate';
  dnsNames: string[];
  secret?: string;
  notAfter?: Millis;
  renewAt?: Millis;
  conditions: Condition[];
};

/** core/v1 or events.k8s.io Event, message cleaned and capped at 1 KiB. */
export type Event = Meta & {
  kind: 'Event';
  about: Ref & { uid?: string; fieldPath?: string };
  type: string;
  reason: string;
  message: string;
  count: number;
  first?: Millis;
  last?: Millis;
  component?: string;
};

/** Anything else that was handed in and has status conditions (custom resources): kept so that pods owned by unknown kinds keep a name. */
export type OtherObject = Meta & { conditions: Condition[] };

/** cpu in cores, memory in bytes, from metrics.k8s.io. */
export type PodUsage = {
  namespace: string;
  pod: string;
  at?: Millis;
  containers: { name: string; cpu: number; memory: number }[];
};
export type NodeUsage = { node: string; at?: Millis; cpu: number; memory: number };

/** A mounted volume's fill state, from kubelet's summary where it may be read. */
export type VolumeUsage = {
  namespace: string;
  pod: string;
  volume: string;
  claim?: string;
  capacity: number;
  available: number;
  inodes?: number;
  inodesFree?: number;
};

/** The last lines of one container, cleaned; `previous` is the run before. */
export type ContainerLog = { namespace: string; pod: string; container: string; previous: boolean; lines: string[] };
