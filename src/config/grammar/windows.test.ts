import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMoment } from '../../lib/duration.ts';
import { nextWindows, readWindows, windowState } from './windows.ts';

/** Text, and the windows it means in words. */
const readable: [string, ...string[]][] = [
  ['Every Sunday 2-3 AM', 'every Sunday 02:00-03:00'],
  ['Daily 02:00-03:00', 'every day 02:00-03:00'],
  ['Weekdays 9 AM - 5 PM', 'Monday to Friday 09:00-17:00'],
  ['First Monday of the month 22:00-24:00', 'first Monday of the month 22:00-24:00'],
  ['last Friday of every month 18:00-20:00', 'last Friday of the month 18:00-20:00'],
  ['1st and 15th of the month 22:00-23:00', 'day 1 and 15 of the month 22:00-23:00'],
  ['monthly on the 1st 02:00-04:00', 'day 1 of the month 02:00-04:00'],
  ['Monday-Friday 9-17', 'Monday to Friday 09:00-17:00'],
  [
    'Sat/Sun 2-3 AM America/Argentina/Buenos_Aires',
    'every Saturday, Sunday 02:00-03:00 America/Argentina/Buenos_Aires',
  ],
  ['Sunday from 2 AM until 3 AM', 'every Sunday 02:00-03:00'],
  ['each Sunday (02:00-03:00)', 'every Sunday 02:00-03:00'],
  ['Saturday night 22:00-02:00', 'every Saturday 22:00-02:00 next day'],
  ['Tue, Thu and Sat 01:00 – 02:30', 'every Tuesday, Thursday, Saturday 01:00-02:30'],
  ['Sundays between 2 and 3 a.m.', 'every Sunday 02:00-03:00'],
  ['2-3 AM every Sunday', 'every Sunday 02:00-03:00'],
  ['Sunday 10-2 AM', 'every Sunday 22:00-02:00 next day'],
  ['Sunday 11-1 PM', 'every Sunday 11:00-13:00'],
  ['Sunday 12 AM - 6 AM', 'every Sunday 00:00-06:00'],
  ['weekdays 9 AM to noon', 'Monday to Friday 09:00-12:00'],
  ['Saturdays all day', 'every Saturday 00:00-24:00'],
  ['Sundays at 2 AM for 90 minutes', 'every Sunday 02:00-03:30'],
  ['Friday 22:00 to Monday 06:00', 'every Friday 22:00-06:00 3 days later'],
  ['nightly 22:00-02:00', 'every day 22:00-02:00 next day'],
  ['Sunday 2-3 AM and Wednesday 4-5 AM', 'every Sunday 02:00-03:00', 'every Wednesday 04:00-05:00'],
  [
    'Mon-Wed 9-12 and 13-17 UTC',
    'every Monday, Tuesday, Wednesday 09:00-12:00',
    'every Monday, Tuesday, Wednesday 13:00-17:00 UTC',
  ],
  ['Every Sunday 2-3 AM (America/New_York)', 'every Sunday 02:00-03:00 America/New_York'],
  ['2026-01-05 22:00 to 2026-01-06 02:00', '2026-01-05 22:00 Europe/Berlin to 2026-01-06 02:00 Europe/Berlin'],
  ['2026-01-05 22:00-02:00', '2026-01-05 22:00 Europe/Berlin to 2026-01-06 02:00 Europe/Berlin'],
  ['2026-01-05T22:00Z to 2026-01-06T02:00Z', '2026-01-05 22:00 UTC to 2026-01-06 02:00 UTC'],
  ['2026-01-05 22:00 UTC to 2026-01-06 02:00', '2026-01-05 22:00 UTC to 2026-01-06 02:00 UTC'],
  ['Sunday backup: 02:00-03:00', 'every Sunday 02:00-03:00'],
  ['Nightly database backup from 1:30 AM to 2 AM', 'every day 01:30-02:00'],
  ['Maintenance window: 02:00-03:00', 'every day 02:00-03:00'],
  ['`0 2 * * 0` for 1 hour', 'cron 0 2 * * 0 for 1 hour'],
];

for (const [text, ...says] of readable) {
  test(`window: "${text}"`, () => {
    assert.deepEqual(
      readWindows(text, 'Europe/Berlin')?.windows.map((window) => window.says),
      says,
    );
  });
}

