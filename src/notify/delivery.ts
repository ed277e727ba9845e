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
  'edit',
] as const;
/** `baseline`: several incidents in one message. `trouble`: of the monitor itself. `edit`: the root message is changed silently. */
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
  /** Who is called by name, as the Escalation Policy writes it. Nothing else in a message may mention anybody. */
  mention?: string;
  /** What the incident's first message says from now on, where the channel can edit it. */
  root?: { title: string; text: string };
  /** A summary's incidents. */
  covers?: string[];
  /** Decided under `--observe`: recorded, never sent. */
  observed?: boolean;
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

/** `failed`: will be tried again. `undelivered`: given up, shown, and told on the fallback channel. `observed`: never meant to be sent. */
export type DeliveryState = 'planned' | 'sent' | 'failed' | 'undelivered' | 'observed';

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
