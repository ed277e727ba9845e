import type { Dispatcher } from 'undici';
import type { Millis } from '../lib/clock.ts';
import type { Secret } from '../lib/secret.ts';
import { readRetryAfter } from './retry.ts';
import type { SendResult } from './sender.ts';

/** More of an answer is not read: nobody says so much about one message. */
const longestAnswer = 64 * 1024;

export type HttpAnswer = { status: number; text: string; after?: Millis };

/** Reads an answer whole, up to 64 KiB, with its Retry-After. */
export async function readAnswer(response: Dispatcher.ResponseData, now: Millis): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > longestAnswer) {
      response.body.destroy();
      break;
    }
    chunks.push(bytes);
  }
  const header = response.headers['retry-after'];
  const after = readRetryAfter(Array.isArray(header) ? header[0] : header, now);
  return {
    status: response.statusCode,
    text: Buffer.concat(chunks).toString('utf8'),
    ...(after === undefined ? {} : { after }),
  };
}

/** These say that no connection was ever made: nothing can have arrived. */
const neverSent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

/** Runs one request; what it throws becomes a failure to retry that names no secret. */
export async function answerOf(work: () => Promise<SendResult>, secret: Secret): Promise<SendResult> {
  try {
    return await work();
  } catch (error) {
    return failureOf(error, secret);
  }
}

/** A failed request as a result: whether it may have arrived, and its message without the secret address or token. */
export function failureOf(error: unknown, secret: Secret): SendResult {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return {
    ok: false,
    // A file that cannot be read or an address that is none will not get better by itself, but by a person: tried again all the same.
    retry: true,
    error: withoutSecret(code && !message.includes(code) ? `${message} (${code})` : message, secret),
    ambiguous: !(code !== undefined && neverSent.includes(code)),
  };
}

function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; depth++) {
    if ('code' in at && typeof at.code === 'string' && !at.code.startsWith('slack_')) return at.code;
    at = 'original' in at ? at.original : at.cause;
  }
  return undefined;
}

function withoutSecret(text: string, secret: Secret): string {
  try {
    const value = secret.reveal();
    return value.length > 3 ? text.replaceAll(value, '<secret>') : text;
  } catch {
    return text;
  }
}
