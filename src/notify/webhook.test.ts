import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import type { StandIn } from '../../test/support/http-stand-in.ts';
import { deliveryWith, morning } from '../../test/support/told.ts';
import { startWebhookServer } from '../../test/support/webhook-server.ts';
import { virtualClock } from '../lib/clock.ts';
import { secretOf } from '../lib/secret.ts';
import type { SendContext } from './sender.ts';
import { webhookSender } from './webhook.ts';

let server: StandIn;
const clock = virtualClock(morning);
const context = (): SendContext => ({ signal: new AbortController().signal });
const send = (path = '/', secret?: string): ReturnType<ReturnType<typeof webhookSender>['send']> =>
  webhookSender({
    url: secretOf(server.url + path),
    ...(secret ? { secret: secretOf(secret) } : {}),
    clock,
  }).send(deliveryWith(), context());

beforeEach(async () => {
  server = await startWebhookServer();
});
afterEach(() => server.stop());

test('a delivery is one JSON document with its key, so that a second one can be dropped', async () => {
  assert.deepEqual(await send(), { ok: true });
  const [got] = server.received;
  assert.equal(got?.headers['idempotency-key'], 'i-000001/first/1/#incidents');
  assert.deepEqual(JSON.parse(got?.body ?? ''), {
    key: 'i-000001/first/1/#incidents',
    incident: 'i-000001',
    kind: 'first',
    severity: 'SEV-1',
    title: 'SEV-1 shop: down',
    text: 'Deployment shop/shop has no ready pod',
    because: 'first message: SEV-1',
    revision: 'r1',
    cycle: 'c1',
    evidenceHash: 'abc',
    plannedAt: '2026-11-24T10:00:00.000Z',
  });
});

test('the signature covers the time and the body', async () => {
  await send('/', 'key');
  const [got] = server.received;
  const signed = createHmac('sha256', 'key')
    .update(`${morning / 1000}.${got?.body}`)
    .digest('hex');
  assert.equal(got?.headers['x-k8s-monitor-signature'], `sha256=${signed}`);
});

const rows: [status: number, retry: boolean][] = [
  [301, false],
  [400, false],
  [401, false],
  [404, false],
  [408, true],
  [413, false],
  [425, true],
  [429, true],
  [500, true],
  [502, true],
  [503, true],
];
for (const [status, retry] of rows) {
  test(`${status} is ${retry ? 'tried again' : 'refused for good'}`, async () => {
    server.script.push({ status, headers: { location: server.url, 'retry-after': '9' } });
    assert.deepEqual(await send(), { ok: false, retry, error: `HTTP ${status}`, after: 9000 });
    assert.equal(server.received.length, 1, 'a redirect is not followed');
  });
}

test('the address, which may hold a token, is in no error', async () => {
  await server.stop();
  const result = await send('/services/T000/B000/secrettoken');
  assert.partialDeepStrictEqual(result, { ok: false, retry: true, ambiguous: false });
  assert.doesNotMatch(JSON.stringify(result), /secrettoken/);
});
