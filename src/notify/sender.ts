import type { Millis } from '../lib/clock.ts';
import type { Route } from './channels.ts';
import type { Delivery } from './delivery.ts';

/** `after`: not sooner than this from now (Retry-After). `ambiguous`: it may have arrived all the same. */
export type SendResult =
  | { ok: true; remoteId?: string }
  | { ok: false; retry: boolean; after?: Millis; error: string; ambiguous?: boolean };

/** The incident's first message in this channel; `shared` when it is a summary, which must not be edited for one incident. */
export type SendContext = { root?: string; shared?: boolean; signal: AbortSignal };

/** One way out. Sends one message to the delivery's channel and says what came of it; it may throw, which counts as a failure to retry. */
export type Sender = {
  route: Route;
  send(delivery: Delivery, context: SendContext): Promise<SendResult>;
  /** Looks for a message that may have arrived before a crash or a timeout; its id, or undefined where it is not there or cannot be known. */
  find?(delivery: Delivery, context: SendContext): Promise<string | undefined>;
};
