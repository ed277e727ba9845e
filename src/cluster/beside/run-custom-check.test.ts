import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CustomCheck } from '../../config/revision.ts';
import { runCustomCheck } from './run-custom-check.ts';

const now = Date.parse('2026-01-15T12:00:00Z');

function check(filter: string): CustomCheck {
  const at = { file: 'k8s-analyzer.md', line: 1, column: 1 };
  return { name: 'mine', kinds: ['pods'], allNamespaces: true, filter, severity: 'SEV-4', at };
}

function pod(name: string, phase: string, env = 'x'): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop' },
    spec: { containers: [{ name: 'app', env: [{ name: 'TOKEN', value: env }] }] },
    status: { phase },
  };
}
const pods = [pod('a', 'Running'), pod('b', 'Failed'), pod('c', 'Running'), pod('d', 'Running')];
const failed = { kind: 'Pod', namespace: 'shop', name: 'b' };

// The same rows on jq as WebAssembly, and on the program where this machine has it.
const folders = { wasm: '', program: '/usr/bin:/usr/local/bin:/opt/homebrew/bin' };

for (const [how, path] of Object.entries(folders)) {
  describe(`custom checks, jq as ${how}`, () => {
    const run = (filter: string, objects: readonly unknown[] = pods) =>
      runCustomCheck(check(filter), objects, { now, path });

    test('a whole object is told by its name', async () => {
      const { took, ...result } = await run('.items[] | select(.status.phase == "Failed")');
      assert.ok(took >= 0);
      assert.deepEqual(result, {
        name: 'mine',
        severity: 'SEV-4',
        at: now,
        state: 'ok',
        looked: 4,
        matchesMost: false,
        matches: [{ object: failed, text: 'Pod shop/b' }],
      });
    });

    const rows: [why: string, filter: string, matches: unknown[]][] = [
      [
        'fields that the filter chose',
        '.items[] | select(.status.phase == "Failed") | {name: .metadata.name, namespace: .metadata.namespace, phase: .status.phase}',
        [{ object: failed, text: '{"name":"b","namespace":"shop","phase":"Failed"}' }],
      ],
      ['a name alone is a string', '.items[] | select(.status.phase == "Failed") | .metadata.name', [{ text: 'b' }]],
      [
        'a list is each of its items',
        '[.items[1].metadata.name, .items[2].metadata.name]',
        [{ text: 'b' }, { text: 'c' }],
      ],
      ['nothing is nothing', '[.items[] | select(.status.phase == "Pending")] | length, null, "", false, {}', []],
      ['a filter that begins with a minus is no option', '-1 | tostring', [{ text: '-1' }]],
      [
        'values of the environment are not there',
        '.items[0].spec.containers[0].env[0].value // "gone"',
        [{ text: 'gone' }],
      ],
      ['nor is our own environment', 'env | .NODE_VERSION // .NODE_TEST_CONTEXT // .K8S_MONITOR_TEST', []],
    ];
    // A thread with WebAssembly takes half a second to start: of what does not depend on jq one row is enough.
    for (const [why, filter, matches] of how === 'wasm' ? rows.slice(-3) : rows) {
      test(why, async () => assert.deepEqual((await run(filter)).matches, matches));
    }

    test('most of what it looked at', async () => {
      assert.equal((await run('.items[]')).matchesMost, true);
    });

    const unknowns: [why: string, filter: string, reason: RegExp][] = [
      ['a filter that is none', '.items[', /^jq: /],
      ['one that fails on an object', '.items[0].metadata.name + 1', /^jq: .*cannot be added/],
      ['modules are not read', 'import "a" as a; .', /modules/],
    ];
    for (const [why, filter, reason] of unknowns) {
      test(`unknown: ${why}`, async () => {
        const result = await run(filter);
        assert.equal(result.state, 'unknown');
        assert.match(result.reason ?? '', reason);
        assert.deepEqual(result.matches, []);
      });
    }

    test('unknown: a filter that does not end is ended', async () => {
      const result = await runCustomCheck(check('def f: f; f'), pods, { now, path, timeoutMs: 800 });
      assert.equal(result.reason, 'the filter took longer than 0.8 s');
    });
  });
}

test('unknown: a filter that prints without end', async () => {
  const result = await runCustomCheck(check('range(30) | "x" * 50000'), [], { now, path: folders.program });
  // Where there is no program, WebAssembly runs into its time first.
  assert.match(result.reason ?? '', /^the filter (printed more than 1 MB|took longer)/);
});

test('above 8 MB the program is needed', async () => {
  const large = Array.from({ length: 9 }, (_, index) => ({
    kind: 'Pod',
    metadata: { name: `p${index}` },
    status: { message: 'a b '.repeat(250_000) },
  }));
  const result = await runCustomCheck(check('.items | length'), large, { now, path: '' });
  assert.equal(result.state, 'unknown');
  assert.match(result.reason ?? '', /install jq/);
});

test('a folder of PATH that is relative is not looked into', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'jq-'));
  await writeFile(join(folder, 'jq'), '#!/bin/sh\necho \'"mine"\'\n');
  await chmod(join(folder, 'jq'), 0o755);
  const found = await runCustomCheck(check('.'), [], { now, path: folder });
  assert.deepEqual(found.matches, [{ text: 'mine' }]);
  const relative = await runCustomCheck(check('"wasm"'), [], { now, path: './' });
  assert.deepEqual(relative.matches, [{ text: 'wasm' }]);
  await rm(folder, { recursive: true });
});
