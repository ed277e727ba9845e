import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noon, ref, workload, worldOf } from '../../test/support/triage.ts';
import { type Millis, minute } from '../lib/clock.ts';
import type { Change } from './change.ts';
import { scoreChanges } from './score-changes.ts';

const world = worldOf([workload('Deployment shop/web'), workload('StatefulSet shop/db')]);
const change = (said: string, minutesBefore: number, parts: Partial<Change> = {}): Change => ({
  id: `${said} ${minutesBefore}`,
  kind: 'rollout',
  subject: ref(said),
  at: noon - minutesBefore * minute,
  details: [{ what: 'image', says: 'image of app: 1 -> 2' }],
  says: `rollout of ${said}`,
  ...parts,
});
const web = (minutesBefore: number, parts?: Partial<Change>) => change('Deployment shop/web', minutesBefore, parts);
const db = (minutesBefore: number) => change('StatefulSet shop/db', minutesBefore);
const score = (changes: Change[], since: Millis = noon) =>
  scoreChanges(changes, ref('Deployment shop/web'), since, world, [ref('StatefulSet shop/db')]);

/** A failure of Deployment shop/web, which needs StatefulSet shop/db, at noon. */
const rows: [what: string, change: Change, score: number | undefined, because: RegExp][] = [
  ['at the same moment, the same object', web(0), 1, /^changed at the same time it began \(the same object\)/],
  ['a minute later, by clocks that differ', web(-1), 1, /at the same time/],
  ['two minutes later, just', web(-2), 1, /at the same time/],
  ['three minutes later is no cause', web(-3), undefined, /^$/],
  ['half an hour before', web(30), 0.5, /^changed 30m before it began/],
  ['an hour before', web(60), 0.25, /1h before/],
  ['two hours before: hardly worth a word', web(120), 0.06, /2h before/],
  ['three hours before: not worth one', web(180), undefined, /^$/],
  ['older than a day', web(24 * 60 + 1), undefined, /^$/],
  ['a restart, which changed nothing, counts half', web(0, { details: [] }), 0.5, /the same object/],
  ['what it needs counts less', db(0), 0.6, /\(StatefulSet shop\/db, which it needs\)/],
  ['what it needs, half an hour before', db(30), 0.3, /which it needs/],
  ['somebody else', change('Deployment cart/cart', 1), undefined, /^$/],
];

for (const [what, one, expected, because] of rows) {
  test(`score: ${what}: ${expected ?? 'not a candidate'}`, () => {
    const [scored] = score([one]);
    assert.equal(scored?.score, expected);
    assert.match(scored?.because ?? '', because);
  });
}

test('score: the best comes first, whatever the order', () => {
  const sorted = [web(5), db(1), web(60)].map(({ id }) => id);
  assert.deepEqual(
    score([web(60), db(1), web(5)]).map(({ id }) => id),
    sorted,
  );
});

test('score: counted from when it began, not from now', () => {
  assert.equal(score([web(30)], noon - 30 * minute)[0]?.score, 1);
});
