import { fields, isFields, list } from '../../cluster/project/read.ts';
import type { ApiObject } from './api-object.ts';

/** One resource that the server serves. `group` is empty for the core API. */
export type Resource = {
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  namespaced: boolean;
  shortNames: string[];
  categories: string[];
  /** Items of its lists carry no `kind` and `apiVersion`, as the real server prints built-in kinds. */
  builtIn: boolean;
};

type Row = [kind: string, plural: string, scope: 'Namespaced' | 'Cluster', shortNames?: string, inAll?: boolean];

const groups: Readonly<Record<string, Row[]>> = {
  v1: [
    ['ConfigMap', 'configmaps', 'Namespaced', 'cm'],
    ['Endpoints', 'endpoints', 'Namespaced', 'ep'],
    ['Event', 'events', 'Namespaced', 'ev'],
    ['LimitRange', 'limitranges', 'Namespaced', 'limits'],
    ['Namespace', 'namespaces', 'Cluster', 'ns'],
    ['Node', 'nodes', 'Cluster', 'no'],
    ['PersistentVolumeClaim', 'persistentvolumeclaims', 'Namespaced', 'pvc'],
    ['PersistentVolume', 'persistentvolumes', 'Cluster', 'pv'],
    ['Pod', 'pods', 'Namespaced', 'po', true],
    ['ReplicationController', 'replicationcontrollers', 'Namespaced', 'rc', true],
    ['ResourceQuota', 'resourcequotas', 'Namespaced', 'quota'],
    ['Secret', 'secrets', 'Namespaced'],
    ['ServiceAccount', 'serviceaccounts', 'Namespaced', 'sa'],
    ['Service', 'services', 'Namespaced', 'svc', true],
  ],
  'apps/v1': [
    ['ControllerRevision', 'controllerrevisions', 'Namespaced'],
    ['DaemonSet', 'daemonsets', 'Namespaced', 'ds', true],
    ['Deployment', 'deployments', 'Namespaced', 'deploy', true],
    ['ReplicaSet', 'replicasets', 'Namespaced', 'rs', true],
    ['StatefulSet', 'statefulsets', 'Namespaced', 'sts', true],
  ],
  'batch/v1': [
    ['CronJob', 'cronjobs', 'Namespaced', 'cj', true],
    ['Job', 'jobs', 'Namespaced', '', true],
  ],
  'autoscaling/v2': [['HorizontalPodAutoscaler', 'horizontalpodautoscalers', 'Namespaced', 'hpa', true]],
  'policy/v1': [['PodDisruptionBudget', 'poddisruptionbudgets', 'Namespaced', 'pdb']],
  'networking.k8s.io/v1': [
    ['IngressClass', 'ingressclasses', 'Cluster'],
    ['Ingress', 'ingresses', 'Namespaced', 'ing'],
    ['NetworkPolicy', 'networkpolicies', 'Namespaced', 'netpol'],
  ],
  'discovery.k8s.io/v1': [['EndpointSlice', 'endpointslices', 'Namespaced']],
  'storage.k8s.io/v1': [['StorageClass', 'storageclasses', 'Cluster', 'sc']],
  'coordination.k8s.io/v1': [['Lease', 'leases', 'Namespaced']],
  'admissionregistration.k8s.io/v1': [
    ['MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', 'Cluster'],
    ['ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', 'Cluster'],
  ],
  'apiextensions.k8s.io/v1': [['CustomResourceDefinition', 'customresourcedefinitions', 'Cluster', 'crd']],
  'rbac.authorization.k8s.io/v1': [
    ['ClusterRoleBinding', 'clusterrolebindings', 'Cluster'],
    ['ClusterRole', 'clusterroles', 'Cluster'],
    ['RoleBinding', 'rolebindings', 'Namespaced'],
    ['Role', 'roles', 'Namespaced'],
  ],
};

/** Served only where there are such objects: not every cluster has them. */
const optionalGroups: Readonly<Record<string, Row[]>> = {
  'metrics.k8s.io/v1beta1': [
    ['NodeMetrics', 'nodes', 'Cluster'],
    ['PodMetrics', 'pods', 'Namespaced'],
  ],
  'cert-manager.io/v1': [['Certificate', 'certificates', 'Namespaced', 'cert']],
  'events.k8s.io/v1': [['Event', 'events', 'Namespaced', 'ev']],
};

