import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyRevision } from '../empty-revision.ts';
import type { Revision, SourceFile } from '../revision.ts';
import { compileAhead } from './compile-ahead.ts';

const filesOf = (text: string): SourceFile[] => [
  { file: 'CLAUDE.md', name: 'CLAUDE.md', role: 'orchestrator', text, lineOffset: 0, columnOffset: 0 },
];

/** A compiler whose compilations end when they are told to, in any order. */
function startCompiler(): {
  ahead: ReturnType<typeof compileAhead>;
  began: string[];
  end(text: string, fault?: Error): Promise<void>;
} {
  const began: string[] = [];
  const running = new Map<string, PromiseWithResolvers<Revision>>();
  const ahead = compileAhead(([file]) => {
    const text = file?.text ?? '';
    began.push(text);
    const promised = Promise.withResolvers<Revision>();
    running.set(text, promised);
    return promised.promise;
  });
  return {
    ahead,
    began,
    async end(text, fault) {
      if (fault) running.get(text)?.reject(fault);
      else running.get(text)?.resolve({ ...emptyRevision, id: text });
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('ahead: what was begun is handed over, once', async () => {
  const { ahead, began, end } = startCompiler();
  const files = filesOf('a');
  ahead.begin(files);
  await end('a');
  assert.equal((await ahead.compile(files)).id, 'a');
  assert.deepEqual(began, ['a']);
  void ahead.compile(files);
  assert.deepEqual(began, ['a', 'a'], 'a second try is one');
});

test('ahead: what is still under way is waited for', async () => {
  const { ahead, began, end } = startCompiler();
  const files = filesOf('a');
  ahead.begin(files);
  const revision = ahead.compile(files);
  await end('a');
  assert.equal((await revision).id, 'a');
  assert.deepEqual(began, ['a']);
});

test('ahead: of many edits in a row only the newest waits for the one under way', async () => {
  const { ahead, began, end } = startCompiler();
  for (const text of ['a', 'b', 'c', 'd']) ahead.begin(filesOf(text));
  assert.deepEqual(began, ['a']);
  await end('a');
  assert.deepEqual(began, ['a', 'd']);
});

test('ahead: files that nobody began with are compiled at once, and equal text in other files too', () => {
  const { ahead, began } = startCompiler();
  ahead.begin(filesOf('a'));
  void ahead.compile(filesOf('a'));
  void ahead.compile(filesOf('b'));
  assert.deepEqual(began, ['a', 'a', 'b']);
});

test('ahead: a waiting edit that is asked for is compiled once', async () => {
  const { ahead, began, end } = startCompiler();
  const files = filesOf('b');
  ahead.begin(filesOf('a'));
  ahead.begin(files);
  void ahead.compile(files);
  await end('a');
  assert.deepEqual(began, ['a', 'b']);
});

test('ahead: a compiler that failed is told to whoever asks, and the next edit is compiled', async () => {
  const { ahead, began, end } = startCompiler();
  const files = filesOf('a');
  ahead.begin(files);
  await end('a', new Error('broken'));
  await assert.rejects(ahead.compile(files), /broken/);
  ahead.begin(filesOf('b'));
  assert.deepEqual(began, ['a', 'b']);
});
