import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line, morning, revisionOf } from '../../test/support/told.ts';
import { planTrouble } from './plan-trouble.ts';

const trouble = { code: 'not-writable', says: 'the record cannot be written', at: morning };
const where = { channels: { routes: ['console', 'slack'] as const }, now: morning, cycle: 'c1' };

test("the monitor's own trouble goes where SEV-1 goes, with the same key every time (F51)", () => {
  const revision = revisionOf([line('SEV-1', { channels: ['#page', 'console'], mention: '@here' })]);
  const made = planTrouble([trouble], { ...where, revision });
  assert.deepEqual(
    made.map(({ channel, mention }) => [channel, mention]),
    [
      ['#page', '@here'],
      ['console', '@here'],
    ],
  );
  const again = planTrouble([trouble], { ...where, revision, now: morning + 1000 });
  assert.deepEqual(
    again.map(({ key }) => key),
    made.map(({ key }) => key),
  );
});

test('without a policy it goes to the default channel', () => {
  assert.deepEqual(
    planTrouble([trouble], { ...where, revision: revisionOf([]) }).map(({ channel }) => channel),
    ['console'],
  );
});
