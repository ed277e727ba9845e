import type { SourceName } from './snapshot.ts';

/** Where a source is in the API. */
export type SourceRow = {
  source: SourceName;
  /** Empty for the core group. */
  group: string;
  version: string;
  kind: string;
  /** Only this namespace is read. */
  namespace?: string;
  /** No API server is without it: a 404 means that we do not talk to one, not that the kind is not installed. */
  builtIn?: true;
  /** It cannot be watched and is listed again every minute. */
  polled?: true;
};

/** What a snapshot is read from, in the order in which it is asked for; the source's name is the resource's name. */
export const sourceRows: readonly SourceRow[] = [
  { source: 'pods', group: '', version: 'v1', kind: 'Pod', builtIn: true },
  { source: 'events', group: '', version: 'v1', kind: 'Event', builtIn: true },
  { source: 'nodes', group: '', version: 'v1', kind: 'Node', builtIn: true },
  { source: 'namespaces', group: '', version: 'v1', kind: 'Namespace', builtIn: true },
  { source: 'replicasets', group: 'apps', version: 'v1', kind: 'ReplicaSet', builtIn: true },
  { source: 'deployments', group: 'apps', version: 'v1', kind: 'Deployment', builtIn: true },
  { source: 'statefulsets', group: 'apps', version: 'v1', kind: 'StatefulSet', builtIn: true },
  { source: 'daemonsets', group: 'apps', version: 'v1', kind: 'DaemonSet', builtIn: true },
  { source: 'controllerrevisions', group: 'apps', version: 'v1', kind: 'ControllerRevision', builtIn: true },
  { source: 'jobs', group: 'batch', version: 'v1', kind: 'Job', builtIn: true },
  { source: 'cronjobs', group: 'batch', version: 'v1', kind: 'CronJob' },
  { source: 'services', group: '', version: 'v1', kind: 'Service', builtIn: true },
  { source: 'endpointslices', group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice', builtIn: true },
  { source: 'ingresses', group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' },
  { source: 'persistentvolumeclaims', group: '', version: 'v1', kind: 'PersistentVolumeClaim', builtIn: true },
  { source: 'persistentvolumes', group: '', version: 'v1', kind: 'PersistentVolume', builtIn: true },
  { source: 'storageclasses', group: 'storage.k8s.io', version: 'v1', kind: 'StorageClass' },
  { source: 'horizontalpodautoscalers', group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
  { source: 'poddisruptionbudgets', group: 'policy', version: 'v1', kind: 'PodDisruptionBudget' },
  {
    source: 'validatingwebhookconfigurations',
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingWebhookConfiguration',
  },
  {
    source: 'mutatingwebhookconfigurations',
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'MutatingWebhookConfiguration',
  },
  { source: 'resourcequotas', group: '', version: 'v1', kind: 'ResourceQuota', builtIn: true },
  { source: 'serviceaccounts', group: '', version: 'v1', kind: 'ServiceAccount', builtIn: true },
  { source: 'configmaps', group: '', version: 'v1', kind: 'ConfigMap', builtIn: true },
  { source: 'networkpolicies', group: 'networking.k8s.io', version: 'v1', kind: 'NetworkPolicy' },
  // The control plane's leases only: every node renews one every 10 s in kube-node-lease, and its conditions say the same.
  { source: 'leases', group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', namespace: 'kube-system' },
  { source: 'certificates', group: 'cert-manager.io', version: 'v1', kind: 'Certificate' },
  {
    source: 'customresourcedefinitions',
    group: 'apiextensions.k8s.io',
    version: 'v1',
    kind: 'CustomResourceDefinition',
  },
  { source: 'podmetrics', group: 'metrics.k8s.io', version: 'v1beta1', kind: 'PodMetrics', polled: true },
  { source: 'nodemetrics', group: 'metrics.k8s.io', version: 'v1beta1', kind: 'NodeMetrics', polled: true },
];

/** `v1`, `apps/v1`. */
export function apiVersionOf({ group, version }: { group: string; version: string }): string {
  return group ? `${group}/${version}` : version;
}

/** The path of a resource's list, every segment encoded. */
export function listPath(of: { group: string; version: string; resource: string; namespace?: string }): string {
  const group = of.group ? `/apis/${encodeURIComponent(of.group)}` : '/api';
  const namespace = of.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(of.namespace)}`;
  return `${group}/${encodeURIComponent(of.version)}${namespace}/${encodeURIComponent(of.resource)}`;
}

const resourceNames: Partial<Record<SourceName, string>> = { podmetrics: 'pods', nodemetrics: 'nodes' };

/** The path of a source's list. */
export function sourcePath(row: SourceRow): string {
  return listPath({ ...row, resource: resourceNames[row.source] ?? row.source });
}
