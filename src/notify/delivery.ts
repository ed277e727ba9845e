import type { Severity } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';

export const deliveryKinds = [
  'first',
  'worse',
  'cause',
  'reminder',
  'brief',
  'resolved',
  'reopened',
  'flapping',
  'absorbed',
  'not-watched',
  'digest',
  'baseline',
  'trouble',
] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

/** One message to one channel, with the reason it is sent. Kept in the outbox until delivered or given up visibly. */
export type Delivery = {
  /** `incident/kind/step/channel`: the same decision made twice is one delivery. */
  key: string;
  incident?: string;
  kind: DeliveryKind;
  channel: string;
  severity?: Severity;
  /** Why it is sent now: "first message: SEV-1 settled 15 s ago". */
  because: string;
  /** Rendered text, escaped for nobody yet: senders escape for their channel. */
  title: string;
  text: string;
  revision: string;
  cycle: string;
  evidenceHash: string;
  plannedAt: Millis;
  /** Not before (held outside hours). */
  notBefore: Millis;
  /** After this it is given up and shown as undelivered. */
  deadline: Millis;
};

/** A decision not to send, with its reason. */
export type Withheld = {
  incident: string;
  kind: 'held' | 'suppressed' | 'muted' | 'no-channel' | 'settling' | 'digest';
  channel?: string;
  because: string;
  until?: Millis;
};

export type DeliveryState = 'planned' | 'sent' | 'failed' | 'undelivered';

/** A delivery with what became of it. */
export type OutboxEntry = Delivery & {
  state: DeliveryState;
  attempts: number;
  nextAttemptAt: Millis;
  sentAt?: Millis;
  /** The channel's own id of the message (Slack: channel and ts), for edits and threads. */
  remoteId?: string;
  lastError?: string;
};
