import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { minute, virtualClock } from '../lib/clock.ts';
import type { SourceStatus } from './config-source.ts';
import { tellSource } from './tell-source.ts';

function start() {
  const clock = virtualClock(Date.parse('2026-11-24T09:00:00Z'));
  const lines: string[] = [];
  const messages: string[] = [];
  const log = pino(
    { messageKey: 'message', formatters: { level: (level) => ({ level }) } },
    {
      write(line: string) {
        const { level, message } = JSON.parse(line);
        lines.push(`${level} ${message}`);
      },
    },
  );
  const teller = tellSource({
    clock,
    log,
    people: { tell: ({ title, says }) => void messages.push(`${title} | ${says}`) },
  });
  const tell = (speaking: SourceStatus['speaking'], ...conditions: string[]): void =>
    teller.tell({ speaking, why: 'Because.', conditions });
  return { clock, lines, messages, tell, teller };
}

test('who speaks and what is wrong is logged when it begins and when it ends', () => {
  const { lines, tell } = start();
  tell('api');
  tell('api', 'Forbidden: no right.');
  tell('files', 'Forbidden: still none.', 'MountNotLive: no link.');
  tell('api', 'MountNotLive: no link.');
  assert.deepEqual(lines, [
    'info configuration comes from api: Because.',
    'warn Forbidden: no right.',
    'warn configuration comes from files: Because.',
    'warn MountNotLive: no link.',
    'info configuration comes from api: Because.',
    'info Forbidden is over',
  ]);
});

test('people hear once of what lasts five minutes, and of its end (F28, F39)', async () => {
  const { clock, messages, tell } = start();
  tell('saved', 'Forbidden: no right.', 'Immutable: never.');
  await clock.advance(4 * minute);
  tell('saved', 'Forbidden: no right at all.', 'Immutable: never.');
  assert.deepEqual(messages, []);
  await clock.advance(minute);
  await clock.advance(10 * minute);
  assert.deepEqual(messages, ['k8s-monitor: a source of its configuration fails | Forbidden: no right at all.']);
  tell('api', 'Immutable: never.');
  tell('api');
  assert.deepEqual(messages.slice(1), ['k8s-monitor: a source of its configuration works again | Forbidden is over.']);
});

test('a server that refuses and now and then does not answer is one trouble', async () => {
  const { clock, messages, tell } = start();
  tell('saved', 'Forbidden: no right.');
  await clock.advance(3 * minute);
  tell('saved', 'ApiAway: silence.');
  await clock.advance(3 * minute);
  tell('saved', 'Forbidden: no right.');
  tell('saved', 'ApiAway: silence.');
  tell('saved', 'Forbidden: no right.');
  assert.deepEqual(messages, ['k8s-monitor: a source of its configuration fails | Forbidden: no right.']);
  tell('api');
  assert.deepEqual(messages.slice(1), ['k8s-monitor: a source of its configuration works again | Forbidden is over.']);
});

test('what is over before nobody hears of, and after a stop nobody hears of anything', async () => {
  const { clock, messages, tell, teller } = start();
  tell('files', 'FilesBehind: slow.');
  await clock.advance(4 * minute);
  tell('api');
  await clock.advance(5 * minute);
  tell('saved', 'FilesMissing: gone.');
  teller.stop();
  await clock.advance(10 * minute);
  assert.deepEqual(messages, []);
});
