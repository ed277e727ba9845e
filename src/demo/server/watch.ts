import type { ServerResponse } from 'node:http';
import { type ApiObject, type Refusal, refusal, statusOf } from './api-object.ts';
import { expired, type FaultKind } from './faults.ts';
import { apiVersionOf, type Resource } from './resources.ts';
import type { Matcher } from './selectors.ts';
import type { Change, Entry, Store } from './store.ts';

export type WatchRequest = {
  resource: Resource;
  namespace: string | undefined;
  query: URLSearchParams;
  wanted: Matcher;
  /** How an object is printed into an event; whole, or as rows of a table. */
  print(entry: Entry): string;
  fault: FaultKind | undefined;
};

export type Watches = {
  open(request: WatchRequest, response: ServerResponse): Refusal | undefined;
  /** Lets a fault befall open watches, as it would befall the next ones. */
  strike(which: (resource: Resource) => boolean, fault: FaultKind): void;
  /** A bookmark on every open watch that asked for them. */
  bookmark(): void;
  count(): number;
  closeAll(): void;
};

type Open = { resource: Resource; strike(fault: FaultKind): void; bookmark(): void; close(): void };

export type WatchOptions = {
  /** Whether `sendInitialEvents` is offered: servers before 1.32 refuse it. */
  watchList: boolean;
  /** Milliseconds between bookmarks; the real server sends about one a minute. */
  bookmarkEvery: number;
};

export function makeWatches(store: Store, options: WatchOptions): Watches {
  const opened = new Set<Open>();
  const timer = setInterval(() => bookmark(), options.bookmarkEvery);
  timer.unref();

  function bookmark(): void {
    for (const watch of opened) watch.bookmark();
  }

  return {
    open(request, response) {
      const refused = refuse(request, store, options);
      if (refused) return refused;
      const watch = stream(request, response, store, () => opened.delete(watch));
      opened.add(watch);
      if (request.fault) watch.strike(request.fault);
      return undefined;
    },
    strike(which, fault) {
      for (const watch of [...opened]) if (which(watch.resource)) watch.strike(fault);
    },
    bookmark,
    count: () => opened.size,
    closeAll() {
      clearInterval(timer);
      for (const watch of [...opened]) watch.close();
    },
  };
}

function refuse({ query, resource }: WatchRequest, store: Store, options: WatchOptions): Refusal | undefined {
  if (query.get('sendInitialEvents') === 'true' && !options.watchList) {
    return refusal(
      422,
      'Invalid',
      `${resource.kind}List.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled`,
    );
  }
  const version = Number(query.get('resourceVersion') ?? 0);
  return version > store.version()
    ? refusal(504, 'Timeout', `Too large resource version: ${version}, current: ${store.version()}`)
    : undefined;
}

function stream(request: WatchRequest, response: ServerResponse, store: Store, ended: () => void): Open {
  const { resource, namespace, query, wanted, print } = request;
  const version = Number(query.get('resourceVersion') ?? 0);
  const initialEvents = query.get('sendInitialEvents') === 'true';
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  // Alive, but nothing comes any more: what a network that drops packets looks like.
  let stalled = request.fault === 'stall';
  const fits = (entry: Entry | undefined): entry is Entry =>
    entry !== undefined &&
    (namespace === undefined || entry.object.metadata.namespace === namespace) &&
    wanted(entry.object);
  const write = (type: string, json: string): void => {
    if (!stalled) response.write(`{"type":"${type}","object":${json}}\n`);
  };
  const mark = (annotations?: Record<string, string>): void =>
    write('BOOKMARK', JSON.stringify(bookmarkOf(resource, store.version(), annotations)));
  const pass = (change: Change): void => {
    if (change.resource.plural !== resource.plural || change.resource.group !== resource.group) return;
    const [is, was] = [change.type !== 'DELETED' && fits(change.entry), fits(change.before)];
    if (is) write(was ? 'MODIFIED' : 'ADDED', print(change.entry));
    else if (was) write('DELETED', print(change.entry));
  };

  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const close = (): void => {
    stop();
    clearTimeout(timeout);
    ended();
    response.end();
  };
  const stop = store.subscribe(pass);
  const timeout = setTimeout(close, (Number(query.get('timeoutSeconds') ?? 0) || 1800) * 1000);
  timeout.unref();
  response.on('close', close);

  if (version > 0 && version < store.floor() && !initialEvents) {
    write('ERROR', JSON.stringify(statusOf(expired())));
    // Ended by the next turn, when whoever opened it knows of it.
    setImmediate(close);
  } else if (version === 0 || initialEvents) {
    for (const entry of store.entries(resource, namespace)) if (fits(entry)) write('ADDED', print(entry));
    if (initialEvents) mark({ 'k8s.io/initial-events-end': 'true' });
  } else {
    for (const change of store.changesSince(resource, version)) pass(change);
  }

  return {
    resource,
    bookmark: () => {
      if (bookmarks) mark();
    },
    close,
    strike(fault) {
      if (fault === 'stall') stalled = true;
      else if (fault === '410-event') write('ERROR', JSON.stringify(statusOf(expired())));
      else if (fault === 'truncated') response.write('{"type":"MODIFIED","object":{"kind":"');
      if (fault === 'cut') response.destroy();
      else if (fault !== 'stall') setImmediate(close);
    },
  };
}

const bookmarkOf = (resource: Resource, version: number, annotations?: Record<string, string>): ApiObject => ({
  kind: resource.kind,
  apiVersion: apiVersionOf(resource),
  metadata: {
    name: '',
    resourceVersion: String(version),
    creationTimestamp: null,
    ...(annotations && { annotations }),
  },
});
