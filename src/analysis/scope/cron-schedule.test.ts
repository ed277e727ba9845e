import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRfc3339 } from '../../lib/duration.ts';
import { readCronSchedule } from './cron-schedule.ts';

const now = Date.parse('2026-01-15T12:00:30Z');

/** What was due last before noon of a Thursday; `none` where the schedule cannot be read. */
const rows: [schedule: string, zone: string | undefined, due: string][] = [
  ['*/5 * * * *', undefined, '2026-01-15T12:00:00Z'],
  ['0 3 * * *', undefined, '2026-01-15T03:00:00Z'],
  ['0 3 * * *', 'Europe/Berlin', '2026-01-15T02:00:00Z'],
  ['CRON_TZ=Europe/Berlin 0 3 * * *', undefined, '2026-01-15T02:00:00Z'],
  ['@daily', undefined, '2026-01-15T00:00:00Z'],
  ['@every 1h30m', undefined, '2026-01-15T11:30:00Z'],
  ['0 0 ? * MON', undefined, '2026-01-12T00:00:00Z'],
  ['5/15 * * * *', undefined, '2026-01-15T11:50:00Z'],
  ['0 0 1 jan *', undefined, '2026-01-01T00:00:00Z'],
  ['invalid-cron', undefined, 'none'],
  ['61 * * * *', undefined, 'none'],
  ['* * * *', undefined, 'none'],
  ['@every soon', undefined, 'none'],
  ['0 3 * * *', 'Atlantis/Capital', 'none'],
];

for (const [schedule, timezone, due] of rows) {
  test(`${schedule} ${timezone ?? ''}`, () => {
    const created = Date.parse('2026-01-15T10:00:00Z');
    const read = readCronSchedule({ schedule, created, ...(timezone && { timezone }) });
    const at = read?.previous(now);
    assert.equal(at === undefined ? 'none' : toRfc3339(at), due);
    if (read) assert.ok((read.next(now) ?? 0) > now, 'the next one is still to come');
  });
}
