import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import type { Ref } from '../../cluster/objects.ts';
import { isFields } from '../../cluster/project/read.ts';
import { type ApiObject, isApiObject, notFound, type Refusal, refusal, statusOf } from './api-object.ts';
import { discover, openApi } from './discovery.ts';
import { befalls, type Fault, type FaultKind, makeFaults, refusalFor, type Verb } from './faults.ts';
import { makeLists, printPage } from './list.ts';
import { type LogName, makePodLogs } from './pod-logs.ts';
import { type Resource, resourceName } from './resources.ts';
import { selectorOf } from './selectors.ts';
import { type Entry, fillStore, makeStore } from './store.ts';
import { tableOf } from './table.ts';
import { makeWatches } from './watch.ts';
import { write } from './write.ts';

export type ApiServerOptions = {
  /** Raw objects and lists of them. */
  objects: readonly unknown[];
  now?: () => number;
  /** 0, the default: a free one. */
  port?: number;
  /** PEM; with them it speaks TLS, with `ca` it wants a client certificate. */
  certificates?: { key: string; cert: string; ca?: string };
  /** Who comes without this bearer token is refused with 401. */
  token?: string;
  /** `v1.35.0` */
  version?: string;
  /** False: refuses `sendInitialEvents` as servers before 1.32 do. */
  watchList?: boolean;
  /** Milliseconds between bookmarks, a minute by default. */
  bookmarkEvery?: number;
};

export type LoggedRequest = { method: string; path: string; query: URLSearchParams; userAgent: string; status: number };

export type ApiServer = {
  url: string;
  /** In the order of arrival; the newest 10,000. `status` is 0 until the answer began. */
  requests: LoggedRequest[];
  /** Every object, raw. */
  objects(): ApiObject[];
  get(ref: Ref): ApiObject | undefined;
  /** Creates or replaces, as something inside the cluster would do it; watches tell of it. */
  put(object: unknown): ApiObject;
  remove(ref: Ref): void;
  setLog(name: LogName, text: string): void;
  /** From now on, on open watches too. */
  fault(resource: string, fault: Fault): void;
  clearFaults(): void;
  /** Forgets history: who comes back with an older version or an unfinished list is told 410. */
  compact(): void;
  /** Sends a bookmark on every open watch. */
  bookmark(): void;
  watches(): number;
  /** The resource is not installed any more. */
  uninstall(plural: string): void;
  /** YAML with which kubectl works. */
  kubeconfig(): string;
  stop(): Promise<void>;
};

