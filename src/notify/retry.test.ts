import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hour, type Millis, minute, second } from '../lib/clock.ts';
import { deadlineOf, planRetry, readRetryAfter } from './retry.ts';

const now = Date.parse('2026-11-24T10:00:00Z');

describe('Retry-After', () => {
  const rows: [header: string | undefined, after: Millis | undefined][] = [
    ['30', 30 * second],
    ['0', 0],
    ['1.5', 1500],
    [' 7 ', 7 * second],
    ['Tue, 24 Nov 2026 10:02:00 GMT', 2 * minute],
    ['Tue, 24 Nov 2026 09:00:00 GMT', 0],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
    ['99999999999999999999', undefined],
  ];
  for (const [header, after] of rows) {
    test(`${header ?? 'none'}: ${after ?? 'not understood'}`, () => assert.equal(readRetryAfter(header, now), after));
  }
});

describe('the wait before the next attempt', () => {
  const rows: { attempts: number; after?: Millis; random: number; wait: Millis; why: string }[] = [
    { attempts: 0, random: 0.5, wait: 500, why: 'full jitter over a second at first' },
    { attempts: 3, random: 0.5, wait: 4 * second, why: 'doubling' },
    { attempts: 30, random: 0.999, wait: 59_940, why: 'a minute at most' },
    { attempts: 5, random: 0, wait: 100, why: 'never at once' },
    { attempts: 0, after: 30 * second, random: 0.2, wait: 30_200, why: 'what the server asks for, and a little' },
    { attempts: 9, after: 0, random: 0, wait: 0, why: 'the server may ask for none' },
    { attempts: 0, after: 900 * hour, random: 0, wait: hour, why: 'no server keeps us away for longer than an hour' },
  ];
  for (const { why, wait, ...failure } of rows) {
    test(why, () => assert.equal(planRetry({ ...failure, now }) - now, wait));
  }
});

test('a message is tried for as long as its severity deserves (A6)', () => {
  const hours = (['SEV-1', 'SEV-2', 'SEV-3', 'SEV-4', undefined] as const).map(
    (severity) => deadlineOf(severity, 0) / hour,
  );
  assert.deepEqual(hours, [24, 12, 6, 24, 24]);
});
