import type { Severity } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import type { DeliveryKind, OutboxEntry } from './delivery.ts';

/** What one channel has been told about one incident. */
export type Told = {
  /** Of the newest message; its time is what the next step's key is made of. */
  last: { kind: DeliveryKind; at: Millis };
  /** Of the newest message that told everything: reminders count from it. */
  fullAt: Millis;
  /** As last told; unknown where only a summary told of it. */
  severity?: Severity;
  flappingAt?: Millis;
  /** It heard of the incident in a summary, whose message must not be edited for one incident. */
  shared: boolean;
  /** The last thing it heard was that it is over. */
  ended: boolean;
};

const endings: readonly DeliveryKind[] = ['resolved', 'absorbed', 'not-watched'];

/** What each channel knows, by incident and channel. Silent edits tell nobody anything. */
export function findTold(past: readonly OutboxEntry[], observe: boolean): Map<string, Map<string, Told>> {
  const told = new Map<string, Map<string, Told>>();
  for (const entry of [...past].sort((a, b) => a.plannedAt - b.plannedAt)) {
    // What was only observed told nobody, once observing has ended.
    if (entry.kind === 'edit' || (entry.observed && !observe) || entry.key.includes('/fallback/')) continue;
    const incidents = entry.incident === undefined ? (entry.covers ?? []) : [entry.incident];
    for (const incident of incidents) {
      const channels = told.get(incident) ?? new Map<string, Told>();
      told.set(incident, channels);
      channels.set(entry.channel, after(channels.get(entry.channel), entry));
    }
  }
  return told;
}

function after(before: Told | undefined, entry: OutboxEntry): Told {
  const ended = endings.includes(entry.kind);
  // A summary's severity is that of its worst incident.
  const severity = (entry.incident === undefined ? undefined : entry.severity) ?? before?.severity;
  const flappingAt = entry.kind === 'flapping' ? entry.plannedAt : before?.flappingAt;
  return {
    last: { kind: entry.kind, at: entry.plannedAt },
    fullAt: entry.kind === 'brief' || ended ? (before?.fullAt ?? entry.plannedAt) : entry.plannedAt,
    ...(severity ? { severity } : {}),
    ...(flappingAt === undefined ? {} : { flappingAt }),
    shared: before?.shared ?? entry.incident === undefined,
    ended,
  };
}
