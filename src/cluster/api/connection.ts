import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { type Clock, type Millis, second, systemClock } from '../../lib/clock.ts';
import type { Identity } from './credentials.ts';
import { ApiFailure, failureOfError, failureOfStatus, readRetryAfter } from './failure.ts';
import { type Access, type AccessOptions, findAccess } from './find-access.ts';
import { type Guard, guardRequest } from './guard.ts';

export type ApiRequest = {
  method?: 'GET' | 'POST';
  /** From `/api` on, its segments encoded. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Aborted when no byte came for so long; 30 s unless told. */
  idle?: Millis;
  /** Aborted when it has not ended after so long. */
  within?: Millis | undefined;
};

/** An answer below 400. Its chunks must be read to the end, or the reading be ended. */
export type ApiAnswer = { chunks: AsyncGenerator<Buffer, void, undefined> };

/** A way to one API server. Made by `connect`, passed to everything that reads the cluster. */
export type Connection = {
  /** The context's name, or `in-cluster`. */
  name: string;
  server: string;
  /** The context's namespace. */
  namespace: string;
  clock: Clock;
  /** 0 to 1, for jitter. */
  random: () => number;
  /** First and longest wait before something is tried again. */
  backoff: { first: Millis; most: Millis };
  /** Sends one request; a 401 is tried once more with other credentials, if there are any. Throws ApiFailure and nothing else. */
  request(request: ApiRequest): Promise<ApiAnswer>;
  /** Ends every connection; what is under way fails. */
  close(): Promise<void>;
};

export type ConnectOptions = AccessOptions & {
  clock?: Clock;
  random?: () => number;
  backoff?: { first: Millis; most: Millis };
};

const usualIdle = 30 * second;

/** Opens a way to the cluster that kubeconfig or the service account names; nothing is sent yet. Rejects with an Error whose message is a sentence. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  return openConnection(findAccess(options), options);
}

/** The same for a known address. */
export function openConnection(access: Access, options: Omit<ConnectOptions, keyof AccessOptions> = {}): Connection {
  const clock = options.clock ?? systemClock;
  const url = new URL(access.server);
  const basePath = url.pathname.replace(/\/+$/, '');
  const dispatchers = keepDispatcher(access);

  const send = async (request: ApiRequest, identity: Identity, guard: Guard): Promise<Dispatcher.ResponseData> => {
    const query = queryText(request.query);
    return dispatchers.of(identity).request({
      origin: url.origin,
      path: `${basePath}${request.path}${query && `?${query}`}`,
      method: request.method ?? 'GET',
      headers: {
        accept: 'application/json',
        'user-agent': 'k8s-monitor',
        ...(identity.authorization && { authorization: identity.authorization }),
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
        ...access.credentials.headers,
      },
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: guard.signal,
      // The guard's clock is the only one: undici's own timers cannot be turned by hand.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  };

  const attempt = async (request: ApiRequest, identity: Identity): Promise<ApiAnswer> => {
    const guard = guardRequest(clock, { ...request, idle: request.idle ?? usualIdle });
    try {
      const response = await send(request, identity, guard);
      guard.touch();
      const chunks = readChunks(response.body, guard, access.server);
      if (response.statusCode < 300) return { chunks };
      const retryAfter = readRetryAfter(response.headers['retry-after'], clock.now());
      throw failureOfStatus(response.statusCode, await readMessage(chunks), retryAfter);
    } catch (error) {
      guard.end();
      throw guard.failure() ?? failureOfError(error, access.server);
    }
  };

  return {
    name: access.name,
    server: access.server,
    namespace: access.namespace,
    clock,
    random: options.random ?? Math.random,
    backoff: options.backoff ?? { first: 500, most: 30 * second },
    async request(request) {
      const identity = await identify(access, clock.now());
      try {
        return await attempt(request, identity);
      } catch (error) {
        if (!(error instanceof ApiFailure) || error.status !== 401) throw error;
        const another = await identify(access, clock.now(), identity);
        if (another === identity) throw error;
        return await attempt(request, another);
      }
    },
    close: dispatchers.close,
  };
}

async function identify(access: Access, now: Millis, refused?: Identity): Promise<Identity> {
  try {
    return await access.credentials.get(now, refused);
  } catch (error) {
    throw new ApiFailure('denied', error instanceof Error ? error.message : String(error));
  }
}

/** One pool of connections; replaced when the client certificate was rotated, because a certificate belongs to a connection. */
function keepDispatcher(access: Access): { of(identity: Identity): Dispatcher; close(): Promise<void> } {
  const opened = new Set<Dispatcher>();
  let kept: { dispatcher: Dispatcher; cert: string | undefined; key: string | undefined } | undefined;
  let closed = false;
  return {
    of({ cert, key }) {
      if (closed) throw new ApiFailure('stopped', 'the connection to the cluster was closed');
      if (kept && kept.cert === cert && kept.key === key) return kept.dispatcher;
      const old = kept?.dispatcher;
      // A watch on the old one may go on for minutes; it is let end by itself.
      const forget = (): unknown => old && opened.delete(old);
      void old?.close().then(forget, forget);
      kept = { dispatcher: makeDispatcher(access, { ...(cert && key && { cert, key }) }), cert, key };
      opened.add(kept.dispatcher);
      return kept.dispatcher;
    },
    async close() {
      closed = true;
      await Promise.all([...opened].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function makeDispatcher(access: Access, identity: { cert?: string; key?: string }): Dispatcher {
  const tls = {
    ...identity,
    ...(access.ca && { ca: access.ca }),
    ...(access.tlsServerName && { servername: access.tlsServerName }),
    rejectUnauthorized: !access.insecure,
  };
  // HTTP/1.1: a stalled watch must not hold up what shares a connection with it.
  const common = { allowH2: false, keepAliveTimeout: 30 * second };
  return access.proxy
    ? new ProxyAgent({ ...common, uri: access.proxy, requestTls: tls })
    : new Agent({ ...common, connect: { ...tls, timeout: 10 * second } });
}

async function* readChunks(
  body: Dispatcher.ResponseData['body'],
  guard: Guard,
  server: string,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const chunk of body) {
      guard.touch();
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
  } catch (error) {
    throw guard.failure() ?? failureOfError(error, server);
  } finally {
    guard.end();
  }
}

/** What the server says about a refusal: the message of its Status, else the beginning of the text. */
async function readMessage(chunks: AsyncGenerator<Buffer, void, undefined>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk.toString('utf8');
    if (text.length > 16_384) break;
  }
  try {
    const status: unknown = JSON.parse(text);
    if (typeof status === 'object' && status !== null && 'message' in status) return String(status.message);
  } catch {
    // Not every server in front of an API server answers in JSON.
  }
  return text.startsWith('<') ? '' : text.slice(0, 200);
}

function queryText(query: ApiRequest['query']): string {
  const pairs = Object.entries(query ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`],
  );
  return pairs.join('&');
}

/** The whole answer as JSON. Throws ApiFailure, also where it is no JSON or longer than `most` bytes. */
export async function readJson(connection: Connection, request: ApiRequest, most = 32 * 1024 * 1024): Promise<unknown> {
  return parseJson(await readAll(await connection.request(request), most));
}

/** The whole answer as text. Throws ApiFailure, also where it is longer than `most` bytes. */
export async function readAll(answer: ApiAnswer, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.chunks) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > most) throw new ApiFailure('broken', `the answer is larger than ${most} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** JSON, or an ApiFailure: an answer that was cut in the middle is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiFailure('broken', `the answer of ${text.length} bytes is no complete JSON`);
  }
}
