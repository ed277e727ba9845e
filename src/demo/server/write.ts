import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { fields, isFields } from '../../cluster/project/read.ts';
import { type ApiObject, isApiObject, notFound, type Refusal, refusal } from './api-object.ts';
import { type Manager, withManager, withoutAbandoned } from './managed-fields.ts';
import { jsonPatch, mergePatch, strategicPatch } from './patch.ts';
import { apiVersionOf, type Resource, resourceName } from './resources.ts';
import { scaledTo, scaleOf } from './scale.ts';
import type { Entry, Store } from './store.ts';

/** A writing request, its body as it came. */
export type WriteRequest = {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  resource: Resource;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
  query: URLSearchParams;
  contentType: string;
  userAgent: string;
  body: string;
};

export type Written = { code: 200 | 201; object: ApiObject };

/** Does what the request asks for, or says why not. */
export function write(request: WriteRequest, store: Store, now: number): Written | Refusal {
  const { method, resource, namespace, name } = request;
  if (request.contentType.includes('protobuf') && method !== 'DELETE') {
    return refusal(415, 'UnsupportedMediaType', 'this server reads JSON and YAML, no protobuf: use "kubectl apply"');
  }
  if (method === 'POST') return create(request, store, now);
  if (name === undefined) return refusal(405, 'MethodNotAllowed', `${method} needs a name`);
  const before = store.get(resource, namespace, name);
  const isApply = request.contentType === 'application/apply-patch+yaml';
  if (!before && !isApply) return notFound(resourceName(resource), name);
  if (method === 'DELETE') return before ? remove(request, before, store) : notFound(resourceName(resource), name);
  const target = before && request.subresource === 'scale' ? scaleOf(before.object) : before?.object;
  const asked = method === 'PUT' ? parsed(request.body) : patched(request, target);
  if (isRefusal(asked)) return asked;
  const after = before && request.subresource === 'scale' ? scaledTo(before.object, asked) : asked;
  return before ? replace(request, before, after, store, now) : keep(request, undefined, after, store, now);
}

function isRefusal(value: unknown): value is Refusal {
  return isFields(value) && 'refused' in value;
}

function create(request: WriteRequest, store: Store, now: number): Written | Refusal {
  const body = parsed(request.body);
  if (isRefusal(body)) return body;
  const metadata = fields(fields(body)['metadata']);
  const prefix = metadata['generateName'];
  const name =
    metadata['name'] ?? (typeof prefix === 'string' ? `${prefix}${(store.version() + 1).toString(36)}` : undefined);
  const object = { ...fields(body), metadata: { ...metadata, name } };
  const { resource, namespace } = request;
  if (typeof name === 'string' && store.get(resource, namespace, name)) {
    return refusal(409, 'AlreadyExists', `${resourceName(resource)} "${name}" already exists`, {
      name,
      kind: resource.plural,
    });
  }
  return keep(request, undefined, object, store, now);
}

function replace(request: WriteRequest, before: Entry, after: unknown, store: Store, now: number): Written | Refusal {
  const { resource, name = '' } = request;
  const metadata = fields(fields(after)['metadata']);
  const version = metadata['resourceVersion'];
  if (version !== undefined && version !== '' && version !== before.object.metadata['resourceVersion']) {
    return refusal(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${resourceName(resource)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
      { name, kind: resource.plural },
    );
  }
  if (before.object['immutable'] === true && !isDeepStrictEqual(before.object['data'], fields(after)['data'])) {
    return refusal(
      422,
      'Invalid',
      `${resource.kind} "${name}" is invalid: data: Forbidden: field is immutable when \`immutable\` is set`,
    );
  }
  const body = request.subresource === 'status' ? { ...before.object, status: fields(after)['status'] } : after;
  return keep(request, before, body, store, now);
}

function keep(
  request: WriteRequest,
  before: Entry | undefined,
  body: unknown,
  store: Store,
  now: number,
): Written | Refusal {
  const { resource, namespace, query } = request;
  const from = fields(body);
  const metadata = fields(from['metadata']);
  const object = {
    ...from,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { ...metadata, ...(namespace && { namespace }) },
  };
  if (!isApiObject(object)) {
    return refusal(
      422,
      'Invalid',
      `${resource.kind} "" is invalid: metadata.name: Required value: name or generateName is required`,
    );
  }
  if (from['kind'] !== undefined && from['kind'] !== resource.kind) {
    return refusal(400, 'BadRequest', `the object provided is a ${String(from['kind'])}, not a ${resource.kind}`);
  }
  const spec = fields(before?.object)['spec'];
  const generation = isDeepStrictEqual(spec, object['spec']) ? 0 : 1;
  const old = before?.object.metadata['generation'];
  const counted = {
    ...object,
    metadata: {
      ...object.metadata,
      ...(object['spec'] !== undefined && { generation: (typeof old === 'number' ? old : 0) + generation }),
    },
  };
  const manager = managerOf(request);
  const applied = manager.operation === 'Apply' ? parsed(request.body) : undefined;
  const managed = withManager(counted, before?.object, isApiObject(applied) ? applied : undefined, manager, now);
  if (before && isDeepStrictEqual(withoutTimes(managed), withoutTimes(before.object)))
    return { code: 200, object: before.object };
  const code = before ? 200 : 201;
  return query.get('dryRun') === 'All' ? { code, object: managed } : { code, object: store.put(managed).object };
}

/** A write that changes nothing is no write, as with the real server. */
const withoutTimes = (object: ApiObject): object => ({
  ...object,
  metadata: { ...object.metadata, managedFields: undefined, resourceVersion: undefined },
});

function remove({ resource, namespace, name = '', query }: WriteRequest, before: Entry, store: Store): Written {
  if (query.get('dryRun') !== 'All') store.remove(resource, namespace, name);
  return { code: 200, object: before.object };
}

function managerOf({ query, userAgent, contentType, subresource }: WriteRequest): Manager {
  return {
    name: query.get('fieldManager') || userAgent.split('/')[0] || 'unknown',
    operation: contentType === 'application/apply-patch+yaml' ? 'Apply' : 'Update',
    ...(subresource && { subresource }),
  };
}

function patched(
  { contentType, body, query, userAgent, subresource, resource, name, method, namespace }: WriteRequest,
  before: ApiObject | undefined,
): unknown {
  const patch = parsed(body);
  if (isRefusal(patch)) return patch;
  switch (contentType) {
    case 'application/json-patch+json':
      return jsonPatch(before, patch);
    case 'application/merge-patch+json':
      return mergePatch(before, patch);
    case 'application/strategic-merge-patch+json':
      return strategicPatch(before, patch);
    case 'application/apply-patch+yaml': {
      if (!isApiObject(patch))
        return refusal(400, 'BadRequest', 'an applied object needs apiVersion, kind and metadata.name');
      if (!before) return patch;
      const manager = managerOf({
        contentType,
        body,
        query,
        userAgent,
        subresource,
        resource,
        name,
        method,
        namespace,
      });
      return strategicPatch(withoutAbandoned(before, patch, manager), patch);
    }
    default:
      return refusal(415, 'UnsupportedMediaType', `the body of the request was in an unknown format: ${contentType}`);
  }
}

/** JSON, which is YAML too: `apply` sends the one or the other under the same type. */
function parsed(body: string): unknown {
  try {
    return body.startsWith('{') || body.startsWith('[') ? JSON.parse(body) : parse(body);
  } catch (error) {
    return refusal(
      400,
      'BadRequest',
      `the object could not be decoded: ${error instanceof Error ? error.message : ''}`,
    );
  }
}