test('what is no window stays', () => {
  assert.equal(readWindows('The backup runs every Sunday 2-3 AM on db-0', 'UTC')?.rest, 'The backup runs on db-0');
});

const unreadable = [
  'Sunday',
  '9-17',
  'every other Sunday 2-3 AM',
  'every second Sunday 2-3 AM',
  'Jan 5 22:00-23:00',
  '5 January 22:00-23:00',
  '1/5/2026 22:00-23:00',
  'daily 02:00-03:00 except Sunday',
  'outside business hours 9-17',
  'every 5 minutes',
  '2026-02-30 10:00-11:00',
  '25:00-26:00',
  'daily 02:00-03:00 until 2026-12-31',
  'Sunday, and then again on some days in the week, 02:00-03:00',
  'Sunday not 02:00-03:00',
  'it was seen once between 2 and 3 AM',
  'monthly backup 02:00-03:00',
  '2-3 AM, Sunday 4-5 AM',
  'expected behavior',
  'Monday, Wendesday and Friday 22:00-24:00',
  'weekdys 02:00-03:00',
  'every workweek 02:00-03:00',
  'Every Sunday 02:00-03:00 IST',
  'Every Sunday 02:00-03:00 America/NewYork',
];
for (const text of unreadable) {
  test(`window: "${text}" is none`, () => {
    assert.equal(readWindows(text, 'UTC'), undefined);
  });
}