export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const [group, version] = apiVersion.split('/');
  return version === undefined ? { group: '', version: group ?? '' } : { group: group ?? '', version };
}

/** `v1`, `apps/v1`. */
export const apiVersionOf = ({ group, version }: Pick<Resource, 'group' | 'version'>): string =>
  group ? `${group}/${version}` : version;

/** What errors and discovery call it: `pods`, `deployments.apps`. */
export const resourceName = ({ group, plural }: Resource): string => (group ? `${plural}.${group}` : plural);

/** The resources of a server: the built-in ones and those of the objects it was given. */
export type Catalogue = {
  all(): readonly Resource[];
  find(group: string, version: string, plural: string): Resource | undefined;
  /** The resource of an object; registers it where it is a kind nobody told of yet. */
  of(object: Pick<ApiObject, 'kind' | 'apiVersion'> & Partial<ApiObject>): Resource;
  /** Adds a resource, or replaces the one that was guessed. */
  declare(resource: Resource): void;
  /** Takes a resource out of discovery and every path, as if it were not installed. */
  uninstall(plural: string): void;
};

export function makeCatalogue(): Catalogue {
  let resources = Object.entries(groups).flatMap(([apiVersion, rows]) => rows.map((row) => builtIn(apiVersion, row)));
  const known = Object.entries(optionalGroups).flatMap(([apiVersion, rows]) =>
    rows.map((row) => builtIn(apiVersion, row)),
  );
  const catalogue: Catalogue = {
    all: () => resources,
    find: (group, version, plural) =>
      resources.find((one) => one.group === group && one.version === version && one.plural === plural),
    of(object) {
      const { group, version } = splitApiVersion(object.apiVersion);
      const same = (one: Resource): boolean =>
        one.kind === object.kind && one.group === group && one.version === version;
      const found = resources.find(same);
      if (found) return found;
      const added = known.find(same) ?? guess(object, group, version);
      resources = [...resources, added];
      return added;
    },
    declare(resource) {
      const same = (one: Resource): boolean =>
        one.kind === resource.kind && one.group === resource.group && one.version === resource.version;
      resources = [...resources.filter((one) => !same(one)), resource];
    },
    uninstall(plural) {
      resources = resources.filter((one) => one.plural !== plural);
    },
  };
  return catalogue;
}

function builtIn(apiVersion: string, [kind, plural, scope, shortNames, inAll]: Row): Resource {
  return {
    ...splitApiVersion(apiVersion),
    kind,
    plural,
    singular: kind.toLowerCase(),
    namespaced: scope === 'Namespaced',
    shortNames: shortNames ? [shortNames] : [],
    categories: inAll ? ['all'] : [],
    builtIn: true,
  };
}

/** A custom resource without its definition: English plurals are what nearly all definitions have. */
function guess(object: Partial<ApiObject> & { kind: string }, group: string, version: string): Resource {
  const singular = object.kind.toLowerCase();
  const plural = /(s|x|ch|sh)$/.test(singular)
    ? `${singular}es`
    : /[^aeiou]y$/.test(singular)
      ? `${singular.slice(0, -1)}ies`
      : `${singular}s`;
  const namespaced = fields(object.metadata)['namespace'] !== undefined;
  return {
    group,
    version,
    kind: object.kind,
    plural,
    singular,
    namespaced,
    shortNames: [],
    categories: [],
    builtIn: false,
  };
}

/** The resources that a CustomResourceDefinition declares. */
export function declaredBy(definition: ApiObject): Resource[] {
  const spec = fields(definition['spec']);
  const names = fields(spec['names']);
  const say = (value: unknown): string => (typeof value === 'string' ? value : '');
  return list(spec['versions']).flatMap((item) =>
    isFields(item) && item['served'] !== false
      ? [
          {
            group: say(spec['group']),
            version: say(item['name']),
            kind: say(names['kind']),
            plural: say(names['plural']),
            singular: say(names['singular']) || say(names['kind']).toLowerCase(),
            namespaced: spec['scope'] !== 'Cluster',
            shortNames: list(names['shortNames']).map(say),
            categories: list(names['categories']).map(say),
            builtIn: false,
          },
        ]
      : [],
  );
}
