import type { ApiAnswer, ApiRequest, Connection } from '../../../src/cluster/api/connection.ts';
import { ApiFailure, failureOfStatus } from '../../../src/cluster/api/failure.ts';
import { guardRequest } from '../../../src/cluster/api/guard.ts';
import type { HalfName } from '../../../src/config/keep.ts';
import { halfNames } from '../../../src/config/source/halves.ts';
import { type Clock, type Millis, minute, second } from '../../../src/lib/clock.ts';
import type { Gate } from './gate.ts';
import type { Write, Writes } from './writes.ts';

/** How the API server is: it answers, nothing listens, it refuses, or it takes requests and says nothing. */
export type ApiMode = 'well' | 'down' | '403' | '401' | 'silent';

export const names = {
  namespace: 'monitoring',
  orchestrator: 'k8s-monitor-orchestrator',
  agents: 'k8s-monitor-agents',
};
const path = `/api/v1/namespaces/${names.namespace}/configmaps`;
/** The time a request takes on its way there. */
const latency: Millis = 3;

type Stream = {
  half: HalfName;
  gate: Gate;
  push(line: object): void;
  fail(error: ApiFailure): void;
  end(): void;
  isStalled: boolean;
};

/** An API server with the two ConfigMaps, on a clock that is turned by hand. */
export type ApiStandIn = {
  connect(gate: Gate, clock: Clock): Connection;
  mode(next: ApiMode): void;
  /** What was written is told to the watches after `lag`. */
  told(write: Write, lag: Millis): void;
  /** Ends all watches in this way. */
  breakWatches(how: 'cut' | '410-event' | 'end'): void;
  /** The next watches from a version are refused with 410. */
  refuseVersions(times: number): void;
  /** Watches stay open and say nothing any more. */
  stall(): void;
  /** Serves the state of so many writes ago, as a replica that lags behind; 0 is the present one. */
  lagBehind(writes: number): void;
  /** What a reader would get of a half. */
  serves(half: HalfName): Write;
  /** Whether both are watched and hear of everything. */
  isWatched(): boolean;
};

