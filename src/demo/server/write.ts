import { isDeepStrictEqual } from 'node:util';
import { fields } from '../../cluster/project/read.ts';
import { type ApiObject, isApiObject, notFound, type Refusal, refusal } from './api-object.ts';
import { withManager } from './managed-fields.ts';
import { isApply, isRefusal, managerOf, readBody, readPatched, type WriteRequest } from './read-body.ts';
import { apiVersionOf, resourceName } from './resources.ts';
import { scaledTo, scaleOf } from './scale.ts';
import type { Entry, Store } from './store.ts';

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
  if (!before && !isApply(request)) return notFound(resourceName(resource), name);
  if (method === 'DELETE') return before ? remove(request, before, store) : notFound(resourceName(resource), name);
  const target = before && request.subresource === 'scale' ? scaleOf(before.object) : before?.object;
  const asked = method === 'PUT' ? readBody(request) : readPatched(request, target);
  if (isRefusal(asked)) return asked;
  const after = before && request.subresource === 'scale' ? scaledTo(before.object, asked) : asked;
  return before ? replace(request, before, after, store, now) : keep(request, undefined, after, store, now);
}

function create(request: WriteRequest, store: Store, now: number): Written | Refusal {
  const body = readBody(request);
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

/** Stores what a request made of an object, unless it is a dry run or changes nothing. */
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
  const manager = managerOf(request);
  const applied = isApply(request) ? readBody(request) : undefined;
  const managed = withManager(
    withGeneration(object, before),
    before?.object,
    isApiObject(applied) ? applied : undefined,
    manager,
    now,
  );
  if (before && isDeepStrictEqual(withoutTimes(managed), withoutTimes(before.object)))
    return { code: 200, object: before.object };
  const code = before ? 200 : 201;
  return query.get('dryRun') === 'All' ? { code, object: managed } : { code, object: store.put(managed).object };
}

/** Counted up where the spec changed. */
function withGeneration(object: ApiObject, before: Entry | undefined): ApiObject {
  if (object['spec'] === undefined) return object;
  const old = before?.object.metadata['generation'];
  const changed = isDeepStrictEqual(before?.object['spec'], object['spec']) ? 0 : 1;
  return { ...object, metadata: { ...object.metadata, generation: (typeof old === 'number' ? old : 0) + changed } };
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
