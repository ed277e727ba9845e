import type { Meta } from '../objects.ts';
import type { Snapshot, SourceName } from '../snapshot.ts';
import { certificate, otherObject } from './certificates.ts';
import { event } from './events.ts';
import { cronJob, job } from './jobs.ts';
import { metaOf } from './meta.ts';
import { nodeUsage, podUsage } from './metrics.ts';
import { endpointSlice, endpoints, ingress, networkPolicy, service } from './network.ts';
import { lease, namespace, node } from './nodes.ts';
import { pod } from './pods.ts';
import { autoscaler, budget, configMapKeys, quota, serviceAccount, webhook } from './policy.ts';
import { type Fields, fields, isFields, text } from './read.ts';
import { claim, persistentVolume, storageClass } from './storage.ts';
import { controllerRevision, workload } from './workloads.ts';

export { volumeUsage } from './metrics.ts';

/** The lists of a snapshot that hold projected objects. */
export type ListName = Exclude<
  { [K in keyof Snapshot]: Snapshot[K] extends readonly object[] ? K : never }[keyof Snapshot],
  'coverage' | 'volumeUsage' | 'logs' | 'dropped'
>;

type Items = { [L in ListName]: Snapshot[L][number] };
type Lists = { [L in ListName]: Items[L][] };
type Entry<L extends ListName = ListName> = { [P in L]: { list: P; object: Items[P] } }[L];

/** A small typed object and the list of the snapshot it belongs into. `source` is absent for kinds that are no source of ours. */
export type Projected = Entry & { source?: SourceName; namespace?: string; name: string };
/** Why an object could not be read. Never fatal. */
export type Dropped = { dropped: { source: string; name: string; reason: string } };

type Row = { groups: readonly string[]; source?: SourceName; project(raw: Fields, meta: Meta): Entry };

const apps = ['apps', 'extensions'];
const hooks = ['admissionregistration.k8s.io'];

