import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import type { Ref } from '../../cluster/objects.ts';
import { type ApiObject, isApiObject, refusal } from './api-object.ts';
import { befalls, type Fault, makeFaults } from './faults.ts';
import { makeHandler } from './handle-request.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { type LogName, makePodLogs } from './pod-logs.ts';
import type { Resource } from './resources.ts';
import { sendRefusal } from './send.ts';
import { fillStore, makeStore } from './store.ts';
import { makeWatches } from './watch.ts';

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
  /** What `/version` says, `v1.35.0` by default. */
  version?: string;
  /** False: refuses `sendInitialEvents` as servers before 1.32 do. */
  watchList?: boolean;
  /** Milliseconds between bookmarks, a minute by default as with the real server. */
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
  /** Creates or replaces, as something inside the cluster would do it; watches tell of it. Throws a TypeError where it is no object. */
  put(object: unknown): ApiObject;
  remove(ref: Ref): void;
  setLog(name: LogName, text: string): void;
  /** From now on, and on the watches that are open. `resource` as kubectl names it, or `*`, or `discovery`. */
  fault(resource: string, fault: Fault): void;
  clearFaults(): void;
  /** Forgets history: who comes back with an older version or an unfinished list is told 410. */
  compact(): void;
  /** Sends a bookmark on every open watch that asked for them. */
  bookmark(): void;
  /** How many watches are open. */
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
  const store = makeStore(now);
  const logs = makePodLogs();
  const faults = makeFaults();
  const watches = makeWatches(store, {
    watchList: options.watchList ?? true,
    bookmarkEvery: options.bookmarkEvery ?? 60_000,
  });
  const requests: LoggedRequest[] = [];
  const handle = makeHandler({ store, logs, faults, watches, now, ...options });
  fillStore(store, options.objects);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const { method = 'GET', headers } = request;
    const logged = { method, path: pathname, query: searchParams, userAgent: headers['user-agent'] ?? '', status: 0 };
    requests.push(logged);
    if (requests.length > 10_000) requests.shift();
    const body = method === 'GET' ? '' : await readText(request);
    const refused = handle({ method, path: pathname, query: searchParams, headers, body }, response);
    if (refused) sendRefusal(response, refused);
    logged.status = response.statusCode;
  }

  const { url, close } = await listen(options, (request, response) => {
    answer(request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else sendRefusal(response, refusal(500, 'InternalError', error.message));
    });
  });
  const resourceOf = (ref: Ref): Resource | undefined => store.catalogue.all().find(({ kind }) => kind === ref.kind);

  return {
    url,
    requests,
    objects: () => store.catalogue.all().flatMap((resource) => store.entries(resource).map(({ object }) => object)),
    get(ref) {
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
    fault(name, fault) {
      faults.set(name, fault);
      if (!fault.verbs || fault.verbs.includes('watch')) watches.strike((one) => befalls(name, one), fault.kind);
    },
    clearFaults: faults.clear,
    compact: store.compact,
    bookmark: watches.bookmark,
    watches: watches.count,
    uninstall: store.catalogue.uninstall,
    kubeconfig: () => {
      const authority = options.certificates?.ca ?? options.certificates?.cert;
      return kubeconfigFor(url, { ...(authority && { authority }), ...(options.token && { token: options.token }) });
    },
    async stop() {
      watches.closeAll();
      await close();
    },
  };
}

async function listen(
  { certificates, port }: ApiServerOptions,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const asked = certificates?.ca !== undefined;
  const server = certificates
    ? createTlsServer({ ...certificates, requestCert: asked, rejectUnauthorized: asked }, listener)
    : createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `${certificates ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
