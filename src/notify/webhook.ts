import { createHmac } from 'node:crypto';
import { request } from 'undici';
import type { Clock } from '../lib/clock.ts';
import type { Secret } from '../lib/secret.ts';
import type { Delivery } from './delivery.ts';
import { answerOf, readAnswer } from './http-answer.ts';
import type { Sender } from './sender.ts';

export type WebhookOptions = {
  url: Secret;
  /** Signs every request: `x-k8s-monitor-signature: sha256=<hex of HMAC-SHA256(timestamp.body)>`. */
  secret?: Secret;
  clock: Clock;
};

/**
 * Posts each delivery as JSON. `idempotency-key` is the delivery's key, so that a receiver can drop a second one; a 2xx is
 * delivered, 408, 425, 429 and 5xx are tried again, anything else is refused for good. Redirects are not followed.
 */
export function webhookSender({ url, secret, clock }: WebhookOptions): Sender {
  return {
    route: 'webhook',
    async send(delivery, { signal }) {
      if (delivery.kind === 'edit') return { ok: true };
      const body = JSON.stringify(bodyOf(delivery));
      const timestamp = String(Math.floor(clock.now() / 1000));
      const signature =
        secret?.isThere() && createHmac('sha256', secret.reveal()).update(`${timestamp}.${body}`).digest('hex');
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'k8s-monitor',
        'idempotency-key': delivery.key,
        'x-k8s-monitor-timestamp': timestamp,
        ...(signature ? { 'x-k8s-monitor-signature': `sha256=${signature}` } : {}),
      };
      return answerOf(async () => {
        const response = await request(url.reveal(), { method: 'POST', headers, body, signal });
        const { status, after } = await readAnswer(response, clock.now());
        if (status >= 200 && status < 300) return { ok: true };
        return refusal(status, after);
      }, url);
    },
  };
}

/** What the answer of an HTTP status means for the outbox. */
export function refusal(status: number, after: number | undefined): Awaited<ReturnType<Sender['send']>> {
  const retry = status >= 500 || [408, 425, 429].includes(status);
  return { ok: false, retry, error: `HTTP ${status}`, ...(after === undefined ? {} : { after }) };
}

/** The document of one message; fields are only ever added. */
function bodyOf(delivery: Delivery): object {
  const { key, incident, kind, severity, title, text, because, covers, mention, revision, cycle, evidenceHash } =
    delivery;
  const plannedAt = new Date(delivery.plannedAt).toISOString();
  return {
    key,
    incident,
    kind,
    severity,
    title,
    text,
    because,
    mention,
    covers,
    revision,
    cycle,
    evidenceHash,
    plannedAt,
  };
}
