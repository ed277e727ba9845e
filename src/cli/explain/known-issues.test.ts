import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileSaid } from '../../../test/support/markdown-world.ts';
import { nextOpenings, sayOpening } from './known-issues.ts';

/** Lines of a known issue, zone, moment, and its next three windows as people read them. */
const rows: [lines: string, zone: string, now: string, ...next: string[]][] = [
  [
    '- Every Sunday 2-3 AM',
    'Europe/Berlin',
    '2026-11-24T10:00:00Z',
    'Sun 2026-11-29 02:00-03:00 Europe/Berlin (01:00-02:00 UTC)',
    'Sun 2026-12-06 02:00-03:00 Europe/Berlin (01:00-02:00 UTC)',
    'Sun 2026-12-13 02:00-03:00 Europe/Berlin (01:00-02:00 UTC)',
  ],
  [
    '- Every Sunday 2-3 AM',
    'Europe/Berlin',
    '2026-10-20T10:00:00Z',
    'Sun 2026-10-25 02:00-03:00 Europe/Berlin (00:00-02:00 UTC)',
    'Sun 2026-11-01 02:00-03:00 Europe/Berlin (01:00-02:00 UTC)',
    'Sun 2026-11-08 02:00-03:00 Europe/Berlin (01:00-02:00 UTC)',
  ],
  [
    '- Every Sunday 2-3 AM',
    'Europe/Berlin',
    '2026-03-28T10:00:00Z',
    'Sun 2026-03-29 03:00-04:00 Europe/Berlin (01:00-02:00 UTC)',
    'Sun 2026-04-05 02:00-03:00 Europe/Berlin (00:00-01:00 UTC)',
    'Sun 2026-04-12 02:00-03:00 Europe/Berlin (00:00-01:00 UTC)',
  ],
  [
    '- Friday 22:00-02:00',
    'America/New_York',
    '2026-11-28T04:00:00Z',
    'Fri 2026-11-27 22:00 to 2026-11-28 02:00 America/New_York (Sat 2026-11-28 03:00-07:00 UTC)',
    'Fri 2026-12-04 22:00 to 2026-12-05 02:00 America/New_York (Sat 2026-12-05 03:00-07:00 UTC)',
    'Fri 2026-12-11 22:00 to 2026-12-12 02:00 America/New_York (Sat 2026-12-12 03:00-07:00 UTC)',
  ],
  [
    '- Daily 02:00-03:00\n- Until: 2026-11-26 02:30',
    'UTC',
    '2026-11-24T10:00:00Z',
    'Wed 2026-11-25 02:00-03:00 UTC',
    'Thu 2026-11-26 02:00-02:30 UTC',
  ],
  [
    '- Every Monday 2-3 AM\n- Every Sunday 4-5 AM',
    'UTC',
    '2026-11-24T10:00:00Z',
    'Sun 2026-11-29 04:00-05:00 UTC',
    'Mon 2026-11-30 02:00-03:00 UTC',
    'Sun 2026-12-06 04:00-05:00 UTC',
  ],
  [
    '- First Monday of the month 22:00-24:00',
    'UTC',
    '2026-11-24T10:00:00Z',
    'Mon 2026-12-07 22:00 to 2026-12-08 00:00 UTC',
    'Mon 2027-01-04 22:00 to 2027-01-05 00:00 UTC',
    'Mon 2027-02-01 22:00 to 2027-02-02 00:00 UTC',
  ],
  ['- Up to: 5 minutes', 'UTC', '2026-11-24T10:00:00Z'],
];

for (const [lines, zone, now, ...next] of rows) {
  test(`next windows of "${lines.replaceAll('\n', ' ')}" in ${zone} at ${now}`, () => {
    const [issue] = compileSaid({
      services: ['P1 db'],
      issues: `### Backup\n\n- Services: db\n${lines}\n- Do not alert`,
      timezone: zone,
    }).knownIssues;
    assert.ok(issue);
    const openings = nextOpenings(issue, zone, Temporal.Instant.from(now).epochMilliseconds, 3);
    assert.deepEqual(
      openings.map((opening) => sayOpening(opening, zone)),
      next,
    );
  });
}