export function standInForApi(writes: Writes, world: Clock): ApiStandIn {
  let mode: ApiMode = 'well';
  let streams: Stream[] = [];
  let refusals = 0;
  /** Writes after this number are not served. */
  let newest = Number.POSITIVE_INFINITY;

  const serves = (half: HalfName): Write =>
    writes.all[half].findLast(({ number }) => number <= newest) ?? writes.all[half][0] ?? writes.last(half);
  const version = (): number => Math.max(...halfNames.map((half) => serves(half).number));

  const refuse = (): void => {
    if (mode === 'down') throw new ApiFailure('broken', 'nothing listens there');
    if (mode === '403') throw failureOfStatus(403, 'configmaps is forbidden');
    if (mode === '401') throw failureOfStatus(401, 'Unauthorized');
  };

  const respond = (request: ApiRequest): { lines: object[]; stream?: HalfName } => {
    const query = request.query ?? {};
    const [, name] = request.path.split(`${path}/`);
    if (name !== undefined) {
      const one = serves(halfOf(name));
      if (one.kind === 'gone') throw failureOfStatus(404, `configmaps "${name}" not found`);
      return { lines: [objectOf(one)] };
    }
    const half = halfOf(String(query['fieldSelector']).replace('metadata.name=', ''));
    const one = serves(half);
    const present = one.kind === 'gone' ? [] : [objectOf(one)];
    if (!query['watch'])
      return {
        lines: [
          { kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: `${version()}` }, items: present },
        ],
      };
    if (query['sendInitialEvents'])
      return {
        lines: [...present.map((object) => ({ type: 'ADDED', object })), bookmark(version(), true)],
        stream: half,
      };
    const from = Number(query['resourceVersion']);
    if (refusals > 0) {
      refusals--;
      throw failureOfStatus(410, 'too old resource version');
    }
    if (from > version()) throw failureOfStatus(504, `Too large resource version: ${from}, current: ${version()}`);
    const missed = writes.all[half].filter(({ number }) => number > from && number <= newest);
    return { lines: missed.map((write) => eventOf(write, writes)), stream: half };
  };

  const request = async (asked: ApiRequest, gate: Gate, clock: Clock): Promise<ApiAnswer> => {
    await gate.pass();
    const guard = guardRequest(clock, { ...asked, idle: asked.idle ?? 30 * second });
    const aborted = new Promise<never>((_, reject) => {
      guard.signal.addEventListener('abort', () => reject(guard.failure()), { once: true });
    });
    aborted.catch(() => undefined);
    try {
      await Promise.race([wait(clock, latency), aborted]);
      if (mode === 'silent') await aborted;
      refuse();
      const { lines, stream } = respond(asked);
      guard.touch();
      const queue = lines.map(toBuffer);
      if (stream === undefined) return { chunks: once(queue, guard.end) };
      return {
        chunks: streamed(stream, queue, Number(asked.query?.['timeoutSeconds']) * second, gate, clock, aborted, guard),
      };
    } catch (error) {
      guard.end();
      throw guard.failure() ?? error;
    }
  };

  async function* streamed(
    half: HalfName,
    queue: Buffer[],
    longest: Millis,
    gate: Gate,
    clock: Clock,
    aborted: Promise<never>,
    guard: ReturnType<typeof guardRequest>,
  ): AsyncGenerator<Buffer, void, undefined> {
    let wake = Promise.withResolvers<void>();
    let over: ApiFailure | 'end' | undefined;
    const own: Stream = {
      half,
      gate,
      isStalled: false,
      push(line) {
        if (own.isStalled) return;
        queue.push(toBuffer(line));
        wake.resolve();
      },
      fail(error) {
        over ??= error;
        wake.resolve();
      },
      end() {
        over ??= 'end';
        wake.resolve();
      },
    };
    streams.push(own);
    let cancelBookmark = (): void => undefined;
    const bookmarkLater = (): void => {
      cancelBookmark = clock.wakeAt(clock.now() + minute, () => {
        own.push(bookmark(version(), false));
        bookmarkLater();
      });
    };
    bookmarkLater();
    const cancelEnd = clock.wakeAt(clock.now() + longest, own.end);
    try {
      for (;;) {
        for (const chunk of queue.splice(0)) {
          guard.touch();
          yield chunk;
        }
        if (over === 'end') return;
        if (over) throw over;
        await Promise.race([wake.promise, aborted]);
        wake = Promise.withResolvers();
      }
    } catch (error) {
      throw guard.failure() ?? error;
    } finally {
      streams = streams.filter((other) => other !== own);
      cancelBookmark();
      cancelEnd();
      guard.end();
    }
  }

  return {
    connect: (gate, clock) => ({
      name: 'stand-in',
      server: 'https://stand-in',
      namespace: names.namespace,
      clock,
      random: () => 0.5,
      backoff: { first: 500, most: 30 * second },
      request: (asked) => request(asked, gate, clock),
      close: async () => undefined,
    }),
    mode(next) {
      mode = next;
      if (next !== 'well') for (const one of streams) one.fail(new ApiFailure('broken', 'the connection was cut'));
    },
    told(write, lag) {
      world.wakeAt(world.now() + latency + lag, () => {
        if (write.number > newest) return;
        for (const one of streams) if (one.half === write.half) one.push(eventOf(write, writes));
      });
    },
    breakWatches(how) {
      for (const one of [...streams]) {
        if (how === 'cut') one.fail(new ApiFailure('broken', 'the connection was cut'));
        else if (how === 'end') one.end();
        else {
          one.push({ type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old resource version' } });
          one.end();
        }
      }
    },
    refuseVersions(times) {
      refusals = times;
    },
    stall() {
      for (const one of streams) one.isStalled = true;
    },
    lagBehind(count) {
      newest = count === 0 ? Number.POSITIVE_INFINITY : Math.max(2, version() - count);
      for (const one of [...streams]) one.fail(new ApiFailure('broken', 'the connection was cut'));
    },
    serves,
    isWatched: () =>
      mode === 'well' &&
      halfNames.every((half) => streams.some((one) => one.half === half && one.gate.isAlive() && !one.isStalled)),
  };
}

const halfOf = (name: string): HalfName => (name === names.orchestrator ? 'orchestrator' : 'agents');

const toBuffer = (line: object): Buffer => Buffer.from(`${JSON.stringify(line)}\n`);

async function* once(chunks: Buffer[], end: () => void): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* chunks;
  } finally {
    end();
  }
}

const wait = (clock: Clock, length: Millis): Promise<void> =>
  new Promise((resolve) => void clock.wakeAt(clock.now() + length, resolve));

const bookmark = (version: number, endsInitial: boolean): object => ({
  type: 'BOOKMARK',
  object: {
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: {
      resourceVersion: `${version}`,
      ...(endsInitial && { annotations: { 'k8s.io/initial-events-end': 'true' } }),
    },
  },
});

function eventOf(write: Write, writes: Writes): object {
  const before = writes.all[write.half].findLast(({ number }) => number < write.number);
  if (write.kind === 'gone') {
    const last = before ?? write;
    return { type: 'DELETED', object: objectOf({ ...last, number: write.number }) };
  }
  return { type: !before || before.kind === 'gone' ? 'ADDED' : 'MODIFIED', object: objectOf(write) };
}

function objectOf({ half, number, kind, texts, uid, annotations }: Write): object {
  const key = half === 'orchestrator' ? 'CLAUDE.md' : 'k8s-analyzer.md';
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: names[half],
      namespace: names.namespace,
      uid,
      resourceVersion: `${number}`,
      annotations,
      managedFields: [
        {
          manager: `writer-${number % 2}`,
          operation: 'Update',
          time: '2026-11-24T09:00:00Z',
          fieldsV1: { 'f:data': {} },
        },
      ],
    },
    ...(kind === 'bytes' ? { binaryData: { [key]: '//79' } } : { data: texts }),
  };
}
