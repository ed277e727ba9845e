import type { Revision } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { hashOf } from '../lib/hash.ts';
import { oneLine } from '../lib/text.ts';
import { type ChannelTable, defaultChannel, resolveChannel } from './channels.ts';
import type { Delivery } from './delivery.ts';
import { keyOf } from './make-delivery.ts';
import { deadlineOf } from './retry.ts';

/** Something wrong with the monitor itself, in a sentence; `at` sets it apart from the next of its kind. */
export type Trouble = { code: string; says: string; at: Millis };

/**
 * Messages about the monitor's own trouble (a record that cannot be kept), at once and where SEV-1 goes: a monitor that may forget
 * is worse than what it watches. Put in the outbox again and again they are sent once.
 */
export function planTrouble(
  troubles: readonly Trouble[],
  { revision, channels, now, cycle }: { revision: Revision; channels: ChannelTable; now: Millis; cycle: string },
): Delivery[] {
  const policy = revision.escalation.find(({ severity }) => severity === 'SEV-1');
  const resolved = (policy?.channels ?? []).map((name) => resolveChannel(name, channels).channel);
  const places = resolved.length > 0 ? [...new Set(resolved)] : [defaultChannel(channels)];
  return troubles.flatMap(({ code, says, at }) =>
    places.map(
      (channel): Delivery => ({
        key: keyOf('monitor', 'trouble', `${code}-${at}`, channel),
        kind: 'trouble',
        channel,
        severity: 'SEV-1',
        because: 'the monitor itself is in trouble',
        title: 'SEV-1 k8s-monitor is in trouble',
        text: `${oneLine(says, 1000)}\nRevision ${revision.id} | cycle ${cycle}`,
        ...(policy?.mention ? { mention: policy.mention } : {}),
        revision: revision.id,
        cycle,
        evidenceHash: hashOf([code, says]),
        plannedAt: now,
        notBefore: now,
        deadline: deadlineOf('SEV-1', now),
      }),
    ),
  );
}
