import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration } from '../../lib/duration.ts';
import { readDuration } from './duration.ts';

/** Text, the lower end, the upper end, and what is left of the text. */
const rows: [string, string, string, string][] = [
  ['90s', '1m 30s', '1m 30s', ''],
  ['2 minutes', '2m', '2m', ''],
  ['> 5 minutes', '5m', '5m', ''],
  ['at least 1 hour', '1h', '1h', ''],
  ['5-15 min', '5m', '15m', ''],
  ['5 – 15 minutes', '5m', '15m', ''],
  ['between 5 and 10 minutes', '5m', '10m', ''],
  ['30s-2m', '30s', '2m', ''],
  ['1h30m', '1h 30m', '1h 30m', ''],
  ['1 hour and 30 minutes', '1h 30m', '1h 30m', ''],
  ['1.5 hours', '1h 30m', '1h 30m', ''],
  ['an hour', '1h', '1h', ''],
  ['half an hour', '30m', '30m', ''],
  ['ten minutes', '10m', '10m', ''],
  ['5+ minutes', '5m', '5m', ''],
  ['a 5-minute grace', '5m', '5m', 'a grace'],
  ['down for > 2 minutes (was: 5)', '2m', '2m', 'down for (was: 5)'],
  ['2 weeks', '14d', '14d', ''],
  ['0 minutes', '0s', '0s', ''],
];

for (const [text, lower, upper, rest] of rows) {
  test(`duration: "${text}" is ${lower === upper ? lower : `${lower} to ${upper}`}`, () => {
    const low = readDuration(text, 'lower');
    const high = readDuration(text, 'upper');
    assert.ok(low && 'length' in low && high && 'length' in high);
    assert.deepEqual([formatDuration(low.length), formatDuration(high.length), low.rest], [lower, upper, rest]);
  });
}

for (const text of ['hours to days', 'a few minutes', 'several hours', 'minutes or hours']) {
  test(`duration: "${text}" is vague`, () => {
    assert.deepEqual(readDuration(text, 'lower'), { vague: text });
  });
}

for (const text of [
  '',
  'P1 services',
  '2-3 AM',
  'business hours',
  'v1.5 m',
  'x5 minutes',
  '5 microservices',
  '12345678 s',
]) {
  test(`duration: "${text}" has none`, () => {
    assert.equal(readDuration(text, 'lower'), undefined);
  });
}
