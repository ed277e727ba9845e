import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../lib/clock.ts';
import { readSettings } from '../settings.ts';
import { makeSenders } from './senders.ts';

test('a way out whose secret is a file opens when the file comes and closes when it goes', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-senders-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'SLACK_BOT_TOKEN');
  const settings = readSettings({ SLACK_BOT_TOKEN_FILE: file, WEBHOOK_URL: 'http://127.0.0.1:1/' });
  const { channels, senders } = makeSenders(settings, systemClock, () => undefined);
  assert.deepEqual(channels.routes, ['console', 'webhook']);
  writeFileSync(file, 'xoxb-1');
  assert.deepEqual(channels.routes, ['console', 'slack', 'webhook']);
  assert.equal(senders.length, 3);
  rmSync(file);
  assert.deepEqual(channels.routes, ['console', 'webhook']);
});
