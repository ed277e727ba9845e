import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { takeLock } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-lock-'));
after(() => rmSync(folder, { recursive: true }));

test('only one has it at a time (F46, A11)', () => {
  const path = join(folder, 'new', 'a.lock');
  const first = takeLock(path);
  assert.ok(first);
  assert.equal(takeLock(path), undefined);
  first.release();
  const second = takeLock(path);
  assert.ok(second);
  second.release();
});

test('a process that is killed gives it back (A11)', async () => {
  const path = join(folder, 'b.lock');
  const program = `const { takeLock } = await import(${JSON.stringify(join(import.meta.dirname, 'lock.ts'))});
    globalThis.lock = takeLock(${JSON.stringify(path)}); process.stdout.write('held'); setInterval(() => globalThis.lock, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  assert.equal(takeLock(path), undefined);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = takeLock(path);
  assert.ok(lock);
  lock.release();
});