/** How each kind is read. Groups matter: `Service` is Knative's kind, too. */
const rows: Readonly<Record<string, Row>> = {
  Pod: { groups: [''], source: 'pods', project: (raw, meta) => ({ list: 'pods', object: pod(raw, meta) }) },
  Node: { groups: [''], source: 'nodes', project: (raw, meta) => ({ list: 'nodes', object: node(raw, meta) }) },
  Namespace: {
    groups: [''],
    source: 'namespaces',
    project: (raw, meta) => ({ list: 'namespaces', object: namespace(raw, meta) }),
  },
  Deployment: {
    groups: apps,
    source: 'deployments',
    project: (raw, meta) => ({ list: 'workloads', object: workload(raw, meta, 'Deployment') }),
  },
  ReplicaSet: {
    groups: apps,
    source: 'replicasets',
    project: (raw, meta) => ({ list: 'workloads', object: workload(raw, meta, 'ReplicaSet') }),
  },
  StatefulSet: {
    groups: apps,
    source: 'statefulsets',
    project: (raw, meta) => ({ list: 'workloads', object: workload(raw, meta, 'StatefulSet') }),
  },
  DaemonSet: {
    groups: apps,
    source: 'daemonsets',
    project: (raw, meta) => ({ list: 'workloads', object: workload(raw, meta, 'DaemonSet') }),
  },
  ReplicationController: {
    groups: [''],
    project: (raw, meta) => ({ list: 'workloads', object: workload(raw, meta, 'ReplicationController') }),
  },
  ControllerRevision: {
    groups: ['apps'],
    source: 'controllerrevisions',
    project: (raw, meta) => ({ list: 'controllerRevisions', object: controllerRevision(raw, meta) }),
  },
  Job: { groups: ['batch'], source: 'jobs', project: (raw, meta) => ({ list: 'jobs', object: job(raw, meta) }) },
  CronJob: {
    groups: ['batch'],
    source: 'cronjobs',
    project: (raw, meta) => ({ list: 'cronJobs', object: cronJob(raw, meta) }),
  },
  Service: {
    groups: [''],
    source: 'services',
    project: (raw, meta) => ({ list: 'services', object: service(raw, meta) }),
  },
  EndpointSlice: {
    groups: ['discovery.k8s.io'],
    source: 'endpointslices',
    project: (raw, meta) => ({ list: 'endpoints', object: endpointSlice(raw, meta) }),
  },
  Endpoints: {
    groups: [''],
    source: 'endpointslices',
    project: (raw, meta) => ({ list: 'endpoints', object: endpoints(raw, meta) }),
  },
  Ingress: {
    groups: ['networking.k8s.io', 'extensions'],
    source: 'ingresses',
    project: (raw, meta) => ({ list: 'ingresses', object: ingress(raw, meta) }),
  },
  PersistentVolumeClaim: {
    groups: [''],
    source: 'persistentvolumeclaims',
    project: (raw, meta) => ({ list: 'claims', object: claim(raw, meta) }),
  },
  PersistentVolume: {
    groups: [''],
    source: 'persistentvolumes',
    project: (raw, meta) => ({ list: 'volumes', object: persistentVolume(raw, meta) }),
  },
  StorageClass: {
    groups: ['storage.k8s.io'],
    source: 'storageclasses',
    project: (raw, meta) => ({ list: 'storageClasses', object: storageClass(raw, meta) }),
  },
  HorizontalPodAutoscaler: {
    groups: ['autoscaling'],
    source: 'horizontalpodautoscalers',
    project: (raw, meta) => ({ list: 'autoscalers', object: autoscaler(raw, meta) }),
  },
  PodDisruptionBudget: {
    groups: ['policy'],
    source: 'poddisruptionbudgets',
    project: (raw, meta) => ({ list: 'budgets', object: budget(raw, meta) }),
  },
  ValidatingWebhookConfiguration: {
    groups: hooks,
    source: 'validatingwebhookconfigurations',
    project: (raw, meta) => ({ list: 'webhooks', object: webhook(raw, meta, 'ValidatingWebhookConfiguration') }),
  },
  MutatingWebhookConfiguration: {
    groups: hooks,
    source: 'mutatingwebhookconfigurations',
    project: (raw, meta) => ({ list: 'webhooks', object: webhook(raw, meta, 'MutatingWebhookConfiguration') }),
  },
  ResourceQuota: {
    groups: [''],
    source: 'resourcequotas',
    project: (raw, meta) => ({ list: 'quotas', object: quota(raw, meta) }),
  },
  ServiceAccount: {
    groups: [''],
    source: 'serviceaccounts',
    project: (raw, meta) => ({ list: 'serviceAccounts', object: serviceAccount(raw, meta) }),
  },
  ConfigMap: {
    groups: [''],
    source: 'configmaps',
    project: (raw, meta) => ({ list: 'configMaps', object: configMapKeys(raw, meta) }),
  },
  NetworkPolicy: {
    groups: ['networking.k8s.io', 'extensions'],
    source: 'networkpolicies',
    project: (raw, meta) => ({ list: 'networkPolicies', object: networkPolicy(raw, meta) }),
  },
  Lease: {
    groups: ['coordination.k8s.io'],
    source: 'leases',
    project: (raw, meta) => ({ list: 'leases', object: lease(raw, meta) }),
  },
  Certificate: {
    groups: ['cert-manager.io', 'certmanager.k8s.io'],
    source: 'certificates',
    project: (raw, meta) => ({ list: 'certificates', object: certificate(raw, meta) }),
  },
  Event: {
    groups: ['', 'events.k8s.io'],
    source: 'events',
    project: (raw, meta) => ({ list: 'events', object: event(raw, meta) }),
  },
  PodMetrics: {
    groups: ['metrics.k8s.io'],
    source: 'podmetrics',
    project: (raw, meta) => ({ list: 'podUsage', object: podUsage(raw, meta) }),
  },
  NodeMetrics: {
    groups: ['metrics.k8s.io'],
    source: 'nodemetrics',
    project: (raw, meta) => ({ list: 'nodeUsage', object: nodeUsage(raw, meta) }),
  },
};

/**
 * The few fields of an API object that something here reads, as small typed data. Missing fields are tolerated, an object without
 * a name is dropped. `of` says what the object is where it does not say so itself, as the items of the API's lists do not.
 */
export function projectObject(raw: unknown, of?: { kind: string; apiVersion: string }): Projected | Dropped {
  const from = fields(raw);
  const kind = text(from['kind']) ?? of?.kind;
  const name = text(fields(from['metadata'])['name']) ?? '';
  if (!isFields(raw) || !kind || !name) {
    const reason = !isFields(raw) ? 'is no object' : kind ? 'has no name' : 'has no kind';
    return { dropped: { source: kind ?? 'unknown', name, reason } };
  }
  const apiVersion = text(from['apiVersion']) ?? of?.apiVersion ?? '';
  const meta = metaOf(from, kind, apiVersion);
  const row = rowOf(kind, apiVersion);
  const entry: Entry = row ? row.project(from, meta) : { list: 'others', object: otherObject(from, meta) };
  return {
    ...entry,
    name,
    ...(row?.source && { source: row.source }),
    ...(meta.namespace && { namespace: meta.namespace }),
  };
}

/** Fixtures without an `apiVersion` are what their kind says. */
function rowOf(kind: string, apiVersion: string): Row | undefined {
  const row = Object.hasOwn(rows, kind) ? rows[kind] : undefined;
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  return row && (apiVersion === '' || row.groups.includes(group)) ? row : undefined;
}

/** Puts a projected object where it belongs. */
export function addProjected(snapshot: Snapshot, projected: Projected): void {
  push(snapshot, projected);
}

function push<L extends ListName>(lists: Lists, entry: Entry<L>): void {
  lists[entry.list].push(entry.object);
}
