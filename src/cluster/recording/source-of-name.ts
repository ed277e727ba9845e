import { sep } from 'node:path';
import { isFields } from '../project/read.ts';
import { type SourceName, sourceNames } from '../snapshot.ts';
import { sourceRows } from '../sources.ts';

/** How files and folders call a source when not by its own name: kubectl's short names, troubleshoot.sh's folders. */
const otherNames: Readonly<Record<string, SourceName>> = {
  po: 'pods',
  no: 'nodes',
  ns: 'namespaces',
  deploy: 'deployments',
  rs: 'replicasets',
  sts: 'statefulsets',
  ds: 'daemonsets',
  cj: 'cronjobs',
  svc: 'services',
  ep: 'endpointslices',
  endpoints: 'endpointslices',
  ing: 'ingresses',
  ingress: 'ingresses',
  pvc: 'persistentvolumeclaims',
  pvcs: 'persistentvolumeclaims',
  pv: 'persistentvolumes',
  pvs: 'persistentvolumes',
  sc: 'storageclasses',
  'storage-classes': 'storageclasses',
  hpa: 'horizontalpodautoscalers',
  pdb: 'poddisruptionbudgets',
  'pod-disruption-budgets': 'poddisruptionbudgets',
  quota: 'resourcequotas',
  'resource-quota': 'resourcequotas',
  sa: 'serviceaccounts',
  cm: 'configmaps',
  netpol: 'networkpolicies',
  'network-policy': 'networkpolicies',
  ev: 'events',
};

/** `pods.json`, `deployments.apps.yaml`, `pvcs`: the source that the name of a file or folder says. */
export function sourceOfName(name: string): SourceName | undefined {
  const word = name
    .toLowerCase()
    .replace(/\.gz$/, '')
    .replace(/\.(json|ya?ml)$/, '');
  const resource = word.split('.')[0] ?? '';
  if (word.endsWith('.metrics.k8s.io')) return resource === 'nodes' ? 'nodemetrics' : 'podmetrics';
  return sourceNames.find((source) => source === resource) ?? otherNames[resource];
}

/** The source of a file in a support bundle: `pods/shop.json`, `nodes.json`, `pods-errors.json` as well. */
export function sourceOfPath(path: string): SourceName | undefined {
  return sourceOfName((path.split(sep)[0] ?? '').replace(/-errors\.json$/, ''));
}

/** The source whose list this is (`PodList`), if it says so. */
export function sourceOfList(document: unknown): SourceName | undefined {
  const kind = isFields(document) && Array.isArray(document['items']) ? document['kind'] : undefined;
  if (kind === 'EndpointsList') return 'endpointslices';
  return sourceRows.find((row) => `${row.kind}List` === kind)?.source;
}

/** What the objects of a source are, for those that do not say it themselves. */
export function kindOfSource(source: SourceName | undefined): { kind: string; apiVersion: string } | undefined {
  const row = sourceRows.find((one) => one.source === source);
  return row && { kind: row.kind, apiVersion: row.group ? `${row.group}/${row.version}` : row.version };
}
