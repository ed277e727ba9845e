import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Scripted } from '../../test/support/http-stand-in.ts';
import { type SlackServer, seenIn, startSlackServer } from '../../test/support/slack-server.ts';
import { deliveryWith, morning } from '../../test/support/told.ts';
import { virtualClock } from '../lib/clock.ts';
import { secretOf } from '../lib/secret.ts';
import type { Delivery } from './delivery.ts';
import type { SendContext, Sender, SendResult } from './sender.ts';
import { slackSender } from './slack.ts';
import { slackHookSender } from './slack-hook.ts';

let server: SlackServer;
let sender: Sender;
const token = 'xoxb-very-secret-token';
const clock = virtualClock(morning);
const context = (root?: string, shared = false): SendContext => ({
  signal: new AbortController().signal,
  ...(root ? { root, shared } : {}),
});

beforeEach(async () => {
  server = await startSlackServer();
  sender = slackSender({ token: secretOf(token), apiUrl: `${server.url}/api/`, clock, timeout: 300 });
});
afterEach(() => server.stop());

async function sendOk(delivery: Delivery, root?: string, shared = false): Promise<string> {
  const result = await sender.send(delivery, context(root, shared));
  assert.ok(result.ok, JSON.stringify(result));
  return result.remoteId ?? '';
}

describe('with a bot token', () => {
  test('the first message is a root, marked with its incident, revision, cycle and evidence (A15)', async () => {
    const id = await sendOk(deliveryWith());
    const [post] = server.posts;
    assert.equal(id, `${post?.channel}/${post?.ts}`);
    assert.deepEqual(post?.metadata, {
      event_type: 'k8s_monitor_incident',
      event_payload: {
        key: 'i-000001/first/1/#incidents',
        kind: 'first',
        revision: 'r1',
        cycle: 'c1',
        evidence: 'abc',
        incident: 'i-000001',
      },
    });
  });

  test('what follows is a reply in its thread, and the root shows how things stand', async () => {
    const id = await sendOk(deliveryWith());
    await sendOk(
      deliveryWith({
        kind: 'resolved',
        title: 'Resolved',
        text: 'fine',
        root: { title: 'SEV-1 (resolved)', text: 'was down' },
      }),
      id,
    );
    const [root, reply] = server.posts;
    assert.equal(server.posts.length, 2);
    assert.match(root ? seenIn(root) : '', /SEV-1 \(resolved\)/);
    assert.partialDeepStrictEqual(reply, { thread: root?.ts, broadcast: false });
  });

  test('a worsening and a reminder are shown in the channel too', async () => {
    const id = await sendOk(deliveryWith());
    for (const kind of ['worse', 'reminder', 'reopened'] as const) await sendOk(deliveryWith({ kind }), id);
    assert.deepEqual(
      server.posts.slice(1).map(({ broadcast }) => broadcast),
      [true, true, true],
    );
  });

  test('a silent edit changes the root and posts nothing', async () => {
    const id = await sendOk(deliveryWith());
    await sendOk(deliveryWith({ kind: 'edit', root: { title: 'recovering', text: '' } }), id);
    assert.equal(server.posts.length, 1);
    assert.equal(server.posts[0]?.edits, 1);
  });

  test('a summary is not edited for one of its incidents', async () => {
    const id = await sendOk(deliveryWith({ kind: 'baseline' }));
    await sendOk(deliveryWith({ kind: 'resolved', root: { title: 'x', text: '' } }), id, true);
    assert.deepEqual(
      server.posts.map(({ edits, thread }) => [edits, thread]),
      [
        [0, undefined],
        [0, server.posts[0]?.ts],
      ],
    );
  });

  test('a root that was deleted does not keep back the message', async () => {
    await sendOk(deliveryWith({ kind: 'worse', root: { title: 'x', text: '' } }), 'C1/1.0001');
    assert.equal(server.posts[0]?.thread, '1.0001');
  });

  test('hostile cluster text calls nobody; the policy may', async () => {
    await sendOk(
      deliveryWith({ title: '<!channel> @here', text: '<@U0000001> <https://evil.example|x>', mention: '@here' }),
    );
    const [post] = server.posts;
    const seen = post ? seenIn(post) : '';
    assert.deepEqual([...new Set(seen.match(/<[^>]*>/g))], ['<!here>']);
    assert.doesNotMatch(seen, /@here/);
  });

  test('blocks that Slack does not take are sent as plain text', async () => {
    server.script.push({ status: 200, body: '{"ok":false,"error":"invalid_blocks"}' });
    await sendOk(deliveryWith());
    assert.deepEqual(server.posts[0]?.blocks, []);
    assert.match(server.posts[0]?.text ?? '', /SEV-1 shop: down\nDeployment/);
  });

  const rows: [answer: string, scripted: Scripted, result: Partial<Extract<SendResult, { ok: false }>>][] = [
    ['429 with seconds', { status: 429, headers: { 'retry-after': '30' } }, { retry: true, after: 30_000 }],
    [
      '429 with a date',
      { status: 429, headers: { 'retry-after': 'Tue, 24 Nov 2026 10:00:20 GMT' } },
      { retry: true, after: 20_000 },
    ],
    ['429 without a time', { status: 429 }, { retry: true, error: 'rate limited' }],
    ['429 with nonsense', { status: 429, headers: { 'retry-after': 'soon' } }, { retry: true, error: 'rate limited' }],
    ['500', { status: 500 }, { retry: true, error: 'HTTP 500', ambiguous: true }],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '7' } }, { retry: true, after: 7000 }],
    ['403', { status: 403 }, { retry: false, error: 'HTTP 403' }],
    [
      'ok:false channel_not_found',
      { status: 200, body: '{"ok":false,"error":"channel_not_found"}' },
      { retry: false, error: 'channel_not_found' },
    ],
    [
      'ok:false is_archived',
      { status: 200, body: '{"ok":false,"error":"is_archived"}' },
      { retry: false, error: 'is_archived' },
    ],
    [
      'ok:false invalid_auth',
      { status: 200, body: '{"ok":false,"error":"invalid_auth"}' },
      { retry: false, error: 'invalid_auth' },
    ],
    [
      'ok:false ratelimited',
      { status: 200, body: '{"ok":false,"error":"ratelimited"}' },
      { retry: true, error: 'ratelimited' },
    ],
    [
      'ok:false internal_error',
      { status: 200, body: '{"ok":false,"error":"internal_error"}' },
      { retry: true, error: 'internal_error' },
    ],
    ['no answer', { hang: true }, { retry: true, ambiguous: true }],
    ['an answer byte by byte without end', { drip: true }, { retry: true, ambiguous: true }],
    ['cut after it was taken', { acceptAndCut: true }, { retry: true, ambiguous: true }],
  ];
  for (const [answer, scripted, wanted] of rows) {
    test(`${answer}: ${wanted.retry ? 'tried again' : 'refused for good'}`, async () => {
      server.script.push(scripted);
      const result = await sender.send(deliveryWith(), context());
      assert.partialDeepStrictEqual(result, { ok: false, ...wanted });
      assert.doesNotMatch(JSON.stringify(result), /xoxb/);
    });
  }

  test('where Slack cannot be reached nothing has arrived', async () => {
    await server.stop();
    const result = await sender.send(deliveryWith(), context());
    assert.partialDeepStrictEqual(result, { ok: false, retry: true, ambiguous: false });
  });

  test('a message that arrived before the answer was lost is found by its key, also in a thread (A2)', async () => {
    server.script.push({ acceptAndCut: true });
    await sender.send(deliveryWith(), context());
    const channel = server.posts[0]?.channel ?? '';
    assert.equal(await sender.find?.(deliveryWith({ channel }), context()), `${channel}/${server.posts[0]?.ts}`);
    const reply = await sendOk(deliveryWith({ key: 'second', kind: 'worse' }), `${channel}/${server.posts[0]?.ts}`);
    assert.equal(
      await sender.find?.(deliveryWith({ key: 'second' }), context(`${channel}/${server.posts[0]?.ts}`)),
      reply,
    );
    assert.equal(await sender.find?.(deliveryWith({ channel, key: 'other' }), context()), undefined);
  });

  test('without the right to read history nothing is found, and nothing fails', async () => {
    server.missingScopes.add('history');
    assert.equal(await sender.find?.(deliveryWith(), context()), undefined);
  });
});

