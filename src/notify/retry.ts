import type { Severity } from '../config/revision.ts';
import { hour, type Millis, minute, second } from '../lib/clock.ts';

/** How long a message is tried, and after how long of failing the fallback channel gets it too. No severity: digests, summaries. */
const patience: Record<Severity | 'none', { giveUp: Millis; fallback: Millis }> = {
  'SEV-1': { giveUp: 24 * hour, fallback: 2 * minute },
  'SEV-2': { giveUp: 12 * hour, fallback: 10 * minute },
  'SEV-3': { giveUp: 6 * hour, fallback: 6 * hour },
  'SEV-4': { giveUp: 24 * hour, fallback: 24 * hour },
  none: { giveUp: 24 * hour, fallback: 24 * hour },
};

const firstWait: Millis = second;
/** A longer wait would make a channel that is back wait for nothing. */
const longestWait: Millis = minute;
/** Slack asks for up to a minute; beyond an hour a server is mistaken or hostile. */
const longestAsked: Millis = hour;

/** After this a message is given up and shown as undelivered. */
export function deadlineOf(severity: Severity | undefined, plannedAt: Millis): Millis {
  return plannedAt + patience[severity ?? 'none'].giveUp;
}

/** From this moment of failing on, the fallback channel gets the message as well. */
export function fallbackAt(severity: Severity | undefined, plannedAt: Millis): Millis {
  return plannedAt + patience[severity ?? 'none'].fallback;
}

/**
 * When to try again after `attempts` failures: what the server asks for (capped), else full jitter over a doubling wait.
 * `random` is in [0, 1).
 */
export function planRetry(failure: { attempts: number; now: Millis; after?: Millis; random: number }): Millis {
  const { attempts, now, after, random } = failure;
  const wait = Math.min(longestWait, firstWait * 2 ** Math.min(attempts, 10));
  // A little jitter on top of what was asked, so that not everybody comes back in the same instant.
  if (after !== undefined) return now + Math.min(after, longestAsked) + Math.floor(random * second);
  return now + Math.max(100, Math.floor(random * wait));
}

/** `Retry-After` in milliseconds from now: seconds or an HTTP date. What is negative, absurd or unreadable is undefined. */
export function readRetryAfter(header: string | null | undefined, now: Millis): Millis | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.round(Number(text) * second);
  // `Date.parse` takes "-5" for a year; an HTTP date begins with the name of a day.
  const at = /^[A-Z][a-z]{2,8}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
