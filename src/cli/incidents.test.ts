import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-incidents-'));
const env = { K8S_MONITOR_DATA_DIR: join(folder, 'data') };

type Ended = { code: number; stdout: string; stderr: string };
const command = (...args: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [here('../../bin/k8s-monitor.js'), ...args], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );

test('incidents: no record is no empty record; moments are RFC 3339', async () => {
  try {
    const none = await command('incidents');
    assert.equal(none.code, 1);
    assert.match(none.stderr, /there is no record in .*data: set K8S_MONITOR_DATA_DIR/);
    assert.ok(!existsSync(env.K8S_MONITOR_DATA_DIR), 'looking makes no folder');

    const recording = here('../../examples/company');
    const told = await command(
      'cycle',
      '--recording',
      recording,
      '--config',
      here('../../examples/config'),
      '--notify',
    );
    assert.equal(told.code, 0, told.stderr);
    const list = await command('incidents', 'list', '--output', 'json');
    const [first] = JSON.parse(list.stdout);
    assert.match(first.since, /^2026-11-24T09:5\d:\d\dZ$/);
    const story = await command('incidents', 'show', first.id, '--output', 'json');
    assert.ok(JSON.parse(story.stdout).messages.length > 0);
    for (const { stdout } of [list, story]) assert.doesNotMatch(stdout, /: 1\d{12}\b/, 'a moment in milliseconds');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
