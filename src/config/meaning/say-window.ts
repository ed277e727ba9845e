import { formatMoment } from '../../lib/duration.ts';
import { listWords } from '../../lib/text.ts';
import { sayTime } from '../grammar/window-hours.ts';
import type { Bound, Window } from '../revision.ts';
import { sayLength } from './said.ts';

const dayNames = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** A window as it was understood, however it was written: `every Sunday 02:00-03:00`. */
export function sayWindow(window: Window): string {
  return `${sayTimes(window)}${window.zone === undefined ? '' : ` ${window.zone}`}`;
}

function sayTimes(window: Window): string {
  switch (window.repeats) {
    case 'weekly':
      return `${sayDays(window.days)} ${sayHours(window)}`;
    case 'monthly':
      return `${sayNth(window.nth)} ${dayNames[window.day]} of the month ${sayHours(window)}`;
    case 'monthday':
      return `on the ${listWords(
        sorted(window.dates).map((date) => sayNth(date)),
        31,
      )} of the month ${sayHours(window)}`;
    case 'once': {
      const zone = window.zone ?? 'UTC';
      return `${formatMoment(window.from, zone)} to ${formatMoment(window.to, zone)}`;
    }
    case 'cron':
      return `by cron ${window.cron} for ${sayLength(window.lasts)}`;
  }
}

function sayDays(days: readonly number[]): string {
  const all = sorted(days);
  if (all.length === 7) return 'daily';
  if (all.join() === '1,2,3,4,5') return 'on weekdays';
  return `every ${listWords(
    all.map((day) => dayNames[day] ?? String(day)),
    7,
  )}`;
}

const sorted = (numbers: readonly number[]): number[] => [...new Set(numbers)].sort((a, b) => a - b);

const nths = new Map([
  [-1, 'last'],
  [1, '1st'],
  [2, '2nd'],
  [3, '3rd'],
  [21, '21st'],
  [22, '22nd'],
  [23, '23rd'],
  [31, '31st'],
]);
const sayNth = (nth: number): string => nths.get(nth) ?? `${nth}th`;

const sayHours = ({ start, end }: { start: number; end: number }): string => `${sayTime(start)}-${sayTime(end)}`;

/** For how long a known issue holds: `for the first 5 minutes`. */
export function sayBound(bound: Bound): string {
  if (bound.type === 'windows') return [...new Set(bound.windows.map(sayWindow))].sort().join(' and ');
  if (bound.type === 'none') return 'without a bound';
  return bound.from === 'onset'
    ? `for the first ${sayLength(bound.lasts)}`
    : `while a pod is younger than ${sayLength(bound.lasts)}`;
}
