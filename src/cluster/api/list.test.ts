import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { connectTo } from '../../../test/support/connect-to.ts';
import { virtualClock } from '../../lib/clock.ts';
import type { Connection } from './connection.ts';
import { listAll } from './list.ts';

const ends: (() => unknown)[] = [];
after(async () => {
  for (const end of ends) await end();
});

type Asked = { next: string; limit: string };

/** A server that answers the n-th request as it is told; the token of page 2 is `p2`. */
async function serve(
  answer: (asked: Asked, response: ServerResponse, count: number) => unknown,
  clock?: ReturnType<typeof virtualClock>,
): Promise<{ connection: Connection; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const one = { next: searchParams.get('continue') ?? '', limit: searchParams.get('limit') ?? '' };
    asked.push(one);
    answer(one, response, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = connectTo(`http://127.0.0.1:${port}`, clock ? { clock } : {});
  ends.push(
    () => connection.close(),
    () => server.close(),
  );
  return { connection, asked };
}

const head = (more: object = {}): string =>
  `{"kind":"PodList","apiVersion":"v1","metadata":${JSON.stringify({ resourceVersion: '7', ...more })},"items":[`;
const page = (names: string[], more: object = {}): string =>
  `${head(more)}${names.map((name) => JSON.stringify({ metadata: { name } })).join()}]}`;

type Got = { names: string[]; begun: number };
function sinkOf(): { got: Got; sink: Parameters<typeof listAll>[1]['sink'] } {
  const got: Got = { names: [], begun: 0 };
  const nameOf = (raw: unknown): string => JSON.stringify(raw).slice('{"metadata":{"name":"'.length, -3);
  return {
    got,
    sink: {
      begin() {
        got.names = [];
        got.begun++;
      },
      add(raw) {
        got.names.push(nameOf(raw));
      },
    },
  };
}
async function list(connection: Connection): Promise<Got & { failure?: unknown; version?: string }> {
  const { got, sink } = sinkOf();
  try {
    return { ...got, version: await listAll(connection, { path: '/api/v1/pods', sink }), ...got };
  } catch (failure) {
    return { ...got, failure };
  }
}

test('pages of 500, in order', async () => {
  const { connection, asked } = await serve(({ next }, response) =>
    response.end(next ? page(['c']) : page(['a', 'b'], { continue: 'p2', remainingItemCount: 1 })),
  );
  const got = await list(connection);
  assert.deepEqual(got.names, ['a', 'b', 'c']);
  assert.equal(got.version, '7');
  assert.deepEqual(asked, [
    { next: '', limit: '500' },
    { next: 'p2', limit: '500' },
  ]);
});

test('the next page is asked for while the former is still coming, and never more than two are under way', async () => {
  const log: string[] = [];
  let finishFirst = (): void => undefined;
  const { connection } = await serve(async ({ next }, response) => {
    log.push(`asked ${next || 'p1'}`);
    if (next === '') {
      response.write(head({ continue: 'p2', remainingItemCount: 2 }));
      finishFirst = () => {
        log.push('p1 ends');
        response.end('{"metadata":{"name":"a"}}]}');
      };
    } else if (next === 'p2') {
      // Its head is in long before the first page ends.
      response.end(page(['b'], { continue: 'p3', remainingItemCount: 1 }));
      for (let turn = 0; turn < 50; turn++) await setImmediate();
      finishFirst();
    } else response.end(page(['c']));
  });
  assert.deepEqual((await list(connection)).names, ['a', 'b', 'c']);
  assert.deepEqual(log, ['asked p1', 'asked p2', 'p1 ends', 'asked p3']);
});

test('what passes is tried again, page by page, and not from the start', async () => {
  const faults: ((response: ServerResponse) => void)[] = [
    (response) => response.writeHead(500).end(),
    (response) => response.write(head({ continue: 'p2' }), () => response.destroy()),
    (response) => response.end(page(['a'], { continue: 'p2' })),
    (response) => response.end('{"kind":"PodList","metadata":{},"items":[{"meta'),
    (response) => response.writeHead(503).end(),
    (response) => response.end(page(['b'])),
  ];
  // By page, because the second page is asked for when the head of a broken first one was in.
  const byPage = new Map([
    ['', faults.slice(0, 3)],
    ['p2', faults.slice(3)],
  ]);
  const { connection } = await serve(({ next }, response) => byPage.get(next)?.shift()?.(response));
  const got = await list(connection);
  assert.deepEqual(got.names, ['a', 'b']);
  assert.equal(got.begun, 1);
});

const half = (names: string[], more: object): string => page(names, more).slice(0, -2);
test('a page that broke in the middle is read again, and no object comes twice', async () => {
  const answers: [string, string][] = [
    ['', half(['a', 'b'], { continue: 'p2' })],
    ['', page(['b', 'c'], { continue: 'p2' })],
    ['p2', half(['d', 'e'], {})],
    ['p2', page(['d', 'e', 'f'])],
  ];
  const { connection } = await serve(({ next }, response) => {
    const index = answers.findIndex(([token]) => token === next);
    response.end(answers.splice(index, 1)[0]?.[1]);
  });
  const got = await list(connection);
  assert.deepEqual(got.names, ['b', 'c', 'd', 'e', 'f']);
  assert.equal(got.begun, 2, 'the first page is the cluster as it is by then');
});

test('429: not before the time the server asks for', async () => {
  const clock = virtualClock(0);
  let refused = (): void => undefined;
  const first = new Promise<void>((resolve) => {
    refused = resolve;
  });
  const { connection, asked } = await serve((_asked, response, count) => {
    if (count > 1) return response.end(page(['a']));
    return response.writeHead(429, { 'retry-after': '7' }).end('', refused);
  }, clock);
  const listing = list(connection);
  await first;
  while (asked.length < 2) await clock.advance(1000);
  assert.ok(clock.now() >= 7000, `asked again after ${clock.now()} ms`);
  assert.deepEqual((await listing).names, ['a']);
});

test('410 between two pages: once more from the start', async () => {
  const { connection } = await serve(({ next }, response, count) => {
    if (!next) return response.end(page([`a${count}`], { continue: 'p2' }));
    return count < 3 ? response.writeHead(410).end() : response.end(page(['b']));
  });
  const got = await list(connection);
  assert.deepEqual(got.names, ['a3', 'b']);
  assert.equal(got.begun, 2);
  assert.equal(got.failure, undefined);
});

const failing: {
  is: string;
  answer: (asked: Asked, response: ServerResponse) => unknown;
  fails: object;
  got: string[];
}[] = [
  {
    is: '410 again and again',
    answer: ({ next }, response) =>
      next ? response.writeHead(410).end() : response.end(page(['a'], { continue: 'p2' })),
    fails: { kind: 'gone' },
    got: ['a'],
  },
  {
    is: 'objects left out without a way to get them',
    answer: (_asked, response) => response.end(page([], { remainingItemCount: 12 })),
    fails: { kind: 'broken', message: /left out 12 objects/ },
    got: [],
  },
  {
    is: 'truncated on the second page',
    answer: ({ next }, response) => response.end(next ? page(['b']).slice(0, -9) : page(['a'], { continue: 'p2' })),
    fails: { kind: 'broken', message: /no complete JSON/ },
    got: ['a'],
  },
  {
    is: 'a page of a login portal',
    answer: (_asked, response) => response.end('<html>'),
    fails: { kind: 'broken', message: /no complete JSON/ },
    got: [],
  },
  {
    is: 'JSON that is no list',
    answer: (_asked, response) => response.end('{"kind":"Status","status":"Success"}'),
    fails: { kind: 'broken', message: /no list of the Kubernetes API/ },
    got: [],
  },
  { is: '403', answer: (_asked, response) => response.writeHead(403).end(), fails: { kind: 'denied' }, got: [] },
  {
    is: '500 again and again',
    answer: (_asked, response) => response.writeHead(500).end(),
    fails: { kind: 'broken', status: 500 },
    got: [],
  },
];
for (const { is, answer, fails, got } of failing) {
  test(`a list fails, and what came is kept: ${is}`, async () => {
    const { connection } = await serve(answer);
    const result = await list(connection);
    await assert.rejects(Promise.reject(result.failure), fails);
    assert.deepEqual(result.names, got);
  });
}

test('an empty list may be null', async () => {
  const { connection } = await serve((_asked, response) =>
    response.end('{"kind":"PodList","metadata":{"resourceVersion":"3"},"items":null}'),
  );
  const got = await list(connection);
  assert.deepEqual([got.names, got.version], [[], '3']);
});

test('objects are handed on while their page is still coming', async () => {
  let finish = (): void => undefined;
  const { connection } = await serve((_asked, response) => {
    response.write(`${head()}{"metadata":{"name":"a"}},{"metadata":{"na`);
    finish = () => response.end('me":"b"}}]}');
  });
  const names: unknown[] = [];
  const add = (raw: unknown): void => {
    names.push(JSON.stringify(raw));
    finish();
  };
  await listAll(connection, { path: '/', sink: { begin: () => undefined, add } });
  assert.deepEqual(names, ['{"metadata":{"name":"a"}}', '{"metadata":{"name":"b"}}']);
});
