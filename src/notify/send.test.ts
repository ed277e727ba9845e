import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { StandIn } from '../../test/support/http-stand-in.ts';
import { type SlackServer, startSlackServer } from '../../test/support/slack-server.ts';
import { deliveryWith, morning } from '../../test/support/told.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { startWebhookServer } from '../../test/support/webhook-server.ts';
import { hour, minute, second, virtualClock } from '../lib/clock.ts';
import { secretOf } from '../lib/secret.ts';
import { type MonitorRecord, openRecord } from '../record/open-record.ts';
import { consoleSender } from './console.ts';
import type { Delivery } from './delivery.ts';
import { enqueue, findRoot, listMessages, loadOutbox, loadWaiting } from './outbox.ts';
import { type SendOptions, type SendReport, sendDue } from './send.ts';
import type { Sender } from './sender.ts';
import { slackSender } from './slack.ts';
import { webhookSender } from './webhook.ts';

let record: MonitorRecord;
let slack: SlackServer;
let webhook: StandIn;
let clock: ReturnType<typeof virtualClock>;
let printed: string[];

beforeEach(async () => {
  record = openRecord(':memory:', { now: morning });
  [slack, webhook] = await Promise.all([startSlackServer(), startWebhookServer()]);
  clock = virtualClock(morning);
  printed = [];
});
afterEach(async () => {
  record.close();
  await Promise.all([slack.stop(), webhook.stop()]);
});

const senders = (): Sender[] => [
  consoleSender((text) => printed.push(text)),
  slackSender({ token: secretOf('xoxb-1'), apiUrl: `${slack.url}/api/`, clock }),
  webhookSender({ url: secretOf(webhook.url), clock }),
];
const send = (given: Partial<SendOptions> = {}): Promise<SendReport> =>
  sendDue(record.db, senders(), { clock, random: () => 0.5, fallback: 'console', timeout: 2000, ...given });
const put = (...deliveries: Partial<Delivery>[]): void => void enqueue(record.db, deliveries.map(deliveryWith));
const stateOf = (key: string): string | undefined =>
  listMessages(record.db, 'i-000001').find((entry) => entry.key === key)?.state;

test("what is due is sent and marked, with the channel's own id", async () => {
  put({ key: 'a' }, { key: 'b', channel: 'webhook' }, { key: 'c', channel: 'console' });
  assert.deepEqual(await send(), { sent: 3, failed: [], undelivered: [], incidents: ['i-000001'] });
  assert.deepEqual(['a', 'b', 'c'].map(stateOf), ['sent', 'sent', 'sent']);
  assert.match(findRoot(record.db, deliveryWith())?.root ?? '', /^C\d+\/\d+\.\d+$/);
  assert.match(printed[0] ?? '', /SEV-1 shop: down/);
});

test('the same decision put in twice is one message', async () => {
  put({ key: 'a' });
  put({ key: 'a' });
  await send();
  await send();
  assert.equal(slack.posts.length, 1);
});

test('what was only observed, or is not due yet, is not sent', async () => {
  put({ key: 'a', observed: true }, { key: 'b', notBefore: morning + hour });
  const report = await send();
  assert.equal(slack.posts.length, 0);
  assert.equal(report.nextAt, morning + hour);
});

describe('a stuck channel', () => {
  test('delays no other (A5)', async () => {
    slack.script.push({ hang: true });
    put({ key: 'stuck' }, ...Array.from({ length: 20 }, (_, index) => ({ key: `free-${index}`, channel: 'webhook' })));
    const sending = send({ timeout: 60 * minute });
    await webhook.until(() => webhook.received.length === 20);
    await waitFor('all marked as sent', () => stateOf('free-19') === 'sent');
    assert.deepEqual([stateOf('stuck'), slack.posts.length], ['planned', 0], 'it still hangs');

    // Not even what is decided while it hangs, by an overlapping call.
    put({ key: 'later', channel: 'webhook' });
    await send();
    assert.equal(stateOf('later'), 'sent');
    await slack.stop();
    await sending;
  });

  test('hangs for no longer than its limit, and is tried again', async () => {
    slack.script.push({ hang: true });
    put({ key: 'a' });
    const report = await send({ timeout: 50 });
    assert.deepEqual(report.failed, [{ key: 'a', channel: '#incidents', error: 'no answer within 0.05 s' }]);
    assert.equal(report.nextAt, morning + 500);
    await clock.advance(second);
    await send();
    assert.equal(stateOf('a'), 'sent');
  });
});