describe('with an incoming webhook', () => {
  const hook = (): Sender => slackHookSender({ url: secretOf(server.hookUrl), clock });

  test('each message is posted, named by its incident, and nothing is edited', async () => {
    assert.deepEqual(await hook().send(deliveryWith({ text: 'Incident i-000001' }), context()), { ok: true });
    assert.deepEqual(await hook().send(deliveryWith({ kind: 'edit' }), context()), { ok: true });
    assert.equal(server.posts.length, 1);
    assert.match(server.posts[0] ? seenIn(server.posts[0]) : '', /i-000001/);
  });

  const rows: [answer: string, scripted: Scripted, result: object][] = [
    ['404 no_service', { status: 404, body: 'no_service' }, { ok: false, retry: false, error: 'HTTP 404: no_service' }],
    ['410 channel_is_archived', { status: 410, body: 'channel_is_archived' }, { ok: false, retry: false }],
    ['429', { status: 429, headers: { 'retry-after': '3' } }, { ok: false, retry: true, after: 3000 }],
    ['500', { status: 500 }, { ok: false, retry: true }],
    ['200 without ok', { status: 200, body: '<html>' }, { ok: false, retry: true, ambiguous: true }],
  ];
  for (const [answer, scripted, wanted] of rows) {
    test(answer, async () => {
      server.script.push(scripted);
      assert.partialDeepStrictEqual(await hook().send(deliveryWith(), context()), wanted);
    });
  }
});
