import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration } from '../../lib/duration.ts';
import type { Clause } from '../revision.ts';
import { readCriteria } from './criteria.ts';

const known = { services: ['payments', 'orders', 'vault', 'chores-tracker-backend', 'Web Frontend'] };
const at = { file: 'escalation-manager.md', line: 7, column: 3 };

/** What was written, and how it is understood: groups by "or", clauses of a group by "and". */
const readable: [string, string][] = [
  ['Any P0 service down', '1 P0 down'],
  ['Any P0 service down for > 2 minutes (was: immediately)', '1 P0 down for 2m'],
  ['P0 service completely unavailable', '1 P0 down'],
  ['**P0** services are down', '1 P0 down'],
  ['P0/P1 services degraded', '1 P0 P1 degraded'],
  ['P2-P3 services affected', '1 P2 P3 affected'],
  ['P0 to P2 services not ready', '1 P0 P1 P2 not-ready'],
  ['P0 or P1 service unknown', '1 P0 P1 unknown'],
  ['All P0 services down immediately', 'all P0 down for 0s'],
  ['2 or more P1 services down', '2 P1 down'],
  ['at least 3 P1 services degraded', '3 P1 degraded'],
  ['more than 2 P1 services down', '3 P1 down'],
  ['Multiple P1 services degraded simultaneously', '2 P1 degraded'],
  ['any of P0, P1 services at risk', '1 P0 P1 at-risk'],
  ['P1 service down or degraded', '1 P1 down or 1 P1 degraded'],
  ['P1 service down and/or degraded', '1 P1 down or 1 P1 degraded'],
  ['multiple P1 services down, degraded', '2 P1 down or 2 P1 degraded'],
  ['P1 down for 5-10 min; P0 degraded', '1 P1 down for 5m or 1 P0 degraded'],
  ['P0 down for 5 min AND node not ready', '1 P0 down for 5m and 1 nodes not-ready'],
  ['P0 down AND node not ready OR P1 flapping', '1 P0 down and 1 nodes not-ready or 1 P1 flapping'],
  ['P1 service unavailable > 5 minutes', '1 P1 down for 5m'],
  ['P1 service down (> 10 minutes)', '1 P1 down for 10m'],
  ['P1 service has been down for 10 minutes or more', '1 P1 down for 10m'],
  ['P1 service degraded but stable', '1 P1 degraded'],
  ['P1 service degraded, but still partially functional', '1 P1 degraded'],
  ['Any P0 service unavailable (completely down)', '1 P0 down'],
  ['max downtime exceeded', '1 any max-downtime-exceeded'],
  ['max downtime exceeded for 5 minutes', '1 any max-downtime-exceeded for 5m'],
  ['P1 services exceed max downtime of 5 minutes', '1 P1 outage for 5m'],
  ['P1 max downtime exceeded (5 minutes)', '1 P1 outage for 5m'],
  ['P1 service with max downtime exceeded', '1 P1 max-downtime-exceeded'],
  ['P1 services exceed their max downtime', '1 P1 max-downtime-exceeded'],
  ['Max downtime exceeded for P1 services', '1 P1 max-downtime-exceeded'],
  ['P1 outage exceeds 10 minutes', '1 P1 outage for 10m'],
  ['outage exceeds 10 minutes', '1 any outage for 10m'],
  ['P1 service down, outage exceeds 10 minutes', '1 P1 down or 1 P1 outage for 10m'],
  ['payments down', '1 payments down'],
  ['the vault service is unavailable', '1 vault down'],
  ['Web Frontend degraded', '1 Web Frontend degraded'],
  ['chores-tracker-backend down for 1 hour', '1 chores-tracker-backend down for 1h'],
  ['payments or orders down', '1 payments|orders down'],
  ['payments, orders or vault down', '1 payments|orders|vault down'],
  ['payments and orders down', 'all payments&orders down'],
  ['Both payments and orders unavailable', 'all payments&orders down'],
  ['2 or more of payments, orders, vault down', '2 payments|orders|vault down'],
  ['Node not ready for 10 minutes', '1 nodes not-ready for 10m'],
  ['nodes NotReady', '1 nodes not-ready'],
  ['control plane unavailable', '1 control-plane down'],
  ['Infrastructure at risk', '1 infrastructure at-risk'],
  ['Ingress controller down, data layer degraded', '1 ingress down or 1 database+cache+queue degraded'],
  ['nodes or control plane down', '1 nodes down or 1 control-plane down'],
  ['nodes and control plane down for 5m', '1 nodes down for 5m and 1 control-plane down for 5m'],
  ['P0 services, payments or nodes down', '1 P0 down or 1 payments down or 1 nodes down'],
  ['Database or cache down', '1 database down or 1 cache down'],
  ['Warnings only', '1 any warnings'],
  ['all services healthy', 'all any healthy'],
  ['Expected behavior', '1 any expected'],
  ['P2 service absent.', '1 P2 absent'],
];
for (const [text, understood] of readable) {
  test(`criteria: "${text}"`, () => {
    const { groups, notes } = readCriteria(text, known, at);
    assert.equal(groups.map((group) => group.map(say).join(' and ')).join(' or '), understood);
    assert.deepEqual(
      notes.filter(({ level }) => level !== 'info'),
      [],
    );
  });
}

