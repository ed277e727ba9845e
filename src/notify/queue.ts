import type { DatabaseSync } from 'node:sqlite';
import type { Millis } from '../lib/clock.ts';
import { loadWaiting, type Waiting } from './outbox.ts';

/** What calls on one database know beside it. */
export type Beside = {
  /** Channels that a call is working on: another call leaves them alone. */
  busy: Set<string>;
  /** Sent, and the database did not take the mark: never sent again, marked as soon as it does. */
  unmarked: Map<string, { at: Millis; remoteId?: string }>;
  /** Channels whose failure the database did not take rest until then. */
  rests: Map<string, Millis>;
};
/** A disk that refuses is asked again after this, not at once and without end. */
export const restAfterTrouble: Millis = 10_000;

/** Channels that have something to send now and that nobody is working on. Throws what the database throws. */
export function dueChannels(db: DatabaseSync, beside: Beside, now: Millis): string[] {
  const waiting = Map.groupBy(loadWaiting(db), ({ channel }) => channel);
  return [...waiting]
    .filter(([channel, here]) => !beside.busy.has(channel) && nextOf(channel, here, beside, now) !== undefined)
    .map(([channel]) => channel);
}

/** So many failures may be the message's own fault. */
const manyAttempts = 5;

/** Messages of one incident keep their order. */
const storyOf = ({ incident, key }: Waiting): string => incident ?? key;

/** While a failed message waits for its next attempt the channel rests: order is kept and a limit is respected. */
export function nextOf(channel: string, waiting: readonly Waiting[], beside: Beside, now: Millis): Waiting | undefined {
  if ((beside.rests.get(channel) ?? 0) > now) return undefined;
  const open = waiting.filter(({ key }) => !beside.unmarked.has(key));
  if (open.some((entry) => entry.state === 'failed' && entry.nextAttemptAt > now)) return undefined;
  const due = open.filter((entry) => entry.nextAttemptAt <= now);
  // One message that Slack cannot take, however urgent, must not keep those of other incidents waiting behind it.
  const stuck = new Set(open.filter(({ attempts }) => attempts >= manyAttempts).map(storyOf));
  return due.find((entry) => !stuck.has(storyOf(entry))) ?? due[0];
}

/** When the first channel may go on: at its earliest message, or when all its failed ones have waited. A busy one is its own call's. */
export function nextAttempt(db: DatabaseSync, beside: Beside, now: Millis): Millis | undefined {
  const moments = [...Map.groupBy(loadWaiting(db), ({ channel }) => channel)].flatMap(([channel, all]) => {
    const here = all.filter(({ key }) => !beside.unmarked.has(key));
    if (beside.busy.has(channel) || here.length === 0) return [];
    const failed = here.filter(({ state }) => state === 'failed').map(({ nextAttemptAt }) => nextAttemptAt);
    const ready = failed.length > 0 ? Math.max(...failed) : Math.min(...here.map((entry) => entry.nextAttemptAt));
    return [Math.max(ready, beside.rests.get(channel) ?? 0)];
  });
  if (beside.unmarked.size > 0) moments.push(now + restAfterTrouble);
  return moments.length > 0 ? Math.min(...moments) : undefined;
}
