import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { secretInFile, secretOf } from './secret.ts';

test('a secret whose file is absent or empty is not there until somebody writes it', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-secret-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'token');
  const secret = secretInFile(path);
  assert.equal(secret.isThere(), false);
  writeFileSync(path, '');
  assert.equal(secret.isThere(), false);
  writeFileSync(path, 'token\n');
  assert.equal(secret.isThere(), true);
  assert.equal(secretOf('value').isThere(), true);
});

test('a secret in a file is read at each use: a rotated one needs no restart (F49)', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-secret-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'token');
  writeFileSync(path, 'before\n');
  const secret = secretInFile(path);
  assert.equal(secret.reveal(), 'before');
  writeFileSync(path, 'after\n');
  assert.equal(secret.reveal(), 'after');
  assert.equal(JSON.stringify({ secret }), '{"secret":"<secret>"}');
});
