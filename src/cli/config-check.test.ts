import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { exampleFolder } from '../../test/support/config-files.ts';
import { waitFor } from '../../test/support/wait-for.ts';
import { watchConfig } from './config-watch.ts';
import type { Output } from './output.ts';
import { run } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-check-'));
after(() => rmSync(folder, { recursive: true }));

function collect(): Output & { text(): string; lines: string[] } {
  const lines: string[] = [];
  const add = (text: string): void => void lines.push(...text.split('\n'));
  return { lines, print: add, warn: add, colour: false, text: () => lines.join('\n') };
}

/** The example in a folder of its own, with one edit in CLAUDE.md. */
function configWith(name: string, from: string, to: string): string {
  const path = join(folder, name);
  cpSync(exampleFolder, path, { recursive: true });
  edit(path, from, to);
  return path;
}
function edit(path: string, from: string, to: string): void {
  const file = join(path, 'CLAUDE.md');
  const text = readFileSync(file, 'utf8');
  assert.ok(text.includes(from), from);
  writeFileSync(file, text.replace(from, to));
}

const broken = configWith('broken', 'reports (P3)', 'reports (P5)');

const absent = configWith('absent', '- search: Product search', '- serach: Product search');
edit(absent, '- Namespace: shop\n- redis', '- Workload: serach\n- redis');
const expired = configWith('expired', '- Every Sunday 2-3 AM', '- Every Sunday 2-3 AM\n- Until: 2026-01-01');

const rows: [string, string[], number, RegExp][] = [
  [
    'text is file:line:col: level: message, as editors read it',
    ['config', 'check', broken],
    1,
    /^\S+\/broken\/CLAUDE\.md:50:12: error: "P5" is not a priority\. Use P0, P1, P2 or P3\. \[priority-unknown\]$/m,
  ],
  [
    'github prints annotations',
    ['config', 'check', broken, '--output', 'github'],
    1,
    /^::error file=\S+\/broken\/CLAUDE\.md,line=50,col=12,title=priority-unknown::"P5" is not a priority\. Use P0, P1, P2 or P3\.$/m,
  ],
  [
    'json has the same',
    ['config', 'check', broken, '--output', 'json'],
    1,
    /"file": "CLAUDE\.md",\s+"line": 50,\s+"column": 12/,
  ],
  [
    'a good one is accepted',
    ['config', 'check', exampleFolder],
    0,
    /^revision \w+ would be accepted: 1 for information$/m,
  ],
  [
    '--recording says what the cluster does not have',
    ['config', 'check', absent, '--recording', join(exampleFolder, '..', 'company')],
    0,
    /CLAUDE\.md:39:3: warning: No workload named `serach`\. Did you mean Deployment shop\/search\? .* \[workload-not-found\]$/m,
  ],
  [
    '--strict fails on that too',
    ['config', 'check', absent, '--strict', '--recording', join(exampleFolder, '..', 'company')],
    1,
    /would be refused: \d warnings?/,
  ],
  [
    'a known issue that is over is told without a cluster',
    ['config', 'check', expired],
    0,
    /CLAUDE\.md:57:1: warning: Known issue "Search rebuilds its index" ended 2026-01-02 00:00 Europe\/Berlin: .* \[issue-expired\]$/m,
  ],
  [
    '--explain shows example and cure',
    ['config', 'check', '--explain', 'priority-unknown'],
    0,
    /reports \(P5\)[\s\S]*Write instead[\s\S]*reports \(P3\)/,
  ],
  ['--explain suggests', ['config', 'check', '--explain', 'priority-unknwon'], 1, /Did you mean "priority-unknown"\?/],
  ['schema is JSON Schema', ['config', 'schema'], 0, /"\$schema"[\s\S]*"maxTurns"/],
];

for (const [what, args, code, expected] of rows) {
  test(`config check: ${what}`, async () => {
    const output = collect();
    assert.equal(await run(args, output), code, output.text());
    assert.match(output.text(), expected);
  });
}

test('an annotation cannot be ended by what stands in a file', async () => {
  const path = configWith('hostile', 'reports (P3)', 'reports: 100% ::error::\n- P9%0A: x');
  const output = collect();
  await run(['config', 'check', path, '--output', 'github'], output);
  for (const line of output.lines.filter((each) => each.includes('%')))
    assert.match(line, /^::(?:error|warning|notice) file=[^,:]+,line=\d+,col=\d+,title=[\w-]+::(?:[^%]|%25)*$/);
});

test('--watch shows what an edit broke, what it means and when it is mended', async () => {
  const path = configWith('watched', '## Cluster Information', '## Cluster Information');
  const output = collect();
  const stop = new AbortController();
  const done = watchConfig({ paths: [path], output: 'text', watch: true }, output, { stop: stop.signal });
  const says = (words: string) => waitFor(words, () => output.text().includes(words));
  try {
    await says('would be accepted');
    output.lines.length = 0;
    edit(path, 'reports (P3)', 'reports (P5)');
    await says('would be refused');
    assert.match(output.text(), /CLAUDE\.md:50:12: error: "P5" is not a priority/);
    assert.doesNotMatch(output.text(), /check-built-in/, 'what was there before is not said again');
    output.lines.length = 0;
    edit(path, 'reports (P5)', 'new (P2): x\n- reports (P3)');
    await says('would be accepted');
    assert.match(output.text(), /^gone: .*"P5" is not a priority/m);
    assert.match(output.text(), /CLAUDE\.md:50: understood: P2 service `new`/);
  } finally {
    stop.abort();
  }
  assert.equal(await done, 0);
});

test('--watch sees an edit that falls between its first look and the next', async () => {
  const path = configWith('watched-early', '## Cluster Information', '## Cluster Information');
  const output = collect();
  const stop = new AbortController();
  let edited = false;
  const print = (line: string): void => {
    output.print(line);
    // The first verdict is out and nobody has been waiting yet.
    if (edited || !line.includes('would be accepted')) return;
    edited = true;
    edit(path, 'reports (P3)', 'reports (P5)');
  };
  const done = watchConfig({ paths: [path], output: 'text', watch: true }, { ...output, print }, { stop: stop.signal });
  try {
    await waitFor('would be refused', () => output.text().includes('would be refused'));
  } finally {
    stop.abort();
  }
  await done;
});
