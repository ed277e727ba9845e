import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { revisionWith, service } from '../../test/support/revision.ts';
import { incidentWith, line } from '../../test/support/told.ts';
import { finding, makeRun, noon, type Step, workload, worldOf } from '../../test/support/triage.ts';
import { describeChange } from '../config/meaning/describe-change.ts';
import type { Revision } from '../config/revision.ts';
import { hour, minute } from '../lib/clock.ts';
import { runToEnd, type Work } from '../lib/turns.ts';
import { findEdit as findInTurns, isHeard, sayEdit } from './edit.ts';
import { emptyMemory, type Judgement } from './incident.ts';
import { judgeInTurns } from './judge.ts';

const findEdit = (...input: Parameters<typeof findInTurns>) => runToEnd(findInTurns(...input));

describe('who hears of a severity', () => {
  const rows: [when: string, heard: boolean, policy: Revision['escalation'], severity?: 'SEV-4'][] = [
    ['a channel', true, [line('SEV-2')]],
    ['a channel in business hours', true, [line('SEV-2', { timing: { when: 'hours', windows: [] } })]],
    ['log only', false, [line('SEV-2', { channels: [] })]],
    ['the digest', false, [line('SEV-2', { timing: { when: 'digest' } })]],
    ['no line: the fallback channel', true, []],
    ['no line for SEV-4: the digest', false, [], 'SEV-4'],
  ];
  for (const [when, heard, escalation, severity = 'SEV-2'] of rows)
    test(`${when}: ${heard ? 'somebody' : 'nobody'}`, () => {
      assert.equal(isHeard(severity, revisionWith({ escalation })), heard);
    });
});

test('of an edit the words that concern the incident are said, else all', () => {
  const incident = incidentWith();
  const changes = ['P0 `other` removed', '`shop` P0 -> P3', 'time zone UTC -> Europe/Berlin'];
  const author = 'kubectl-edit';
  assert.equal(sayEdit({ author, changes }, 'abc', incident), 'revision abc by kubectl-edit: `shop` P0 -> P3');
  assert.equal(sayEdit({ changes: ['P0 `other` removed'] }, 'abc', incident), 'revision abc: P0 `other` removed');
});

test('who made it is data: cleaned and cut', () => {
  const says = sayEdit(
    { author: `a\u202eb\n${'x'.repeat(300)}`, changes: ['P0 `other` removed'] },
    'abc',
    incidentWith(),
  );
  assert.match(says, /^revision abc by ab x{56}…: P0 `other` removed$/);
});

test('no edit is looked for where nothing changed in meaning, or nobody knows of any incident', () => {
  const before = revisionWith({ services: [service('P0 shop')] });
  const after = revisionWith({ id: 'after', services: [service('P0 shop', { description: 'prose' })] });
  const other = revisionWith({ id: 'other', services: [service('P1 shop')] });
  const memory = { ...emptyMemory, incidents: [incidentWith()] };
  const asBefore = (): Work<Judgement> => assert.fail('judged twice for nothing');
  assert.equal(findEdit({ before, revision: before, memory }, asBefore), undefined);
  assert.equal(findEdit({ before, revision: after, memory }, asBefore), undefined);
  assert.equal(findEdit({ before, revision: other, memory: emptyMemory }, asBefore), undefined);
  assert.equal(findEdit({ revision: other, memory }, asBefore), undefined);
});

const watched = revisionWith({ id: 'watched', services: [service('P0 shop')] });
const gone = revisionWith({ id: 'gone', services: [service('P0 other')] });
const broken: Step = {
  world: worldOf([workload('Deployment shop/shop', { ready: 0 })]),
  findings: [finding('crash-loop', 'Deployment shop/shop')],
};

/** A run of cycles in which each knows the revision before it; returns what happened to the shop's incident. */
function makeEdits(first: Step = broken) {
  const { run } = makeRun({ revision: watched, ...first, oneShot: true });
  let last: { revision: Revision; judgement: Judgement } | undefined;
  return (at: number, revision: Revision, step: Step = {}) => {
    const { world = worldOf([]), findings = [] } = { ...first, ...step };
    const memory = last?.judgement.memory ?? emptyMemory;
    const before = last && { before: last.revision };
    const edit = findEdit({ ...before, revision, author: 'ana', memory }, (old) =>
      judgeInTurns({
        revision: old,
        world,
        findings,
        changes: [],
        memory,
        now: noon + at,
        oneShot: true,
        newId: () => 'x',
      }),
    );
    const judgement = run({ ...step, at: noon + at, revision, ...(edit && { edit }) });
    last = { revision, judgement };
    const incident = judgement.memory.incidents.find(({ id }) => id === 'i-1');
    return { incident, events: judgement.events.map(({ type }) => type), all: judgement.memory.incidents.length };
  };
}

test('silenced, it is the same incident hours later, and each return counts for nothing', () => {
  const cycle = makeEdits();
  cycle(0, watched);
  for (const round of [1, 2, 3, 4]) {
    const silenced = cycle(round * hour, gone);
    assert.deepEqual(silenced.events, ['not-watched']);
    assert.equal(silenced.incident?.silenced?.says, 'revision gone by ana: P0 `shop` removed');
    assert.deepEqual(cycle(round * hour + minute, gone).events, []);
    const back = cycle(round * hour + 2 * minute, watched);
    assert.deepEqual(back.events, ['unhidden', 'reopened']);
    assert.deepEqual(
      [back.incident?.flapping, back.incident?.reopened, back.incident?.silenced, back.all],
      [false, [], undefined, 1],
    );
  }
});

test('well in the cycle of the edit, it recovers as any other', () => {
  const cycle = makeEdits();
  cycle(0, watched);
  const well = { world: worldOf([workload('Deployment shop/shop')]), findings: [] };
  assert.deepEqual(cycle(minute, gone, well).events, ['recovering']);
  assert.deepEqual(cycle(10 * minute, gone, well).events, ['resolved']);
});

test('an edit that has nothing to do with it silences nothing', () => {
  const cycle = makeEdits();
  cycle(0, watched);
  const more = revisionWith({ id: 'more', services: [service('P0 shop'), service('P1 db')] });
  assert.ok(describeChange(watched, more).length > 0);
  const { events, incident } = cycle(minute, more);
  assert.deepEqual([events, incident?.state, incident?.silenced], [[], 'open', undefined]);
});