/** Window, zone, local moment (with offset), and what the state says in the zone. */
const states: [string, string, string, string][] = [
  ['Every Sunday 2-3 AM', 'Europe/Berlin', '2026-11-22T02:00:00+01:00', 'open until 2026-11-22 03:00 Europe/Berlin'],
  ['Every Sunday 2-3 AM', 'Europe/Berlin', '2026-11-22T02:59:59+01:00', 'open until 2026-11-22 03:00 Europe/Berlin'],
  ['Every Sunday 2-3 AM', 'Europe/Berlin', '2026-11-22T03:00:00+01:00', 'closed until 2026-11-29 02:00 Europe/Berlin'],
  ['Every Sunday 2-3 AM', 'Europe/Berlin', '2026-11-22T01:59:59+01:00', 'closed until 2026-11-22 02:00 Europe/Berlin'],
  // The same moment in another zone.
  [
    'Every Sunday 2-3 AM',
    'America/New_York',
    '2026-11-22T02:30:00+01:00',
    'closed until 2026-11-22 02:00 America/New_York',
  ],
  [
    'Every Sunday 2-3 AM UTC',
    'America/New_York',
    '2026-11-22T02:30:00Z',
    'open until 2026-11-21 22:00 America/New_York',
  ],
  // Midnight: the day is the one it starts on.
  ['Friday 22:00-02:00', 'UTC', '2026-11-28T01:59:00Z', 'open until 2026-11-28 02:00 UTC'],
  ['Friday 22:00-02:00', 'UTC', '2026-11-27T01:59:00Z', 'closed until 2026-11-27 22:00 UTC'],
  ['Friday 22:00 to Monday 06:00', 'UTC', '2026-11-29T12:00:00Z', 'open until 2026-11-30 06:00 UTC'],
  ['First Monday of the month 22:00-24:00', 'UTC', '2026-12-07T23:59:59Z', 'open until 2026-12-08 00:00 UTC'],
  ['First Monday of the month 22:00-24:00', 'UTC', '2026-12-08T00:00:00Z', 'closed until 2027-01-04 22:00 UTC'],
  ['last Friday of the month 18:00-20:00', 'UTC', '2026-11-24T00:00:00Z', 'closed until 2026-11-27 18:00 UTC'],
  ['31st of the month 10:00-11:00', 'UTC', '2026-11-01T00:00:00Z', 'closed until 2026-12-31 10:00 UTC'],
  ['last day of the month 10:00-11:00', 'UTC', '2026-11-01T00:00:00Z', 'closed until 2026-11-30 10:00 UTC'],
  // Days that touch are one opening; all days are open without end.
  ['Saturdays all day', 'UTC', '2026-11-28T12:00:00Z', 'open until 2026-11-29 00:00 UTC'],
  ['weekends all day', 'UTC', '2026-11-28T12:00:00Z', 'open until 2026-11-30 00:00 UTC'],
  ['daily 00:00-24:00', 'UTC', '2026-11-28T12:00:00Z', 'open'],
  ['2026-01-05 22:00 to 2026-01-06 02:00', 'UTC', '2026-01-05T23:00:00Z', 'open until 2026-01-06 02:00 UTC'],
  ['2026-01-05 22:00 to 2026-01-06 02:00', 'UTC', '2026-01-06T02:00:00Z', 'closed'],
  ['0 2 * * 0 for 1 hour', 'Europe/Berlin', '2026-11-22T02:59:00+01:00', 'open until 2026-11-22 03:00 Europe/Berlin'],
  ['0 2 * * 0 for 1 hour', 'Europe/Berlin', '2026-11-22T03:00:00+01:00', 'closed until 2026-11-29 02:00 Europe/Berlin'],
  ['0 * * * * for 1 hour', 'UTC', '2026-11-22T03:00:00Z', 'open'],
  // Clocks go forward: 02:00 to 03:00 does not exist on 2026-03-29 in Berlin, nor on 2026-03-08 in New York.
  [
    'Every Sunday 02:30-04:00',
    'Europe/Berlin',
    '2026-03-29T03:00:00+02:00',
    'open until 2026-03-29 04:00 Europe/Berlin',
  ],
  [
    'Every Sunday 02:30-04:00',
    'Europe/Berlin',
    '2026-03-29T01:59:59+01:00',
    'closed until 2026-03-29 03:00 Europe/Berlin',
  ],
  [
    'Every Sunday 01:00-02:30',
    'Europe/Berlin',
    '2026-03-29T01:30:00+01:00',
    'open until 2026-03-29 03:00 Europe/Berlin',
  ],
  ['Every Sunday 2-3 AM', 'Europe/Berlin', '2026-03-29T03:30:00+02:00', 'open until 2026-03-29 04:00 Europe/Berlin'],
  [
    'Every Sunday 02:30-04:00',
    'America/New_York',
    '2026-03-08T03:00:00-04:00',
    'open until 2026-03-08 04:00 America/New_York',
  ],
  // Clocks go back: 02:00 to 03:00 comes twice on 2026-10-25 in Berlin, 01:00 to 02:00 on 2026-11-01 in New York.
  ['Every Sunday 2-3 AM', 'Europe/Berlin', '2026-10-25T02:00:00+02:00', 'open until 2026-10-25 03:00 Europe/Berlin'],
  ['Every Sunday 2-3 AM', 'Europe/Berlin', '2026-10-25T02:59:00+01:00', 'open until 2026-10-25 03:00 Europe/Berlin'],
  [
    'Every Sunday 1-2 AM',
    'America/New_York',
    '2026-11-01T01:30:00-04:00',
    'open until 2026-11-01 02:00 America/New_York',
  ],
  [
    'Every Sunday 1-2 AM',
    'America/New_York',
    '2026-11-01T01:30:00-05:00',
    'open until 2026-11-01 02:00 America/New_York',
  ],
];

for (const [text, zone, at, says] of states) {
  test(`window: "${text}" in ${zone} at ${at} is ${says} (F45)`, () => {
    const window = readWindows(text, zone)?.windows[0];
    assert.ok(window);
    const { open, opensAt, closesAt } = windowState(window, zone, Temporal.Instant.from(at).epochMilliseconds);
    const until = open ? closesAt : opensAt;
    assert.equal(
      `${open ? 'open' : 'closed'}${until === undefined ? '' : ` until ${formatMoment(until, zone)}`}`,
      says,
    );
  });
}

test('the doubled hour makes the window two hours long (F45)', () => {
  const window = readWindows('Every Sunday 2-3 AM', 'Europe/Berlin')?.windows[0];
  assert.ok(window);
  const now = Temporal.Instant.from('2026-10-20T00:00:00Z').epochMilliseconds;
  const lengths = nextWindows(window, 'Europe/Berlin', now, 2).map(
    ({ opensAt, closesAt }) => (closesAt - opensAt) / 3_600_000,
  );
  assert.deepEqual(lengths, [2, 1]);
});
