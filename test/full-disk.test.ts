import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { minute, second } from '../src/lib/clock.ts';
import { recordFile } from '../src/record/open-record.ts';
import { startWatch } from './support/daemon.ts';
import { readRecord } from './support/read-record.ts';
import { waitFor } from './support/wait-for.ts';

test('a disk that takes writes again gets what was kept in memory within a minute, though nothing happens meanwhile (F51)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-disk-'));
  // No file can be where a folder is.
  mkdirSync(join(folder, recordFile));
  const watch = await startWatch({ folder });
  try {
    await waitFor('it is told', () => watch.messages.some(({ text }) => /cannot be written/.test(text)));
    rmdirSync(join(folder, recordFile));
    const [first] = watch.cycles;
    watch.clock.jump(minute + second);
    await waitFor('a cycle for that alone', () => watch.cycles.some(({ trigger }) => trigger === 'deadline'));
    const kept = readRecord(folder, ({ cycles }) => cycles().map(({ id }) => id));
    assert.ok(first && kept.includes(first.result.cycle), kept.join(' '));
  } finally {
    await watch.stop();
    rmSync(folder, { recursive: true });
  }
});
