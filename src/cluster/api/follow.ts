import { type Millis, minute, second } from '../../lib/clock.ts';
import { backoffOf, pause } from './backoff.ts';
import type { Connection } from './connection.ts';
import { type ApiFailure, failureOfError } from './failure.ts';
import { listAll } from './list.ts';
import { readWatch, type WatchEvent } from './read-watch.ts';

/** `seen`: the sink holds what the server holds. `broken`: not any more, and a second try failed as well. */
export type FollowState =
  | { is: 'starting' }
  | { is: 'seen' }
  | { is: 'broken' | 'denied' | 'absent'; reason: string; since: Millis };

/** Who takes the objects of a followed list. */
export type FollowSink = {
  /** The list is read from the start: collect anew, keep what there is until `complete`. */
  begin(): void;
  add(raw: unknown): void;
  /** An object of the list under way was deleted meanwhile. */
  forget(raw: unknown): void;
  /** The list is whole. */
  complete(): void;
  change(type: 'ADDED' | 'MODIFIED' | 'DELETED', raw: unknown): void;
  state(state: FollowState): void;
};

export type FollowOptions = {
  path: string;
  query?: Readonly<Record<string, string>>;
  sink: FollowSink;
  /** A 404 means that the kind is not installed, rather than that this is no API server. */
  mayBeAbsent: boolean;
  /** A watch without a byte for so long is given up and the list read again. */
  inactivity?: Millis;
  /** Shared by those who follow on the same connection: what the server turned out not to offer. */
  offers?: { watchList: boolean };
};

export type Follow = {
  /** Resolves at the first state that is not `starting`. */
  settled: Promise<void>;
  /** When something last came from the server. */
  lastContact(): Millis | undefined;
  /** Ends it for good; resolves when nothing runs any more. */
  stop(): Promise<void>;
};

/** Bookmarks come about once a minute. */
export const usualInactivity: Millis = 75 * second;
/** The server is asked to end a watch after about so long, so that connections are spread over its replicas anew. */
const watchFor: Millis = 5 * minute;
/** How often it is looked whether a kind was installed meanwhile. */
const absentRecheck: Millis = 3 * minute;

/**
 * Keeps the sink as the server has it, for as long as it is not stopped: WatchList where offered, else list and watch; whatever ends
 * or breaks it is followed by another try, with full jitter.
 */
export function follow(connection: Connection, options: FollowOptions): Follow {
  const { clock, random } = connection;
  const { sink, path, inactivity = usualInactivity, offers = { watchList: true } } = options;
  /** A watch that lived so long was none that broke at once. */
  const provenAfter: Millis = 4 * connection.backoff.first;
  const stop = new AbortController();
  const settled = Promise.withResolvers<void>();
  let state: FollowState = { is: 'starting' };
  let lastContact: Millis | undefined;
  /** Where to watch from; undefined: the list is to be read first. */
  let from: string | undefined;
  /** Tries in a row that brought nothing. */
  let failed = 0;
  let failedSince: Millis = 0;

  const setState = (next: FollowState): void => {
    if (stop.signal.aborted) return;
    const same = state.is === next.is && !('reason' in next && 'reason' in state && state.reason !== next.reason);
    if (!same) {
      state = 'since' in next && 'since' in state && state.is === next.is ? { ...next, since: state.since } : next;
      sink.state(state);
    }
    if (next.is !== 'starting') settled.resolve();
  };

  const heard = (): void => {
    lastContact = clock.now();
  };

  /** The watch holds: whatever was broken is not any more. */
  const proven = (): void => {
    failed = 0;
    setState({ is: 'seen' });
  };

  /** The list is whole. That ends the beginning; after a fault the watch has to hold as well, or else a fault would flicker. */
  const synced = (): void => {
    sink.complete();
    if (state.is === 'starting') setState({ is: 'seen' });
  };

  const readList = async (): Promise<void> => {
    const add = (raw: unknown): void => {
      heard();
      sink.add(raw);
    };
    const listSink = { begin: sink.begin, add };
    from = await listAll(connection, {
      path,
      ...(options.query && { query: options.query }),
      sink: listSink,
      signal: stop.signal,
    });
    heard();
    synced();
  };

  /** One watch, until the server ends it. Throws what broke it. */
  const watch = async (): Promise<void> => {
    let initial = from === undefined;
    const query = {
      ...options.query,
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: from,
      timeoutSeconds: Math.round(((0.8 + 0.4 * random()) * watchFor) / second),
      ...(initial && { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }),
    };
    const answer = await connection.request({ path, query, signal: stop.signal, idle: inactivity });
    let cancelProof = (): void => undefined;
    const waitForProof = (): void => {
      cancelProof = clock.wakeAt(clock.now() + provenAfter, proven);
    };
    if (initial) sink.begin();
    else {
      heard();
      waitForProof();
    }
    try {
      for await (const event of readWatch(answer)) {
        heard();
        const wasInitial = initial;
        initial = take(event, initial);
        if (wasInitial && !initial) waitForProof();
      }
    } finally {
      cancelProof();
    }
  };

  /** Returns whether initial events are still coming. */
  const take = (event: WatchEvent, initial: boolean): boolean => {
    if (event.type !== 'BOOKMARK') {
      if (!initial) sink.change(event.type, event.object);
      else if (event.type === 'DELETED') sink.forget(event.object);
      else sink.add(event.object);
    }
    if (initial && !event.endsInitial) return true;
    if (event.resourceVersion) from = event.resourceVersion;
    if (initial) synced();
    else proven();
    return false;
  };

  /** Takes note of what broke (`asked`: a WatchList); returns how long to wait before the next try. */
  const noteFailure = (failure: ApiFailure, asked: boolean): Millis => {
    if (from === undefined && asked && (failure.kind === 'invalid' || failure.kind === 'silent')) {
      // Servers without WatchList refuse it; some in between swallow its end.
      offers.watchList = false;
      if (failure.kind === 'invalid') return 0;
    }
    const tries = failed++;
    if (tries === 0) failedSince = clock.now();
    const since = failedSince;
    const reason = failure.message;
    // Silence proves nothing, not even that nothing happened: the list is read again. It is cheap where little happens.
    // A server that was restored from a backup knows no version so large, and would not for long.
    const tooLarge = /too large resource version/i.test(reason);
    if (failure.kind === 'gone' || failure.kind === 'silent' || tooLarge) from = undefined;
    if (failure.kind === 'denied') setState({ is: 'denied', reason, since });
    else if (failure.kind === 'absent' && options.mayBeAbsent) {
      setState({ is: 'absent', reason: 'not installed', since });
      return absentRecheck * (0.8 + 0.4 * random());
    } else if (failure.kind !== 'gone' || tries > 0) {
      // One broken watch is everyday life; the next try tells whether it was more.
      if (state.is !== 'seen' || tries > 0) setState({ is: 'broken', reason, since });
    }
    return backoffOf(connection, tries, failure);
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const began = clock.now();
      const asked = from === undefined && offers.watchList;
      let wait: Millis = 0;
      try {
        if (from === undefined && !asked) await readList();
        await watch();
        // A server that ends every watch at once is not to be asked in a circle.
        failed = clock.now() - began >= provenAfter ? 0 : failed + 1;
        wait = backoffOf(connection, failed);
      } catch (error) {
        if (stop.signal.aborted) break;
        wait = noteFailure(failureOfError(error, connection.server), asked);
      }
      await pause(clock, wait, stop.signal);
    }
    settled.resolve();
  };
  const running = run();

  return {
    settled: settled.promise,
    lastContact: () => lastContact,
    async stop() {
      stop.abort();
      await running;
    },
  };
}
