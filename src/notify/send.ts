import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Millis } from '../lib/clock.ts';
import { inTransaction } from '../lib/transaction.ts';
import { routeOf } from './channels.ts';
import {
  enqueueFallback,
  findRoot,
  loadWaiting,
  markFailed,
  markSent,
  markStarted,
  markUndelivered,
  needsFallback,
  type Waiting,
} from './outbox.ts';
import { planRetry } from './retry.ts';
import type { SendContext, Sender, SendResult } from './sender.ts';

export type SendOptions = {
  clock: Clock;
  /** In [0, 1): spreads retries. */
  random: () => number;
  /** The longest one attempt may take; 15 s without it. */
  timeout?: Millis;
  /** Gets what is refused for good, given up, or failing for too long. */
  fallback: string;
  /** Aborted at shutdown: nothing new is begun, what is under way is left to the next start. */
  signal?: AbortSignal;
  /** Told each step, for tests that end the program there. */
  onStep?: (step: 'started' | 'answered' | 'marked', key: string) => void;
};

export type SendReport = {
  sent: number;
  failed: { key: string; channel: string; error: string }[];
  undelivered: { key: string; channel: string; error: string }[];
  /** Incidents of whose messages something became known: their stories changed. */
  incidents: string[];
  /** When the earliest waiting message may be tried. */
  nextAt?: Millis;
  /** The outbox itself could not be read or written. */
  trouble?: string;
};

/** Channels that a call is working on, by database: a second call leaves them alone. */
const underWay = new WeakMap<DatabaseSync, Set<string>>();

/**
 * Sends what is due, each channel in its own queue, so that a stuck one delays no other. Never throws: what goes wrong
 * is in the report and in the outbox. Calls may overlap.
 */
export async function sendDue(db: DatabaseSync, senders: readonly Sender[], options: SendOptions): Promise<SendReport> {
  const report: SendReport = { sent: 0, failed: [], undelivered: [], incidents: [] };
  const busy = underWay.get(db) ?? new Set<string>();
  underWay.set(db, busy);
  // A fallback message can open a new channel's queue, so look again until there is none.
  for (;;) {
    const channels = dueChannels(db, options.clock.now(), report).filter((channel) => !busy.has(channel));
    if (channels.length === 0 || options.signal?.aborted) break;
    await Promise.all(
      channels.map(async (channel) => {
        busy.add(channel);
        try {
          await drain(db, channel, senders, options, report);
        } catch (error) {
          report.trouble = messageOf(error);
        } finally {
          busy.delete(channel);
        }
      }),
    );
    if (report.trouble !== undefined) break;
  }
  const nextAt = nextAttempt(db, report);
  return nextAt === undefined ? report : { ...report, nextAt };
}

function dueChannels(db: DatabaseSync, now: Millis, report: SendReport): string[] {
  try {
    const waiting = loadWaiting(db);
    return [...new Set(waiting.map(({ channel }) => channel))].filter(
      (channel) =>
        nextOf(
          waiting.filter((entry) => entry.channel === channel),
          now,
        ) !== undefined,
    );
  } catch (error) {
    report.trouble = messageOf(error);
    return [];
  }
}

/** While a failed message waits for its next attempt the channel rests: order is kept and a limit is respected. */
function nextOf(waiting: readonly Waiting[], now: Millis): Waiting | undefined {
  if (waiting.some((entry) => entry.state === 'failed' && entry.nextAttemptAt > now)) return undefined;
  return waiting.find((entry) => entry.nextAttemptAt <= now);
}

/** When the first channel may go on: at its earliest message, or when all its failed ones have waited. */
function nextAttempt(db: DatabaseSync, report: SendReport): Millis | undefined {
  try {
    const waiting = loadWaiting(db);
    const moments = [...new Set(waiting.map(({ channel }) => channel))].map((channel) => {
      const here = waiting.filter((entry) => entry.channel === channel);
      const failed = here.filter(({ state }) => state === 'failed').map(({ nextAttemptAt }) => nextAttemptAt);
      return failed.length > 0 ? Math.max(...failed) : Math.min(...here.map(({ nextAttemptAt }) => nextAttemptAt));
    });
    return moments.length > 0 ? Math.min(...moments) : undefined;
  } catch (error) {
    report.trouble = messageOf(error);
    return undefined;
  }
}

async function drain(
  db: DatabaseSync,
  channel: string,
  senders: readonly Sender[],
  options: SendOptions,
  report: SendReport,
): Promise<void> {
  const sender = senders.find(({ route }) => route === routeOf(channel));
  for (;;) {
    if (options.signal?.aborted) return;
    const entry = nextOf(loadWaiting(db, channel), options.clock.now());
    if (!entry) return;
    const result = await attempt(db, entry, sender, options);
    if (result === 'stopped') return;
    options.onStep?.('answered', entry.key);
    settle(db, entry, result, options, report);
    options.onStep?.('marked', entry.key);
  }
}

async function attempt(
  db: DatabaseSync,
  entry: Waiting,
  sender: Sender | undefined,
  options: SendOptions,
): Promise<SendResult | 'stopped'> {
  if (!sender) return { ok: false, retry: false, error: `${entry.channel} is not set up any more` };
  const known = findRoot(db, entry);
  markStarted(db, entry.key, options.clock.now());
  options.onStep?.('started', entry.key);
  const timeout = new AbortController();
  const context: SendContext = { ...known, signal: timeout.signal };
  const limit = options.timeout ?? 15_000;
  const work = async (): Promise<SendResult> => {
    if (entry.ambiguous && sender.find) {
      const remoteId = await sender.find(entry, context);
      if (remoteId !== undefined) return { ok: true, remoteId };
    }
    return sender.send(entry, context);
  };
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      timeout.abort();
      resolve({ ok: false, retry: true, error: `no answer within ${limit / 1000} s`, ambiguous: true });
    }, limit);
    const onAbort = (): void => {
      timeout.abort();
      resolve('stopped');
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });
    work()
      .catch((error: unknown): SendResult => ({ ok: false, retry: true, error: messageOf(error), ambiguous: true }))
      .then((result) => {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
        resolve(result);
      });
  });
}

function settle(db: DatabaseSync, entry: Waiting, result: SendResult, options: SendOptions, report: SendReport): void {
  const { key, channel, incident, covers = [] } = entry;
  const now = options.clock.now();
  report.incidents = [...new Set([...report.incidents, ...covers, ...(incident === undefined ? [] : [incident])])];
  if (result.ok) {
    markSent(db, key, now, result.remoteId);
    report.sent++;
    return;
  }
  const { error } = result;
  const failed = { ...entry, lastError: error };
  inTransaction(db, () => {
    if (!result.retry || now >= entry.deadline) {
      markUndelivered(db, key, error);
      enqueueFallback(db, failed, options.fallback, now);
      report.undelivered.push({ key, channel, error });
      return;
    }
    const nextAttemptAt = planRetry({
      attempts: entry.attempts,
      now,
      random: options.random(),
      ...(result.after === undefined ? {} : { after: result.after }),
    });
    markFailed(db, key, { error, nextAttemptAt, ambiguous: result.ambiguous ?? false });
    if (needsFallback(failed, now)) enqueueFallback(db, failed, options.fallback, now);
    report.failed.push({ key, channel, error });
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
