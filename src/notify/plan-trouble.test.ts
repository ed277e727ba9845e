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

test('what is no SEV-1 goes to the default channel without a mention; where none is set up, to people all the same', () => {
  const page = revisionOf([line('SEV-1', { channels: ['#page'], mention: '@here' })]);
  const none = revisionOf([line('SEV-1', { channels: ['console'] })]);
  const slack = ['console', 'slack'] as const;
  const rows: [
    what: string,
    revision: typeof page,
    channels: Parameters<typeof planTrouble>[1]['channels'],
    to: string,
  ][] = [
    ['the fallback channel', page, { routes: slack, fallback: '#alerts' }, '#alerts'],
    ['the channel of SEV-1', page, { routes: slack }, '#page'],
    ['a channel of the refused configuration', none, { routes: slack }, '#theirs'],
    ['nothing but the console', none, { routes: ['console'] }, 'console'],
  ];
  for (const [what, revision, channels, to] of rows) {
    const made = planTrouble([{ ...trouble, severity: 'SEV-3', title: 'refused', otherwise: ['#theirs'] }], {
      ...where,
      revision,
      channels,
    });
    assert.deepEqual(
      made.map(({ channel, mention, title }) => [channel, mention, title]),
      [[to, undefined, 'SEV-3 refused']],
      what,
    );
  }
});
