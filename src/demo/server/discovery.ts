import { apiVersionOf, type Catalogue, type Resource } from './resources.ts';

/** `/api`, `/apis`, `/api/v1`, `/apis/GROUP/VERSION`, `/version`: how clients learn what there is. */
export function discover(path: string, catalogue: Catalogue, version: string): object | undefined {
  if (path === '/version') return serverVersion(version);
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis') return groupList(catalogue);
  const match = /^\/(?:api|apis\/([^/]+))(?:\/([^/]+))?$/.exec(path);
  if (!match) return undefined;
  const [, group = '', wanted] = match;
  const resources = catalogue.all().filter((one) => one.group === group && (!wanted || one.version === wanted));
  const first = resources[0];
  if (!first) return undefined;
  if (!wanted) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(group, resources) };
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(first),
    resources: resources.flatMap(resourceEntries),
  };
}

function serverVersion(gitVersion: string): object {
  const [, major = '1', minor = '35'] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '',
    goVersion: '',
    compiler: '',
    platform: '',
  };
}

function groupList(catalogue: Catalogue): object {
  const names = [...new Set(catalogue.all().map(({ group }) => group))].filter(Boolean);
  const groups = names.map((name) =>
    groupOf(
      name,
      catalogue.all().filter(({ group }) => group === name),
    ),
  );
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

function groupOf(name: string, resources: readonly Resource[]): object {
  const versions = [...new Set(resources.map(({ version }) => version))].map((version) => ({
    groupVersion: `${name}/${version}`,
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

function resourceEntries(resource: Resource): object[] {
  const { plural, singular, namespaced, kind, shortNames, categories, group } = resource;
  const readOnly = group === 'metrics.k8s.io';
  const entry = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: readOnly ? ['get', 'list'] : verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
  const log = { name: 'pods/log', singularName: '', namespaced: true, kind: 'Pod', verbs: ['get'] };
  return kind === 'Pod' ? [entry, log] : [entry];
}

/**
 * As much of OpenAPI v3 as kubectl needs to leave validation to the server: each kind has a PATCH with `fieldValidation`.
 * Without it `kubectl apply` insists on a schema.
 */
export function openApi(path: string, catalogue: Catalogue): object | undefined {
  const versions = new Set(catalogue.all().map((one) => `${one.group ? 'apis' : 'api'}/${apiVersionOf(one)}`));
  if (path === '/openapi/v3') {
    const entries = [...versions].map((name) => [name, { serverRelativeURL: `/openapi/v3/${name}?hash=1` }]);
    return { paths: Object.fromEntries(entries) };
  }
  const name = path.replace(/^\/openapi\/v3\//, '');
  if (!versions.has(name)) return undefined;
  const resources = catalogue.all().filter((one) => `${one.group ? 'apis' : 'api'}/${apiVersionOf(one)}` === name);
  const paths = resources.map(({ group, version, kind, plural, namespaced }) => [
    `/${name}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`,
    {
      patch: {
        parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
        responses: {},
        'x-kubernetes-group-version-kind': { group, version, kind },
      },
    },
  ]);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: '' },
    paths: Object.fromEntries(paths),
    components: { schemas: {} },
  };
}
