import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, test } from 'node:test';
import { connectTo } from '../../../test/support/connect-to.ts';
import { waitFor } from '../../../test/support/wait-for.ts';
import { minute, second, virtualClock } from '../../lib/clock.ts';
import { fields } from '../project/read.ts';
import { type Follow, type FollowState, follow } from './follow.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

type Followed = {
  asked: string[];
  clock: ReturnType<typeof virtualClock>;
  states: FollowState['is'][];
  names(): string[];
  following: Follow;
};

/** Follows a server that answers as it is told; a request is `list`, `initial` (WatchList) or `watch RESOURCEVERSION`. */
async function start(
  answer: (asked: string, response: ServerResponse, count: number) => unknown,
  mayBeAbsent = true,
): Promise<Followed> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const from = query.get('resourceVersion');
    const what = !query.has('watch') ? 'list' : query.has('sendInitialEvents') ? 'initial' : `watch ${from}`;
    asked.push(what);
    answer(what, response, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const clock = virtualClock(0);
  const connection = connectTo(`http://127.0.0.1:${port}`, { clock });
  ends.push(() => connection.close());
  const states: FollowState['is'][] = [];
  let objects = new Set<string>();
  let incoming = new Set<string>();
  const nameOf = (raw: unknown): string => String(fields(fields(raw)['metadata'])['name']);
  const following = follow(connection, {
    path: '/api/v1/pods',
    mayBeAbsent,
    sink: {
      begin: () => {
        incoming = new Set();
      },
      add: (raw) => incoming.add(nameOf(raw)),
      forget: (raw) => incoming.delete(nameOf(raw)),
      complete: () => {
        objects = incoming;
      },
      change: (type, raw) => (type === 'DELETED' ? objects.delete(nameOf(raw)) : objects.add(nameOf(raw))),
      state: ({ is }) => states.push(is),
    },
  });
  ends.push(() => following.stop());
  return { asked, clock, states, names: () => [...objects], following };
}

const event = (type: string, name: string, resourceVersion: string, more: object = {}): string =>
  `${JSON.stringify({ type, object: { kind: 'Pod', metadata: { name, resourceVersion, ...more } } })}\n`;
const initialEnd = event('BOOKMARK', '', '5', { annotations: { 'k8s.io/initial-events-end': 'true' } });
const list = '{"kind":"PodList","metadata":{"resourceVersion":"3"},"items":[{"metadata":{"name":"a"}}]}';
const failed = (code: number): string =>
  `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code, message: 'so' } })}\n`;

test('what happens while the initial events come is part of them', async () => {
  const { names, following, states } = await start((_asked, response) => {
    response.write(event('ADDED', 'a', '1') + event('ADDED', 'b', '2'));
    response.write(event('MODIFIED', 'c', '3') + event('DELETED', 'a', '4') + initialEnd);
  });
  await following.settled;
  assert.deepEqual(names(), ['b', 'c']);
  assert.deepEqual(states, ['seen']);
});

test('a watch that the server ends is followed by the next, from where it was, and nothing is broken', async () => {
  const { asked, names, states, clock } = await start((what, response, count) => {
    if (what === 'initial') return response.end(event('ADDED', 'a', '1') + initialEnd);
    if (count === 2) return response.end(event('ADDED', 'b', '6') + event('BOOKMARK', '', '9'));
    return response.flushHeaders();
  });
  await waitFor(
    'the third watch',
    () => asked.length === 3,
    () => clock.advance(10),
  );
  assert.deepEqual(asked, ['initial', 'watch 5', 'watch 9']);
  assert.deepEqual(names(), ['a', 'b']);
  assert.deepEqual(states, ['seen']);
});

test('a server that ends every watch at once is not asked in a circle', async () => {
  const { asked, clock } = await start((what, response) => response.end(what === 'initial' ? initialEnd : ''));
  await waitFor(
    'some watches',
    () => asked.length > 5,
    () => clock.advance(1),
  );
  assert.ok(clock.now() >= asked.length - 3, `${asked.length} requests in ${clock.now()} ms with waits of 1 ms`);
});

test('a server without WatchList is asked once for it', async () => {
  const { asked, names, clock } = await start((what, response, count) => {
    if (what === 'initial') return response.writeHead(422).end('{"message":"sendInitialEvents is forbidden"}');
    if (what === 'list') return response.end(list);
    return count === 3 ? response.end(failed(410)) : response.flushHeaders();
  });
  await waitFor(
    'the second watch',
    () => asked.length === 5,
    () => clock.advance(10),
  );
  assert.deepEqual(asked, ['initial', 'list', 'watch 3', 'list', 'watch 3']);
  assert.deepEqual(names(), ['a']);
});

test('a server that takes the wish for initial events and never ends them is listed after 75 s', async () => {
  const { asked, names, clock } = await start((what, response) => {
    if (what === 'initial') return response.write(event('ADDED', 'a', '1'));
    return what === 'list' ? response.end(list) : response.flushHeaders();
  });
  await waitFor('the first event', () => asked.length === 1);
  await waitFor(
    'the list',
    () => names().length > 0,
    () => clock.advance(second),
  );
  assert.ok(clock.now() >= 75 * second);
  assert.deepEqual(asked.slice(0, 2), ['initial', 'list']);
});

const errors: { code: number; next: string; state: FollowState['is'][] }[] = [
  { code: 410, next: 'initial', state: ['seen'] },
  { code: 500, next: 'watch 5', state: ['seen'] },
  { code: 429, next: 'watch 5', state: ['seen'] },
  { code: 403, next: 'watch 5', state: ['seen', 'denied'] },
];
for (const { code, next, state } of errors) {
  test(`an ERROR event of ${code}: next comes ${next} (F40)`, async () => {
    const { asked, states, clock } = await start((what, response, count) => {
      if (count === 1) return response.write(initialEnd + failed(code));
      return what === 'initial' ? response.write(initialEnd) : response.flushHeaders();
    });
    await waitFor(
      'the next',
      () => asked.length === 2,
      () => clock.advance(1),
    );
    assert.equal(asked[1], next);
    assert.deepEqual(states, state);
    await waitFor(
      'it is seen',
      () => states.at(-1) === 'seen',
      () => clock.advance(1),
    );
  });
}

test('a kind that is not installed is looked for every few minutes, and found', async () => {
  let installed = false;
  const { asked, states, names, clock, following } = await start((_what, response) =>
    installed ? response.write(event('ADDED', 'a', '1') + initialEnd) : response.writeHead(404).end(),
  );
  await following.settled;
  assert.deepEqual(states, ['absent']);
  await clock.advance(2 * minute);
  assert.equal(asked.length, 1);
  installed = true;
  await waitFor(
    'it is seen',
    () => states.at(-1) === 'seen',
    () => clock.advance(second),
  );
  assert.ok(clock.now() < 6 * minute);
  assert.deepEqual(names(), ['a']);
});

test('a refused watch is tried again within 30 s, for ever (F39)', async () => {
  const { asked, clock, states } = await start((_what, response) => response.writeHead(403).end());
  await waitFor(
    'many tries',
    () => asked.length > 20,
    () => clock.advance(30 * second),
  );
  assert.deepEqual(states, ['denied'], 'told once');
});

test('stop ends a watch, a wait and a request under way', async () => {
  const waiting = await start((_what, response) => response.writeHead(404).end());
  await waiting.following.settled;
  await waiting.following.stop();
  const silent = await start(() => undefined);
  await waitFor('the request', () => silent.asked.length === 1);
  await silent.following.stop();
  assert.deepEqual(silent.states, [], 'being stopped is no failure');
});
