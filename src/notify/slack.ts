import type { WebClient, WebClientOptions } from '@slack/web-api';
import type { Clock, Millis } from '../lib/clock.ts';
import type { Secret } from '../lib/secret.ts';
import type { Delivery } from './delivery.ts';
import { failureOf } from './http-answer.ts';
import { readRetryAfter } from './retry.ts';
import type { SendContext, Sender, SendResult } from './sender.ts';
import { slackMessage, slackPlain } from './slack-message.ts';

export type SlackOptions = {
  token: Secret;
  /** Slack's API, or a proxy before it. */
  apiUrl?: string;
  clock: Clock;
  timeout?: Millis;
};

/** Answers with `ok: false` that pass; every other code is a refusal for good. */
const passing = [
  'ratelimited',
  'rate_limited',
  'service_unavailable',
  'internal_error',
  'fatal_error',
  'request_timeout',
  'team_added_to_org',
  'accesslimited',
  'message_limit_exceeded',
];
/** The root cannot be edited (any more); the message itself can still be posted. */
const editRefusals = ['message_not_found', 'cant_update_message', 'edit_window_closed', 'msg_too_long'];
/** What marks our messages, to find one again that may have arrived before a crash. */
const eventType = 'k8s_monitor_incident';

/**
 * Posts with a bot token: the first message of an incident is its root, later ones are replies in its thread, and the root is
 * edited to show how things stand. Retries are the outbox's, so the client makes none.
 */
export function slackSender(options: SlackOptions): Sender {
  return {
    route: 'slack',
    async send(delivery, context) {
      const call = await makeClient(options);
      const { root, channel } = target(delivery, context);
      const edited = root && !context.shared ? await editRoot(call, delivery, root) : undefined;
      if (edited && !edited.ok) return edited;
      if (delivery.kind === 'edit') return { ok: true };
      return post(call, delivery, channel, root);
    },
    async find(delivery, context) {
      // Without the right to read history nothing is found, and the message is sent again: at most one too many.
      try {
        const call = await makeClient(options);
        const { root, channel } = target(delivery, context);
        return await findMessage(call, delivery, root?.channel ?? channel, root?.ts);
      } catch {
        return undefined;
      }
    },
  };
}

type Root = { channel: string; ts: string };

/** Remote ids are `channel id/timestamp`: edits need Slack's id of the channel, not its name. */
function target(delivery: Delivery, { root }: SendContext): { root?: Root; channel: string } {
  const [channel, ts] = root?.split('/') ?? [];
  return { channel: delivery.channel, ...(channel && ts ? { root: { channel, ts } } : {}) };
}

type Call = { client: WebClient; failed(error: unknown): SendResult };

/** A client for one message: the token is read anew, so that a rotated one needs no restart. */
async function makeClient({ token, apiUrl, clock, timeout }: SlackOptions): Promise<Call> {
  // Loaded when the first message goes out: most commands send none.
  // It is CommonJS: of a bundle only its default is there.
  const { default: slack } = await import('@slack/web-api');
  let after: Millis | undefined;
  const silent = (): void => undefined;
  const clientOptions: WebClientOptions = {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeout ?? 10_000,
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
    allowAbsoluteUrls: false,
    // Its own log would print on the terminal.
    logger: {
      debug: silent,
      info: silent,
      warn: silent,
      error: silent,
      setLevel: silent,
      setName: silent,
      getLevel: () => slack.LogLevel.ERROR,
    },
    // The client reads Retry-After as seconds only; a date and a missing one come by too.
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      after = readRetryAfter(response.headers.get('retry-after'), clock.now());
      if (response.status !== 429) return response;
      const headers = new Headers(response.headers);
      headers.set('retry-after', String(Math.ceil((after ?? 0) / 1000)));
      return new Response(await response.arrayBuffer(), { status: 429, headers });
    },
  };
  const client = new slack.WebClient(token.reveal(), clientOptions);
  const failed = (error: unknown): SendResult => {
    const wait = after === undefined ? {} : { after };
    if (error instanceof slack.WebAPIRateLimitedError)
      return { ok: false, retry: true, error: 'rate limited', ...wait };
    if (error instanceof slack.WebAPIHTTPError) {
      const { statusCode } = error;
      const retry = statusCode >= 500 || statusCode === 408;
      return { ok: false, retry, error: `HTTP ${statusCode}`, ...wait, ...(retry ? { ambiguous: true } : {}) };
    }
    if (error instanceof slack.WebAPIPlatformError) {
      const code = error.data.error;
      return { ok: false, retry: passing.includes(code), error: code, ...wait };
    }
    return failureOf(error, token);
  };
  return { client, failed };
}

async function editRoot({ client, failed }: Call, { root: now, mention }: Delivery, root: Root): Promise<SendResult> {
  if (!now) return { ok: true };
  try {
    await client.chat.update({
      ...slackMessage({ ...now, ...(mention ? { mention } : {}) }),
      channel: root.channel,
      ts: root.ts,
    });
    return { ok: true };
  } catch (error) {
    const result = failed(error);
    return !result.ok && editRefusals.includes(result.error) ? { ok: true } : result;
  }
}

async function post(
  { client, failed }: Call,
  delivery: Delivery,
  channel: string,
  root: Root | undefined,
): Promise<SendResult> {
  const { incident, key, kind, revision, cycle, evidenceHash } = delivery;
  const event_payload = { key, kind, revision, cycle, evidence: evidenceHash, ...(incident ? { incident } : {}) };
  const common = {
    channel: root?.channel ?? channel,
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: eventType, event_payload },
  };
  // What needs people again is shown in the channel too, not only to those who follow the thread.
  const loud = kind === 'worse' || kind === 'reopened' || kind === 'reminder';
  const place = root ? { thread_ts: root.ts, reply_broadcast: loud } : {};
  try {
    const sent = await client.chat
      .postMessage({ ...common, ...place, ...slackMessage(delivery) })
      .catch((error: unknown) => {
        const result = failed(error);
        if (result.ok || !/^invalid_blocks|^msg_blocks_too_long/.test(result.error)) throw error;
        return client.chat.postMessage({ ...common, ...place, ...slackPlain(delivery) });
      });
    return sent.ts ? { ok: true, remoteId: `${sent.channel ?? common.channel}/${sent.ts}` } : { ok: true };
  } catch (error) {
    return failed(error);
  }
}

async function findMessage(
  { client }: Call,
  { key }: Delivery,
  channel: string,
  thread: string | undefined,
): Promise<string | undefined> {
  const page = { channel, include_all_metadata: true, limit: 100 };
  const answer = thread
    ? await client.conversations.replies({ ...page, ts: thread })
    : await client.conversations.history(page);
  for (const { ts, metadata } of answer.messages ?? []) {
    const payload: unknown = metadata?.event_payload;
    if (metadata?.event_type !== eventType || typeof payload !== 'object' || payload === null) continue;
    if ('key' in payload && payload.key === key && ts) return `${channel}/${ts}`;
  }
  return undefined;
}
