import { setImmediate } from 'node:timers/promises';
import { minute } from '../../lib/clock.ts';
import { backoffOf, pause } from './backoff.ts';
import type { Connection } from './connection.ts';
import { ApiFailure, type FailureKind } from './failure.ts';
import { type Page, type PageHead, readPage } from './read-page.ts';

/** Who takes the objects. Nothing of them is kept here. */
export type ListSink = {
  /** A list begins, or begins again: forget what came before. */
  begin(): void;
  /** `of` is what the object is: the items of a list do not say so. */
  add(raw: unknown, of: { kind: string; apiVersion: string }): void;
};

export type ListOptions = {
  path: string;
  query?: Readonly<Record<string, string>>;
  sink: ListSink;
  signal?: AbortSignal | undefined;
  /** Objects in a page. */
  pageSize?: number;
  /** How often a page is tried; what passes (429, 5xx, cut, truncated) is tried again. */
  tries?: number;
};

/** As kubectl and client-go: larger pages strain the server, smaller ones cost round trips. */
const usualPageSize = 500;
/** So many objects are handed on before the event loop gets its turn. */
const batch = 100;
const passing: readonly FailureKind[] = ['busy', 'broken', 'silent'];

/**
 * Lists a resource in pages; the next page is asked for when the head of one is in, so that at most two are in memory. Resolves to
 * the resource version to watch from. Throws ApiFailure; what the sink got until then is a part of the list.
 */
export async function listAll(connection: Connection, options: ListOptions): Promise<string> {
  try {
    return await listOnce(connection, options);
  } catch (error) {
    // The list grew too old between two pages: once more from the start, and no more, because a slow list may never end.
    if (!(error instanceof ApiFailure) || error.kind !== 'gone') throw error;
    return listOnce(connection, options);
  }
}

async function listOnce(connection: Connection, options: ListOptions): Promise<string> {
  const { sink } = options;
  sink.begin();
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  try {
    let resourceVersion = '';
    let page: Loading | undefined = loadPage(connection, options, undefined, signal);
    while (page) {
      const head: PageHead = await page.head;
      const following: Loading | undefined = head.next ? loadPage(connection, options, head.next, signal) : undefined;
      const { items, kind, apiVersion, head: whole } = await page.whole;
      if (whole.remaining > 0 && !whole.next) {
        throw new ApiFailure('broken', `the server left out ${whole.remaining} objects and says no way to get them`);
      }
      resourceVersion = whole.resourceVersion;
      await handOn(items, { kind, apiVersion }, sink);
      page = following;
    }
    return resourceVersion;
  } finally {
    stop.abort();
  }
}

type Loading = { head: Promise<PageHead>; whole: Promise<Page> };

function loadPage(
  connection: Connection,
  options: ListOptions,
  next: string | undefined,
  signal: AbortSignal,
): Loading {
  const head = Promise.withResolvers<PageHead>();
  const query = { ...options.query, limit: options.pageSize ?? usualPageSize, continue: next };
  const whole = (async () => {
    for (let tried = 1; ; tried++) {
      try {
        const answer = await connection.request({ path: options.path, query, signal, within: 2 * minute });
        return await readPage(answer, head.resolve);
      } catch (error) {
        const again = error instanceof ApiFailure && passing.includes(error.kind) && tried < (options.tries ?? 3);
        if (!again) throw error;
        await pause(connection.clock, backoffOf(connection, tried - 1, error), signal);
      }
    }
  })();
  // Whoever waits for the head learns of the failure there; a page that nobody waits for any more fails in silence.
  whole.catch(head.reject);
  head.promise.catch(() => undefined);
  return { head: head.promise, whole };
}

async function handOn(items: unknown[], of: { kind: string; apiVersion: string }, sink: ListSink): Promise<void> {
  for (let index = 0; index < items.length; index++) {
    if (index > 0 && index % batch === 0) await setImmediate();
    sink.add(items[index], of);
  }
}
