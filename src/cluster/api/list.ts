import { minute } from '../../lib/clock.ts';
import { backoffOf, pause } from './backoff.ts';
import type { ApiAnswer, Connection } from './connection.ts';
import { ApiFailure, type FailureKind } from './failure.ts';
import { type PageHead, readPage } from './read-page.ts';

/** Who takes the objects. Nothing of them is kept here. */
export type ListSink = {
  /** A list begins, or begins again: forget what came before. */
  begin(): void;
  /** No object comes twice after the same beginning. */
  add(raw: unknown): void;
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
const passing: readonly FailureKind[] = ['busy', 'broken', 'silent'];

/**
 * Lists a resource in pages; the next page is asked for when the head of one is in, so that the server works on it while this one
 * is read. Resolves to the resource version to watch from. Throws ApiFailure; what the sink got until then is a part of the list.
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
  options.sink.begin();
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const ask = (token: string | undefined): Promise<ApiAnswer> => {
    const query = { ...options.query, limit: options.pageSize ?? usualPageSize, continue: token };
    const answer = connection.request({ path: options.path, query, signal, within: 2 * minute });
    // Whoever reads the page hears of its failure; one that nobody reads any more fails in silence.
    answer.catch(() => undefined);
    return answer;
  };
  try {
    let token: string | undefined;
    let asked = ask(token);
    for (;;) {
      let following: { token: string; asked: Promise<ApiAnswer> } | undefined;
      const onHead = ({ next }: PageHead): void => {
        if (next && next !== following?.token) following = { token: next, asked: ask(next) };
      };
      const head = await readPatiently(connection, options, {
        token,
        asked,
        signal,
        askAgain: () => ask(token),
        onHead,
      });
      if (!head.next) {
        if (head.remaining === 0) return head.resourceVersion;
        throw new ApiFailure('broken', `the server left out ${head.remaining} objects and says no way to get them`);
      }
      token = head.next;
      asked = following?.token === token ? following.asked : ask(token);
    }
  } finally {
    stop.abort();
  }
}

type PageRead = {
  /** Undefined for the first page. */
  token: string | undefined;
  asked: Promise<ApiAnswer>;
  askAgain: () => Promise<ApiAnswer>;
  onHead: (head: PageHead) => void;
  signal: AbortSignal;
};

/** Reads a page, and reads it again where what came in between passes. */
async function readPatiently(
  connection: Connection,
  { sink, tries = 3 }: ListOptions,
  page: PageRead,
): Promise<PageHead> {
  let { asked } = page;
  let handedOn = 0;
  for (let tried = 1; ; tried++) {
    let come = 0;
    const add = (raw: unknown): void => {
      if (++come <= handedOn) return;
      handedOn = come;
      sink.add(raw);
    };
    try {
      return await readPage(await asked, add, page.onHead);
    } catch (error) {
      const again = error instanceof ApiFailure && passing.includes(error.kind) && tried < tries;
      if (!again) throw error;
      await pause(connection.clock, backoffOf(connection, tried - 1, error), page.signal);
      // A token always gives the same page; without one it is the cluster as it is by then.
      if (page.token === undefined && handedOn > 0) {
        sink.begin();
        handedOn = 0;
      }
      asked = page.askAgain();
    }
  }
}