/** A Kubernetes API over real HTTP on loopback, without a cluster behind it: what it is told stays as it is. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const now = options.now ?? Date.now;
  const version = options.version ?? 'v1.35.0';
  const store = makeStore(now);
  const lists = makeLists(store);
  const logs = makePodLogs();
  const faults = makeFaults();
  const requests: LoggedRequest[] = [];
  const watches = makeWatches(store, {
    watchList: options.watchList ?? true,
    bookmarkEvery: options.bookmarkEvery ?? 60_000,
  });
  fillStore(store, options.objects);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const logged: LoggedRequest = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      userAgent: request.headers['user-agent'] ?? '',
      status: 0,
    };
    requests.push(logged);
    if (requests.length > 10_000) requests.shift();
    const refused = await handle(request, response, url);
    if (refused) sendRefusal(response, refused);
    logged.status = response.statusCode;
  }

  async function handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<Refusal | undefined> {
    const method = request.method ?? 'GET';
    const body = method === 'GET' ? '' : await readText(request);
    if (options.token && request.headers.authorization !== `Bearer ${options.token}`) {
      return refusal(401, 'Unauthorized', 'Unauthorized');
    }
    if (/^\/(healthz|livez|readyz)/.test(url.pathname)) return sendText(response, 'ok');
    const described = discover(url.pathname, store.catalogue, version) ?? openApi(url.pathname, store.catalogue);
    if (described) return sendJson(response, 200, described);
    if (/selfsubject(access|rules)reviews$/.test(url.pathname)) return sendJson(response, 201, allowed(body));
    const target = route(url.pathname);
    const resource = target && store.catalogue.find(target.group, target.version, target.plural);
    if (!target || !resource) return refusal(404, 'NotFound', 'the server could not find the requested resource');
    const verb = verbOf(method, target, url.searchParams);
    const fault = faults.take(resource, verb);
    const refused = refusalFor(fault, resourceName(resource), verb);
    if (refused) return refused;
    if (verb === 'list' || verb === 'watch') return read(resource, target, url.searchParams, request, response, fault);
    if (verb === 'write') {
      const written = write(
        {
          method: method === 'POST' || method === 'PUT' || method === 'PATCH' ? method : 'DELETE',
          resource,
          namespace: target.namespace,
          name: target.name,
          subresource: target.subresource,
          query: url.searchParams,
          contentType: (request.headers['content-type'] ?? '').split(';')[0] ?? '',
          userAgent: request.headers['user-agent'] ?? '',
          body,
        },
        store,
        now(),
      );
      return 'refused' in written ? written : sendJson(response, written.code, written.object);
    }
    const entry = store.get(resource, target.namespace, target.name ?? '');
    if (!entry) return notFound(resourceName(resource), target.name ?? '');
    if (verb === 'log') {
      const text = logs.read(entry.object, url.searchParams);
      return typeof text === 'string' ? send(response, 'text/plain', [text], fault) : text;
    }
    if (wantsTable(request)) return sendJson(response, 200, tableOf(resource, [entry], entry.version, now()));
    return send(response, 'application/json', [entry.json()], fault);
  }

  function read(
    resource: Resource,
    target: Target,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
    fault: FaultKind | undefined,
  ): Refusal | undefined {
    const wanted = selectorOf(query);
    if ('refused' in wanted) return wanted;
    const byName = target.name;
    const matcher =
      byName === undefined ? wanted : (object: ApiObject) => object.metadata.name === byName && wanted(object);
    const table = wantsTable(request);
    if (isWatch(query)) {
      const print = (entry: Entry): string =>
        table ? JSON.stringify(tableOf(resource, [entry], entry.version, now())) : entry.json();
      return watches.open({ resource, namespace: target.namespace, query, wanted: matcher, print, fault }, response);
    }
    const page = lists.page(resource, target.namespace, query, matcher);
    if ('refused' in page) return page;
    if (table) return sendJson(response, 200, { ...tableOf(resource, page.entries, page.version, now()) });
    return send(response, 'application/json', printPage(resource, page), fault);
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: Error) => {
      if (!response.headersSent) sendRefusal(response, refusal(500, 'InternalError', error.message));
      else response.destroy();
    });
  };
  const { certificates } = options;
  const server = certificates
    ? createTlsServer(
        {
          ...certificates,
          requestCert: certificates.ca !== undefined,
          rejectUnauthorized: certificates.ca !== undefined,
        },
        listener,
      )
    : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `${certificates ? 'https' : 'http'}://127.0.0.1:${port}`;
  const resourceOf = (ref: Ref): Resource | undefined => store.catalogue.all().find(({ kind }) => kind === ref.kind);

  return {
    url,
    requests,
    objects: () => store.catalogue.all().flatMap((resource) => store.entries(resource).map(({ object }) => object)),
    get: (ref) => {
      const resource = resourceOf(ref);
      return resource && store.get(resource, ref.namespace, ref.name)?.object;
    },
    put(object) {
      if (!isApiObject(object)) throw new TypeError('an object needs apiVersion, kind and metadata.name');
      return store.put(structuredClone(object)).object;
    },
    remove(ref) {
      const resource = resourceOf(ref);
      if (resource) store.remove(resource, ref.namespace, ref.name);
    },
    setLog: logs.set,
    fault(resource, fault) {
      faults.set(resource, fault);
      if (!fault.verbs || fault.verbs.includes('watch')) watches.strike((one) => befalls(resource, one), fault.kind);
    },
    clearFaults: faults.clear,
    compact: store.compact,
    bookmark: watches.bookmark,
    watches: watches.count,
    uninstall: store.catalogue.uninstall,
    kubeconfig: () => kubeconfigOf(url, options),
    async stop() {
      watches.closeAll();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

type Target = {
  group: string;
  version: string;
  namespace: string | undefined;
  plural: string;
  name: string | undefined;
  subresource: string | undefined;
};

/** `/api/v1/namespaces/shop/pods/web/log` in its parts. A namespace itself is an object of the cluster. */
function route(path: string): Target | undefined {
  const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/(.+)$/.exec(path);
  if (!match) return undefined;
  const [, group = '', version = '', rest = ''] = match;
  const parts = rest.split('/').map(decodeURIComponent);
  const inNamespace = parts[0] === 'namespaces' && parts.length > 2 && !['status', 'finalize'].includes(parts[2] ?? '');
  const [plural = '', name, subresource] = inNamespace ? parts.slice(2) : parts;
  return { group, version, namespace: inNamespace ? parts[1] : undefined, plural, name, subresource };
}

const isWatch = (query: URLSearchParams): boolean => ['1', 'true'].includes(query.get('watch') ?? '');

function verbOf(method: string, target: Target, query: URLSearchParams): Verb {
  if (method !== 'GET') return 'write';
  if (isWatch(query)) return 'watch';
  if (target.name === undefined) return 'list';
  return target.subresource === 'log' ? 'log' : 'get';
}

const wantsTable = (request: IncomingMessage): boolean => /as=Table/.test(request.headers.accept ?? '');

function allowed(body: string): object {
  const review: unknown = JSON.parse(body);
  return {
    ...(isFields(review) && review),
    status: { allowed: true, resourceRules: [], nonResourceRules: [], incomplete: false },
  };
}

function sendJson(response: ServerResponse, code: number, value: object): undefined {
  response.writeHead(code, { 'content-type': 'application/json' }).end(`${JSON.stringify(value)}\n`);
}

function sendText(response: ServerResponse, text: string): undefined {
  response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
}

function sendRefusal(response: ServerResponse, refused: Refusal): void {
  // Clients wait as long as this header says; one second is what the real server asks for.
  if (refused.refused.code === 429) response.setHeader('retry-after', '1');
  sendJson(response, refused.refused.code, statusOf(refused));
}

/** Sends the pieces, or as much of them as the fault lets through. */
function send(
  response: ServerResponse,
  type: string,
  pieces: Iterable<string>,
  fault: FaultKind | undefined,
): undefined {
  response.writeHead(200, { 'content-type': type });
  if (fault === 'cut' || fault === 'stall' || fault === 'truncated') {
    const whole = [...pieces].join('');
    const half = whole.slice(0, Math.ceil(whole.length / 2));
    if (fault === 'truncated') response.end(half);
    else response.write(half, () => fault === 'cut' && response.destroy());
    return;
  }
  for (const piece of pieces) response.write(piece);
  response.end();
}

function kubeconfigOf(url: string, { certificates, token }: ApiServerOptions): string {
  const authority = certificates
    ? `    certificate-authority-data: ${Buffer.from(certificates.ca ?? certificates.cert).toString('base64')}\n`
    : '';
  return `apiVersion: v1
kind: Config
current-context: demo
clusters:
- name: demo
  cluster:
    server: ${url}
${authority}contexts:
- name: demo
  context: {cluster: demo, user: demo}
users:
- name: demo
  user: {${token ? `token: ${JSON.stringify(token)}` : ''}}
`;
}
