import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { type ApiObject, notFound, type Refusal, refusal } from './api-object.ts';
import { discover, openApi } from './discovery.ts';
import { type FaultKind, type Faults, refusalFor } from './faults.ts';
import { makeLists, printPage } from './list.ts';
import type { PodLogs } from './pod-logs.ts';
import { type Resource, resourceName } from './resources.ts';
import { isWatch, readPath, type Target, verbOf } from './route.ts';
import { scaleOf } from './scale.ts';
import { selectorOf } from './selectors.ts';
import { sendJson, sendPieces } from './send.ts';
import type { Entry, Store } from './store.ts';
import { tableOf } from './table.ts';
import type { Watches } from './watch.ts';
import { write } from './write.ts';

/** A request with its body read. */
export type ApiRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
};

type Parts = {
  store: Store;
  logs: PodLogs;
  faults: Faults;
  watches: Watches;
  now: () => number;
  token?: string;
  version?: string;
};

/** Answers requests; what it returns is a refusal that is still to be sent. */
export function makeHandler(parts: Parts): (request: ApiRequest, response: ServerResponse) => Refusal | undefined {
  const { store, logs, faults, watches, now, token, version = 'v1.35.0' } = parts;
  const lists = makeLists(store);

  function handle(request: ApiRequest, response: ServerResponse): Refusal | undefined {
    const { method, path, query, headers } = request;
    if (token && headers.authorization !== `Bearer ${token}`) return refusal(401, 'Unauthorized', 'Unauthorized');
    const described = describe(path);
    if (described) return describedOrFault(described, response);
    const target = readPath(path);
    const resource = target && store.catalogue.find(target.group, target.version, target.plural);
    if (!target || !resource) return refusal(404, 'NotFound', 'the server could not find the requested resource');
    const verb = verbOf(method, target, query);
    const fault = faults.take(resource, verb);
    const refused = refusalFor(fault, resource, verb);
    if (refused) return refused;
    if (verb === 'watch') return watch(request, response, resource, target, fault);
    if (verb === 'list') return list(request, response, resource, target, fault);
    return verb === 'write'
      ? change(request, response, resource, target)
      : get(request, response, resource, target, fault);
  }

  function describe(path: string): object | undefined {
    // It asks whether the caller may do something; nobody is kept from anything here but by a fault.
    if (/\/selfsubject(access|rules)reviews$/.test(path)) {
      return { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', status: { allowed: true } };
    }
    if (/^\/(healthz|livez|readyz)/.test(path)) return { status: 'ok' };
    return discover(path, store.catalogue, version) ?? openApi(path, store.catalogue);
  }

  function describedOrFault(described: object, response: ServerResponse): Refusal | undefined {
    const fault = faults.takeDiscovery();
    const refused = refusalFor(fault, undefined, 'get');
    if (!refused) sendPieces(response, 'application/json', [JSON.stringify(described)], fault);
    return refused;
  }

  function watch(
    request: ApiRequest,
    response: ServerResponse,
    resource: Resource,
    target: Target,
    fault: FaultKind | undefined,
  ): Refusal | undefined {
    const wanted = matcherOf(request, target);
    if (typeof wanted !== 'function') return wanted;
    const print = (entry: Entry): string =>
      wantsTable(request) ? JSON.stringify(tableOf(resource, [entry], entry.version, now())) : entry.json();
    const { namespace } = target;
    return watches.open({ resource, namespace, query: request.query, wanted, print, fault }, response);
  }

  function list(
    request: ApiRequest,
    response: ServerResponse,
    resource: Resource,
    target: Target,
    fault: FaultKind | undefined,
  ): Refusal | undefined {
    const wanted = matcherOf(request, target);
    if (typeof wanted !== 'function') return wanted;
    const page = lists.page(resource, target.namespace, request.query, wanted);
    if ('refused' in page) return page;
    const pieces = wantsTable(request)
      ? [JSON.stringify(tableOf(resource, page.entries, page.version, now()))]
      : printPage(resource, page);
    sendPieces(response, 'application/json', pieces, fault);
    return undefined;
  }

  function get(
    request: ApiRequest,
    response: ServerResponse,
    resource: Resource,
    target: Target,
    fault: FaultKind | undefined,
  ): Refusal | undefined {
    const entry = store.get(resource, target.namespace, target.name ?? '');
    if (!entry) return notFound(resourceName(resource), target.name ?? '');
    if (target.subresource === 'log') {
      const text = logs.read(entry.object, request.query);
      if (typeof text !== 'string') return text;
      sendPieces(response, 'text/plain', [text], fault);
    } else if (target.subresource === 'scale') sendJson(response, 200, scaleOf(entry.object));
    else if (wantsTable(request)) sendJson(response, 200, tableOf(resource, [entry], entry.version, now()));
    else sendPieces(response, 'application/json', [entry.json()], fault);
    return undefined;
  }

  function change(
    request: ApiRequest,
    response: ServerResponse,
    resource: Resource,
    target: Target,
  ): Refusal | undefined {
    const { method, query, headers, body } = request;
    if (method !== 'POST' && method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE') {
      return refusal(405, 'MethodNotAllowed', `${method} is not supported`);
    }
    const contentType = (headers['content-type'] ?? '').split(';')[0] ?? '';
    const userAgent = headers['user-agent'] ?? '';
    const { namespace, name, subresource } = target;
    const wish = { method, resource, namespace, name, subresource, query, contentType, userAgent, body } as const;
    const written = write(wish, store, now());
    if ('refused' in written) return written;
    sendJson(response, written.code, subresource === 'scale' ? scaleOf(written.object) : written.object);
    return undefined;
  }

  return handle;
}

/** The selectors of a request; a watch on one object by its path is one on its name. */
function matcherOf({ query }: ApiRequest, { name }: Target): ((object: ApiObject) => boolean) | Refusal {
  const wanted = selectorOf(query);
  if ('refused' in wanted || name === undefined || !isWatch(query)) return wanted;
  return (object) => object.metadata.name === name && wanted(object);
}

const wantsTable = ({ headers }: ApiRequest): boolean => /as=Table/.test(headers.accept ?? '');
