import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { SourceFile } from '../revision.ts';
import { compileInWorker, workerUrl } from './compile-in-worker.ts';

const fileOf = (text: string): SourceFile => ({
  file: 'CLAUDE.md',
  name: 'CLAUDE.md',
  role: 'orchestrator',
  text,
  lineOffset: 0,
  columnOffset: 0,
});
const good = fileOf('# Context\n\n## Critical Services (P0)\n\n- shop: sells\n');

/** The longest time in which the main loop did nothing while `work` ran. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 2);
  await work();
  clearInterval(timer);
  return longest;
}

test('worker: a good file becomes a revision', async () => {
  const revision = await compileInWorker([good], { timeoutMs: 10_000 });
  assert.deepEqual(
    revision.services.map(({ name, priority }) => `${priority} ${name}`),
    ['P0 shop'],
  );
});

/** What made parsers slow before. Whatever becomes of it, the main loop goes on. */
const hostile: [string, string][] = [
  ['emphasis marks without end', '*_'.repeat(25 * 1024)],
  ['one line of 256 KiB', `## P0\n\n- ${'x'.repeat(256 * 1024 - 16)}`],
  ['10,000 headings', '## P0\n'.repeat(10_000)],
  ['5,000 cells of a table', `|a|b|\n|-|-|\n${'|c|d|\n'.repeat(2500)}`],
];
for (const [name, text] of hostile) {
  test(`worker: ${name} do not stall the main loop (F50)`, async () => {
    const stall = await longestStall(() => compileInWorker([fileOf(text)], { timeoutMs: 700 }));
    // The promise is 50 ms; a machine that is busy with other tests may withhold the processor for longer.
    assert.ok(stall < 400, `the loop stood still for ${stall} ms`);
  });
}

test('worker: what takes too long is refused with a cure, and the next file compiles (F50)', async () => {
  const text = hostile[0]?.[1] ?? '';
  const small = fileOf('# A');
  const refused = await compileInWorker([small, { ...fileOf(text), file: 'k8s/a.yaml', lineOffset: 6 }], {
    timeoutMs: 200,
  });
  assert.deepEqual(
    refused.problems.map(({ file, line, level, code }) => `${file}:${line} ${level} ${code}`),
    ['k8s/a.yaml:7 error too-complex'],
  );
  assert.match(refused.problems[0]?.message ?? '', /within 0\.2 s of work/);
  const [first, second] = await Promise.all([
    compileInWorker([good], { timeoutMs: 10_000 }),
    compileInWorker([fileOf('')], { timeoutMs: 10_000 }),
  ]);
  assert.equal(first?.services.length, 1);
  assert.equal(second?.services.length, 0);
  assert.notEqual(refused.id, first?.id);
});

test('worker: a process that compiled one file ends by itself', async () => {
  const program = `
    import { compileInWorker } from ${JSON.stringify(new URL('./compile-in-worker.ts', import.meta.url).href)};
    const revision = await compileInWorker([${JSON.stringify(good)}], { timeoutMs: 10_000 });
    process.stdout.write(revision.services[0].name);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 20_000,
  });
  assert.equal(stdout, 'shop');
});

test('worker: its program lies beside this one, in the checkout and in the bundle', () => {
  assert.equal(
    workerUrl('file:///app/src/config/source/compile-in-worker.ts').pathname,
    '/app/src/config/source/compile-worker.ts',
  );
  assert.equal(workerUrl('file:///app/dist/main.js').pathname, '/app/dist/compile-worker.js');
});
