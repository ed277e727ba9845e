import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from '../lib/clock.ts';
import { emptyRevision } from './empty-revision.ts';
import { keepRevision, type Offer } from './keep.ts';
import type { Problem, Revision, SourceFile } from './revision.ts';

const problem: Problem = {
  file: 'CLAUDE.md',
  line: 3,
  column: 1,
  level: 'error',
  code: 'x',
  message: 'wrong',
  cure: 'right',
};
const file = (text: string): SourceFile => ({
  file: 'CLAUDE.md',
  name: 'CLAUDE.md',
  role: 'orchestrator',
  text,
  lineOffset: 0,
  columnOffset: 0,
});
const offer = (text: string, problems: Problem[] = []): Offer => ({
  files: [file(text)],
  problems,
  from: 'test',
  kind: 'files',
  halves: {},
});

function keeper() {
  const clock = virtualClock(0);
  const compiled: string[] = [];
  const told: string[] = [];
  const kept = keepRevision({
    initial: { ...offer('start'), revision: { ...emptyRevision, id: 'start' }, at: 0 },
    clock,
    compile: async ([first]): Promise<Revision> => {
      const text = first?.text ?? '';
      compiled.push(text);
      return { ...emptyRevision, id: text, problems: text.startsWith('bad') ? [problem] : [] };
    },
    onNews(news) {
      if (news.type === 'accepted') told.push(`accepted ${news.now.revision.id} after ${news.before.revision.id}`);
      if (news.type === 'refused') told.push(`refused ${news.refusal.id}`);
    },
  });
  return { clock, compiled, told, kept };
}

test('an edit is in force 150 ms after it', async () => {
  const { clock, told, kept } = keeper();
  kept.offer(offer('one'));
  await clock.advance(149);
  assert.equal(kept.active().id, 'start');
  await clock.advance(1);
  await kept.settled();
  assert.equal(kept.active().id, 'one');
  assert.deepEqual(told, ['accepted one after start']);
});

test('continuous change is compiled after a second at the latest, and the latest wins', async () => {
  const { clock, compiled, kept } = keeper();
  for (let edit = 1; edit <= 12; edit++) {
    kept.offer(offer(`edit ${edit}`));
    await clock.advance(100);
  }
  await clock.advance(200);
  await kept.settled();
  assert.equal(kept.active().id, 'edit 12');
  assert.ok(compiled.length >= 2 && compiled.length <= 3, compiled.join());
});

test('what is refused leaves the very same revision in force, is said once, and good content clears it (F36, F37)', async () => {
  const { clock, told, kept } = keeper();
  const before = kept.active();
  for (const text of ['bad', 'bad']) {
    kept.offer(offer(text));
    await clock.advance(200);
    await kept.settled();
  }
  assert.equal(kept.active(), before);
  assert.equal(kept.refusal()?.problems[0], problem);
  kept.offer(offer('start'));
  await clock.advance(200);
  await kept.settled();
  assert.equal(kept.refusal(), undefined);
  assert.deepEqual(told, ['refused bad']);
});

test('an error while reading the source refuses too', async () => {
  const { clock, told, kept } = keeper();
  kept.offer(offer('fine', [problem]));
  await clock.advance(200);
  await kept.settled();
  assert.deepEqual(told, ['refused fine']);
});
