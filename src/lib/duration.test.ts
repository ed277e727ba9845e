import assert from 'node:assert/strict';
import { test } from 'node:test';
import { day, hour, minute, second } from './clock.ts';
import { formatDuration, formatMoment, toIsoDuration, toRfc3339 } from './duration.ts';

const at = Date.parse('2026-07-01T22:30:00Z');

for (const [zone, shown] of [
  ['UTC', '2026-07-01 22:30 UTC'],
  ['Europe/Berlin', '2026-07-02 00:30 Europe/Berlin'],
  ['America/New_York', '2026-07-01 18:30 America/New_York'],
  ['Asia/Kolkata', '2026-07-02 04:00 Asia/Kolkata'],
] as const) {
  test(`a moment is shown in the cluster's zone with its name: ${zone}`, () =>
    assert.equal(formatMoment(at, zone), shown));
}

test('a moment is stored and exchanged in UTC', () => assert.equal(toRfc3339(at), '2026-07-01T22:30:00Z'));

for (const [length, said, iso] of [
  [0, '0s', 'PT0S'],
  [45 * second, '45s', 'PT45S'],
  [12 * minute, '12m', 'PT12M'],
  [2 * hour + 5 * minute, '2h 5m', 'PT2H5M'],
  [3 * day + 4 * hour + 5 * minute, '3d 4h', 'P3DT4H5M'],
  [1500, '1s', 'PT1.5S'],
] as const) {
  test(`a length of time: ${said}`, () =>
    assert.deepEqual([formatDuration(length), toIsoDuration(length)], [said, iso]));
}