/** What was written, what is kept of it, and the note's level, column and words. */
const refused: [string, string, string, number, RegExp][] = [
  ['P5 service down', '', 'error', 0, /"P5" is not a priority.*P0, P1, P2 or P3/],
  ['P0 servce dwon', '', 'error', 0, /Write "Any P0 service down"/],
  ['P1 service degrated for 5 minutes', '', 'error', 0, /Write "Any P1 service degraded for 5m"/],
  ['vaultt down', '', 'error', 0, /"vaultt" is not a listed service\. Did you mean "vault"\?/],
  ['Any of the billing service down for 5 minutes', '', 'error', 11, /"billing" is not a listed service\. List it/],
  ['No service down', '', 'error', 0, /cannot be read/],
  ['P1 service issues', '', 'error', 0, /cannot be read as a rule.*"Guidance:"/],
  ['No P0 services impacted', '', 'error', 0, /cannot be read/],
  ['P1 down for less than 5 minutes', '', 'error', 0, /cannot be read/],
  ['P0 down within 5 minutes', '', 'error', 0, /cannot be read/],
  ['Infrastructure at risk (disk > 80%)', '', 'error', 0, /cannot be read/],
  ['down for 5 minutes', '', 'error', 0, /cannot be read/],
  ['P1 outage', '', 'error', 0, /cannot be read/],
  ['P0 services or', '', 'error', 0, /cannot be read/],
  ['minor warnings', '', 'error', 0, /Write "warnings"/],
  ['5 customers complained', '', 'error', 0, /cannot be read/],
  ['P0 service down for 5 minutes during the day', '', 'error', 0, /cannot be read/],
  ['P0 down AND customers complain', '', 'error', 12, /stands in an AND/],
  ['customers complain AND P0 down', '', 'error', 0, /stands in an AND/],
  ['P0 down, P1 exploded', '1 P0 down', 'error', 9, /Any P1 service/],
  ['confirmed data loss', '', 'warning', 0, /is guidance: rules will not act on it/],
  ['Any P0 service down OR confirmed data loss', '1 P0 down', 'warning', 23, /is guidance/],
];
for (const [text, kept, level, column, says] of refused) {
  test(`criteria: "${text}" has ${level === 'error' ? 'an error' : 'a warning'}`, () => {
    const { groups, notes } = readCriteria(text, known, at);
    assert.equal(groups.map((group) => group.map(say).join(' and ')).join(' or '), kept);
    assert.equal(notes.length, 1);
    assert.deepEqual([notes[0]?.level, notes[0]?.column], [level, column]);
    assert.match(`${notes[0]?.message} ${notes[0]?.cure}`, says);
  });
}

test('criteria: what is dropped is told', () => {
  const { notes } = readCriteria('Any P0 service down (was: 5 minutes) simultaneously', known, at);
  assert.deepEqual(
    notes.map(({ level, message }) => `${level} ${message}`),
    [
      'info "(was: 5 minutes)" decides nothing here and is dropped.',
      'info "simultaneously" decides nothing here and is dropped.',
    ],
  );
});

test('criteria: prose without end is refused as a whole', () => {
  for (const text of ['many words, '.repeat(100), 'P0 '.repeat(1000)]) {
    const { groups, notes } = readCriteria(text, known, at);
    assert.deepEqual([groups.length, notes.at(-1)?.code], [0, 'criteria-too-long']);
  }
});

test('criteria: guidance is left to models without a word', () => {
  assert.deepEqual(readCriteria('Guidance: P0 matters most', known, at), { groups: [], notes: [] });
});

test('criteria: a clause keeps its words and its place', () => {
  const { groups } = readCriteria('P1 down (> 5 min) OR payments degraded', known, at);
  assert.deepEqual(
    groups.flat().map(({ text, at: place }) => [text, place.line, place.column]),
    [
      ['P1 down (> 5 min)', 7, 3],
      ['payments degraded', 7, 24],
    ],
  );
});

function say({ quantifier, subject, state, for: lasts }: Clause): string {
  const about =
    subject.of === 'services'
      ? subject.priorities.join(' ')
      : subject.of === 'named'
        ? subject.names.join(subject.every ? '&' : '|')
        : subject.of === 'class'
          ? subject.classes.join('+')
          : subject.of;
  return `${quantifier} ${about} ${state}${lasts === undefined ? '' : ` for ${formatDuration(lasts)}`}`;
}
