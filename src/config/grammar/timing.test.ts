import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration } from '../../lib/duration.ts';
import type { Timing } from '../revision.ts';
import { readTiming } from './timing.ts';

const rows: [string, string | undefined][] = [
  ['immediate', 'immediate'],
  ['Immediately, 24/7', 'immediate'],
  ['Immediate (within 1 minute)', 'immediate'],
  ['within 5 minutes', 'after 5m'],
  ['5-15 minutes', 'after 15m'],
  ['after 1 hour', 'after 1h'],
  ['within 15 minutes, 24/7', 'after 15m'],
  ['business hours', 'Monday to Friday 09:00-17:00'],
  ['Business hours only', 'Monday to Friday 09:00-17:00'],
  ['Business hours (8 AM - 6 PM)', 'Monday to Friday 08:00-18:00'],
  ['business hours 9-18 Europe/Berlin', 'Monday to Friday 09:00-18:00 Europe/Berlin'],
  ['Business hours (Mon-Sat 9 AM-5 PM)', 'every Monday, Tuesday, Wednesday, Thursday, Friday, Saturday 09:00-17:00'],
  ['Monday-Friday 9-17', 'Monday to Friday 09:00-17:00'],
  ['next business day', 'Monday to Friday 09:00-17:00'],
  ['daily digest', 'digest'],
  ['Daily summary', 'digest'],
  ['Daily at 9 AM', 'digest'],
  ['daily 09:00-10:00', 'every day 09:00-10:00'],
  ['Within 15 minutes during business hours', 'Monday to Friday 09:00-17:00'],
  ['outside business hours', undefined],
  ['immediate unless it is night', undefined],
  ['sometime', undefined],
  ['business hours 9-99', undefined],
];
for (const [text, timing] of rows) {
  test(`timing: "${text}" is ${timing ?? 'not readable'}`, () => {
    const read = readTiming(text, 'UTC');
    assert.equal(read && say(read), timing);
  });
}

function say(timing: Timing): string {
  if (timing.when === 'after') return `after ${formatDuration(timing.delay)}`;
  return timing.when === 'hours' ? timing.windows.map(({ says }) => says).join(', ') : timing.when;
}
