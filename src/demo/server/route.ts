import type { Verb } from './faults.ts';

/** What a path asks for, in its parts. */
export type Target = {
  group: string;
  version: string;
  namespace: string | undefined;
  plural: string;
  name: string | undefined;
  subresource: string | undefined;
};

/** Parts of a namespace that are not resources in it. */
const ofNamespace = new Set(['status', 'finalize']);

/** `/api/v1/namespaces/shop/pods/web/log`; a namespace itself is an object of the cluster. */
export function readPath(path: string): Target | undefined {
  const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/(.+)$/.exec(path);
  if (!match) return undefined;
  const [, group = '', version = '', rest = ''] = match;
  const parts = rest.split('/').map(decodeURIComponent);
  const inNamespace = parts[0] === 'namespaces' && parts.length > 2 && !ofNamespace.has(parts[2] ?? '');
  const [plural = '', name, subresource] = inNamespace ? parts.slice(2) : parts;
  return { group, version, namespace: inNamespace ? parts[1] : undefined, plural, name, subresource };
}

export const isWatch = (query: URLSearchParams): boolean => ['1', 'true'].includes(query.get('watch') ?? '');

export function verbOf(method: string, target: Target, query: URLSearchParams): Verb {
  if (method !== 'GET') return 'write';
  if (isWatch(query)) return 'watch';
  if (target.name === undefined) return 'list';
  return target.subresource === 'log' ? 'log' : 'get';
}
