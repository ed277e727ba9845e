import type { Meta, Webhook, Workload } from '../objects.ts';
import type { Snapshot, SourceName } from '../snapshot.ts';
import { certificate, otherObject } from './certificates.ts';
import { event } from './events.ts';
import { cronJob, job } from './jobs.ts';
import { nodeUsage, podUsage } from './metrics.ts';
import { endpointSlice, endpoints, ingress, networkPolicy, service } from './network.ts';
import { lease, namespace, node } from './nodes.ts';
import { pod } from './pods.ts';
import { autoscaler, budget, configMapKeys, quota, serviceAccount, webhook } from './policy.ts';
import type { Fields } from './read.ts';
import { claim, persistentVolume, storageClass } from './storage.ts';
import { controllerRevision, workload } from './workloads.ts';

/** The lists of a snapshot that hold projected objects. */
export type ListName = Exclude<
  { [K in keyof Snapshot]: Snapshot[K] extends readonly object[] ? K : never }[keyof Snapshot],
  'coverage' | 'volumeUsage' | 'logs' | 'dropped'
>;
export type Items = { [L in ListName]: Snapshot[L][number] };
/** An object with the list it belongs into. */
export type Entry<L extends ListName = ListName> = { [P in L]: { list: P; object: Items[P] } }[L];

export type Row = {
  kind: string;
  /** API groups in which the kind means this: `Service` is Knative's kind, too. */
  groups: readonly string[];
  /** Absent for what is no source of ours. */
  source: SourceName | undefined;
  project(raw: Fields, meta: Meta): Entry;
};

type Read<L extends ListName> = (raw: Fields, meta: Meta) => Items[L];

function row<L extends ListName>(
  kind: string,
  groups: string,
  source: SourceName | undefined,
  list: L,
  read: Read<L>,
): Row {
  return {
    kind,
    groups: groups.split(' '),
    source,
    project: (raw, meta) => ({ list, object: read(raw, meta) }) as Entry,
  };
}
const workloadOf =
  (kind: Workload['kind']): Read<'workloads'> =>
  (raw, meta) =>
    workload(raw, meta, kind);
const webhookOf =
  (kind: Webhook['kind']): Read<'webhooks'> =>
  (raw, meta) =>
    webhook(raw, meta, kind);

const core = '';
const hooks = 'admissionregistration.k8s.io';

/** How each kind is read. */
export const rows: readonly Row[] = [
  row('Pod', core, 'pods', 'pods', pod),
  row('Node', core, 'nodes', 'nodes', node),
  row('Namespace', core, 'namespaces', 'namespaces', namespace),
  row('Deployment', 'apps extensions', 'deployments', 'workloads', workloadOf('Deployment')),
  row('ReplicaSet', 'apps extensions', 'replicasets', 'workloads', workloadOf('ReplicaSet')),
  row('StatefulSet', 'apps', 'statefulsets', 'workloads', workloadOf('StatefulSet')),
  row('DaemonSet', 'apps extensions', 'daemonsets', 'workloads', workloadOf('DaemonSet')),
  row('ReplicationController', core, undefined, 'workloads', workloadOf('ReplicationController')),
  row('ControllerRevision', 'apps', 'controllerrevisions', 'controllerRevisions', controllerRevision),
  row('Job', 'batch', 'jobs', 'jobs', job),
  row('CronJob', 'batch', 'cronjobs', 'cronJobs', cronJob),
  row('Service', core, 'services', 'services', service),
  row('EndpointSlice', 'discovery.k8s.io', 'endpointslices', 'endpoints', endpointSlice),
  row('Endpoints', core, 'endpointslices', 'endpoints', endpoints),
  row('Ingress', 'networking.k8s.io extensions', 'ingresses', 'ingresses', ingress),
  row('PersistentVolumeClaim', core, 'persistentvolumeclaims', 'claims', claim),
  row('PersistentVolume', core, 'persistentvolumes', 'volumes', persistentVolume),
  row('StorageClass', 'storage.k8s.io', 'storageclasses', 'storageClasses', storageClass),
  row('HorizontalPodAutoscaler', 'autoscaling', 'horizontalpodautoscalers', 'autoscalers', autoscaler),
  row('PodDisruptionBudget', 'policy', 'poddisruptionbudgets', 'budgets', budget),
  row(
    'ValidatingWebhookConfiguration',
    hooks,
    'validatingwebhookconfigurations',
    'webhooks',
    webhookOf('ValidatingWebhookConfiguration'),
  ),
  row(
    'MutatingWebhookConfiguration',
    hooks,
    'mutatingwebhookconfigurations',
    'webhooks',
    webhookOf('MutatingWebhookConfiguration'),
  ),
  row('ResourceQuota', core, 'resourcequotas', 'quotas', quota),
  row('ServiceAccount', core, 'serviceaccounts', 'serviceAccounts', serviceAccount),
  row('ConfigMap', core, 'configmaps', 'configMaps', configMapKeys),
  row('NetworkPolicy', 'networking.k8s.io extensions', 'networkpolicies', 'networkPolicies', networkPolicy),
  row('Lease', 'coordination.k8s.io', 'leases', 'leases', lease),
  row('CustomResourceDefinition', 'apiextensions.k8s.io', 'customresourcedefinitions', 'others', otherObject),
  row('Certificate', 'cert-manager.io certmanager.k8s.io', 'certificates', 'certificates', certificate),
  row('Event', ' events.k8s.io', 'events', 'events', event),
  row('PodMetrics', 'metrics.k8s.io', 'podmetrics', 'podUsage', podUsage),
  row('NodeMetrics', 'metrics.k8s.io', 'nodemetrics', 'nodeUsage', nodeUsage),
];
