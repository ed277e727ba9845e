import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { second, virtualClock } from '../lib/clock.ts';
import { watchFolder } from './watch-folder.ts';

/** A watched folder with what the file system does instead of watching, and how often a change was told. */
function follow(t: TestContext, watch: () => fs.FSWatcher) {
  const folder = fs.mkdtempSync(join(tmpdir(), 'k8s-monitor-watch-'));
  t.mock.method(fs, 'watch', watch);
  syncBuiltinESMExports();
  const clock = virtualClock(Date.parse('2026-11-24T09:00:00Z'));
  const told = { count: 0 };
  const watching = watchFolder(folder, { clock, onChange: () => void told.count++ });
  t.after(() => {
    watching.stop();
    t.mock.restoreAll();
    syncBuiltinESMExports();
    fs.rmSync(folder, { recursive: true });
  });
  return { clock, told, write: (text: string) => fs.writeFileSync(join(folder, 'CLAUDE.md'), text) };
}

test('a watch that breaks ends nothing: it is closed, and the look every 5 s goes on (F26)', async (t) => {
  const watchers: (fs.FSWatcher & { closed: boolean })[] = [];
  const { clock, told, write } = follow(t, () => {
    const watcher = Object.assign(new EventEmitter(), {
      closed: false,
      close(): void {
        this.closed = true;
      },
      ref: () => watcher,
      unref: () => watcher,
      [Symbol.dispose]: () => undefined,
    });
    watchers.push(watcher);
    return watcher;
  });
  assert.ok(watchers.length > 0);
  const first = [...watchers];
  for (const watcher of first) watcher.emit('error', Object.assign(new Error('gone'), { code: 'EMFILE' }));
  assert.ok(first.every(({ closed }) => closed));
  write('one');
  await clock.advance(5 * second);
  assert.equal(told.count, 1);
});

test('no watches are left: the look every 5 s sees an edit all the same (F26, F27)', async (t) => {
  const { clock, told, write } = follow(t, () => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  });
  for (const [index, text] of ['one', 'longer', 'the longest'].entries()) {
    write(text);
    await clock.advance(5 * second);
    assert.equal(told.count, index + 1);
  }
});
