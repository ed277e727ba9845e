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
import { type Beside, dueChannels, nextAttempt, nextOf, restAfterTrouble } from './queue.ts';
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

const besides = new WeakMap<DatabaseSync, Beside>();
/**
 * Sends what is due, each channel in its own queue, so that a stuck one delays no other. Never throws: what goes wrong
 * is in the report and in the outbox. Calls may overlap. A database that cannot be written does not keep messages back.
 */
export async function sendDue(db: DatabaseSync, senders: readonly Sender[], options: SendOptions): Promise<SendReport> {
  const report: SendReport = { sent: 0, failed: [], undelivered: [], incidents: [] };
  const beside = besides.get(db) ?? { busy: new Set(), unmarked: new Map(), rests: new Map() };
  besides.set(db, beside);
  orTrouble(report, undefined, () => markLate(db, beside));
  // A fallback message can open a new channel's queue, so look again until there is none.
  for (;;) {
    const channels = orTrouble(report, [], () => dueChannels(db, beside, options.clock.now()));
    if (channels.length === 0 || options.signal?.aborted) break;
    await Promise.all(channels.map((channel) => drainAlone(db, channel, beside, senders, options, report)));
  }
  const nextAt = orTrouble(report, undefined, () => nextAttempt(db, beside, options.clock.now()));
  return nextAt === undefined ? report : { ...report, nextAt };
}

async function drainAlone(
  db: DatabaseSync,
  channel: string,
  beside: Beside,
  senders: readonly Sender[],
  options: SendOptions,
  report: SendReport,
): Promise<void> {
  beside.busy.add(channel);
  try {
    await drain(db, channel, beside, senders, options, report);
  } catch (error) {
    report.trouble = messageOf(error);
    beside.rests.set(channel, options.clock.now() + restAfterTrouble);
  } finally {
    beside.busy.delete(channel);
  }
}

/** What `work` gives, or the fallback with the trouble noted: the database may be gone at any moment. */
function orTrouble<Result>(report: SendReport, otherwise: Result, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    report.trouble = messageOf(error);
    return otherwise;
  }
}

function markLate(db: DatabaseSync, { unmarked }: Beside): void {
  for (const [key, { at, remoteId }] of unmarked) {
    markSent(db, key, at, remoteId);
    unmarked.delete(key);
  }
}

async function drain(
  db: DatabaseSync,
  channel: string,
  beside: Beside,
  senders: readonly Sender[],
  options: SendOptions,
  report: SendReport,
): Promise<void> {
  const sender = senders.find(({ route }) => route === routeOf(channel));
  for (;;) {
    if (options.signal?.aborted) return;
    const entry = nextOf(channel, loadWaiting(db, channel), beside, options.clock.now());
    if (!entry) return;
    const result = await attempt(db, entry, sender, options, report);
    if (result === 'stopped') return;
    options.onStep?.('answered', entry.key);
    try {
      settle(db, entry, result, options, report);
    } catch (error) {
      if (!result.ok) throw error;
      report.trouble = messageOf(error);
      const { remoteId } = result;
      beside.unmarked.set(entry.key, { at: options.clock.now(), ...(remoteId === undefined ? {} : { remoteId }) });
    }
    options.onStep?.('marked', entry.key);
  }
}

async function attempt(
  db: DatabaseSync,
  entry: Waiting,
  sender: Sender | undefined,
  options: SendOptions,
  report: SendReport,
): Promise<SendResult | 'stopped'> {
  if (!sender) return { ok: false, retry: false, error: `${entry.channel} is not set up any more` };
  const known = findRoot(db, entry);
  // A full disk must not keep back a page: it is sent, and only a crash right now could send it twice.
  orTrouble(report, undefined, () => markStarted(db, entry.key, options.clock.now()));
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
    report.sent++;
    markSent(db, key, now, result.remoteId);
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