describe('a channel that fails', () => {
  test('rests for as long as it asks, keeps the order, and then gets everything (A6)', async () => {
    slack.script.push({ status: 429, headers: { 'retry-after': '30' } });
    put({ key: 'first' }, { key: 'second', kind: 'worse' });
    assert.equal((await send()).nextAt, morning + 30_500);
    await clock.advance(30 * second);
    await send();
    assert.equal(slack.received.length, 1, 'not asked again before');
    await clock.advance(second);
    await send();
    assert.deepEqual(
      slack.posts.map(({ metadata }) => metadata?.event_payload['key']),
      ['first', 'second'],
    );
  });

  test('a refusal for good goes to the fallback channel and is visible as undelivered (A6)', async () => {
    slack.script.push({ status: 200, body: '{"ok":false,"error":"is_archived"}' });
    put({ key: 'a' });
    const report = await send();
    assert.deepEqual(report.undelivered, [{ key: 'a', channel: '#incidents', error: 'is_archived' }]);
    assert.deepEqual(
      loadOutbox(record.db).map(({ key, state, lastError }) => [key, state, lastError]),
      [['a', 'undelivered', 'is_archived']],
    );
    assert.match(printed.join(''), /#incidents could not be reached \(is_archived\)/);
  });

  test('a fallback that refuses too sends no third message', async () => {
    slack.script.push({ status: 200, body: '{"ok":false,"error":"is_archived"}' });
    webhook.script.push({ status: 404 });
    put({ key: 'a' });
    await send({ fallback: 'webhook' });
    await send({ fallback: 'webhook' });
    assert.deepEqual(
      loadOutbox(record.db).map(({ state, channel }) => [state, channel]),
      [
        ['undelivered', 'webhook'],
        ['undelivered', '#incidents'],
      ],
    );
  });

  test('SEV-1 goes to the fallback after two minutes of failing, and is tried on (A6)', async () => {
    put({ key: 'a', channel: 'webhook' });
    for (let at = 0; at < 3; at++) {
      webhook.script.push({ status: 503 });
      await send();
      await clock.advance(minute);
    }
    assert.match(printed.join(''), /could not be reached \(HTTP 503\)/);
    assert.equal(stateOf('a'), 'failed');
    await send();
    assert.equal(stateOf('a'), 'sent');
    assert.equal(printed.length, 1);
  });

  test('after the deadline it is given up, visibly (A1)', async () => {
    slack.script.push({ status: 503 });
    put({ key: 'a', deadline: morning - second });
    assert.equal((await send()).undelivered.length, 1);
    assert.equal(printed.length, 1);
  });

  test('a channel that is not set up any more is undelivered, not forgotten', async () => {
    put({ key: 'a' });
    await sendDue(record.db, [consoleSender((text) => printed.push(text))], {
      clock,
      random: () => 0.5,
      fallback: 'console',
    });
    assert.equal(stateOf('a'), 'undelivered');
    assert.equal(printed.length, 1);
  });
});

test('the most severe incident is sent first, and its own messages in order', async () => {
  put(
    { key: '1', incident: 'low', severity: 'SEV-3' },
    { key: '2', incident: 'high', severity: 'SEV-3' },
    { key: '3', incident: 'high', severity: 'SEV-1', kind: 'worse' },
  );
  assert.deepEqual(
    loadWaiting(record.db, '#incidents').map(({ key }) => key),
    ['2', '3', '1'],
  );
});

test('what may have arrived before a timeout is looked for, and not sent twice', async () => {
  slack.script.push({ acceptAndCut: true });
  put({ key: 'a', channel: 'C00000001' });
  await send();
  await clock.advance(second);
  await send();
  assert.equal(stateOf('a'), 'sent');
  assert.equal(slack.posts.length, 1);
});

test('a stop begins nothing new, waits for nobody, and leaves the rest for the next start (A14)', async () => {
  slack.script.push({ hang: true });
  put({ key: 'a' }, { key: 'b' });
  const stop = new AbortController();
  const sending = send({ signal: stop.signal, timeout: hour });
  await slack.until(() => slack.received.length === 1);
  stop.abort();
  await sending;
  assert.deepEqual(['a', 'b'].map(stateOf), ['planned', 'planned']);
  assert.equal(loadWaiting(record.db)[0]?.ambiguous, true);
  await slack.stop();
});

test('a database that is gone is said in the report, not thrown', async () => {
  const gone = openRecord(':memory:', { now: morning });
  gone.close();
  const report = await sendDue(gone.db, senders(), { clock, random: () => 0.5, fallback: 'console' });
  assert.match(report.trouble ?? '', /not open/);
});

test('one message that cannot be taken keeps those of other incidents waiting for a while only', async () => {
  const received: string[] = [];
  const picky: Sender = {
    route: 'console',
    async send({ key }) {
      if (key.startsWith('bad')) return { ok: false, retry: true, error: 'internal error' };
      received.push(key);
      return { ok: true };
    },
  };
  const channel = 'console';
  put(
    { key: 'bad', channel },
    { key: 'bad, later', channel },
    { key: 'good', channel, incident: 'i-2', severity: 'SEV-3' },
  );
  for (let attempt = 0; attempt < 6; attempt++) {
    await sendDue(record.db, [picky], { clock, random: () => 0, fallback: 'console' });
    await clock.advance(second);
  }
  assert.deepEqual(received, ['good']);
  assert.equal(stateOf('bad, later'), 'planned', 'its own story keeps its order');
});

describe('a database that takes no writes', () => {
  const fill = (): void =>
    record.db.exec(`CREATE TRIGGER full BEFORE UPDATE ON outbox BEGIN SELECT RAISE(FAIL, 'disk is full'); END`);

  test('keeps no message back, sends none twice, and is marked as soon as it can be', async () => {
    put({ key: 'a' }, { key: 'b', kind: 'worse' });
    fill();
    const report = await send();
    assert.deepEqual([report.sent, report.trouble, report.nextAt], [2, 'disk is full', morning + 10 * second]);
    await send();
    assert.equal(slack.posts.length, 2);
    record.db.exec('DROP TRIGGER full');
    await send();
    assert.deepEqual(['a', 'b'].map(stateOf), ['sent', 'sent']);
    assert.equal(slack.posts.length, 2);
  });

  test('lets a failing channel rest all the same', async () => {
    put({ key: 'a', channel: 'webhook' });
    webhook.script.push({ status: 503 });
    fill();
    assert.equal((await send()).nextAt, morning + 10 * second);
    await send();
    assert.equal(webhook.received.length, 1);
    await clock.advance(10 * second);
    await send();
    assert.equal(webhook.received.length, 2);
  });
});

test('a call that finds a channel busy does not ask to be called at once again', async () => {
  slack.script.push({ hang: true });
  put({ key: 'a' });
  const sending = send({ timeout: hour });
  await slack.until(() => slack.received.length === 1);
  assert.equal((await send()).nextAt, undefined);
  await slack.stop();
  await sending;
});

test('a sender that throws is a failure to retry', async () => {
  const broken: Sender = {
    route: 'console',
    send: () => Promise.reject(new Error('broken pipe')),
  };
  put({ key: 'a', channel: 'console' });
  const report = await sendDue(record.db, [broken], { clock, random: () => 0.5, fallback: 'console' });
  assert.deepEqual(report.failed, [{ key: 'a', channel: 'console', error: 'broken pipe' }]);
});
