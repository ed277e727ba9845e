import type { Millis } from '../../lib/clock.ts';
import { oneLine } from '../../lib/text.ts';

/**
 * What an API request failed of. `denied`: 401 or 403. `absent`: 404. `gone`: 410, the list or watch is too old. `busy`: 429, or a
 * server that asks to come back later. `invalid`: the server did not understand (400, 405, 406, 415, 422). `conflict`: 409.
 * `silent`: no answer, or no further byte, in time. `broken`: anything else, such as 500, a cut connection or a truncated answer.
 * `stopped`: the caller ended it.
 */
export type FailureKind =
  | 'denied'
  | 'absent'
  | 'gone'
  | 'busy'
  | 'invalid'
  | 'conflict'
  | 'silent'
  | 'broken'
  | 'stopped';

/** Why a request to the API server failed; `message` is a sentence for people and holds no secret. */
export class ApiFailure extends Error {
  readonly kind: FailureKind;
  readonly status: number | undefined;
  /** How long the server asks to wait. */
  readonly retryAfter: Millis | undefined;

  constructor(kind: FailureKind, message: string, more: { status?: number; retryAfter?: Millis | undefined } = {}) {
    super(oneLine(message, 400));
    this.name = 'ApiFailure';
    this.kind = kind;
    this.status = more.status;
    this.retryAfter = more.retryAfter;
  }
}

const kindByStatus: Readonly<Record<number, FailureKind>> = {
  400: 'invalid',
  401: 'denied',
  403: 'denied',
  404: 'absent',
  405: 'invalid',
  406: 'invalid',
  409: 'conflict',
  410: 'gone',
  415: 'invalid',
  422: 'invalid',
  429: 'busy',
};

/** The failure that a status code and what the server says with it amount to. */
export function failureOfStatus(status: number, message: string, retryAfter?: Millis): ApiFailure {
  const kind = kindByStatus[status] ?? (status >= 500 && retryAfter !== undefined ? 'busy' : 'broken');
  const said = message ? `: ${message}` : '';
  return new ApiFailure(kind, `the API server answered ${status}${said}`, { status, retryAfter });
}

/** Network error codes as people can act on them. */
const codes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_ABORTED: 'the connection was cut',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was cut short',
  HPE_INVALID_EOF_STATE: 'the answer was cut short',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within 10 s',
  ETIMEDOUT: 'no connection in time',
  EHOSTUNREACH: 'the host is not reachable',
  ENETUNREACH: 'the network is not reachable',
  ENOTFOUND: 'its name is not known to DNS',
  EAI_AGAIN: 'DNS does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; set certificate-authority in the kubeconfig',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate comes from an unknown authority; set certificate-authority in the kubeconfig',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate comes from an unknown authority; set certificate-authority in the kubeconfig',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate comes from an unknown authority; set certificate-authority in the kubeconfig',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; tls-server-name in the kubeconfig can name it',
};

/** Anything that was thrown on the way to the server and back, as a failure with a sentence. */
export function failureOfError(error: unknown, server: string): ApiFailure {
  if (error instanceof ApiFailure) return error;
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : '';
    const said = codes[code];
    if (said) return new ApiFailure('broken', `${server}: ${said}`);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new ApiFailure('broken', `${server}: ${message}`);
}

/** `Retry-After` in seconds or as a date; what is absurd is cut at five minutes, what is unreadable is absent. */
export function readRetryAfter(value: string | string[] | undefined, now: Millis): Millis | undefined {
  const text = Array.isArray(value) ? value[0] : value;
  if (!text) return undefined;
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(0, wait), 300_000);
}
