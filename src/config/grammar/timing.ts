import type { Timing, Window } from '../revision.ts';
import { findDurations } from './duration.ts';
import { readWindows } from './windows.ts';

const businessPhrase = /\b(?:business|working|office|work)\s{0,4}(?:hours|hrs|days?)\b/i;

/** Words for each kind of timing; the first row that matches decides. */
const phrases: readonly (readonly [RegExp, Timing['when']])[] = [
  [/\b(?:daily|weekly|morning)?\s{0,4}(?:digest|summary|report)\b/i, 'digest'],
  [businessPhrase, 'hours'],
  [
    /\b(?:immediate(?:ly)?|instant(?:ly)?|real[- ]?time|right away|at once|asap|as soon as possible|24\/7|24x7|now)\b/i,
    'immediate',
  ],
];

/** The words of a timing that is at once, held to hours or in the digest. */
export const timingWords = new RegExp(phrases.map(([{ source }]) => source).join('|'), 'gi');

/** What turns a timing into something else: then it is not read at all. */
const refusing = /\b(?:outside|except|unless|not|never|until|if|after\s{1,4}hours|off[- ]hours|best\s{1,4}effort)\b/i;

/** Hours that count as business hours where none are written. */
const businessHours = 'Monday-Friday 09:00-17:00';

/**
 * When a severity's message leaves: at once, after a delay (the longer end of a range), held to hours, or in the daily
 * digest. "business hours" without hours are Monday to Friday 9 to 17. Undefined: not readable.
 */
export function readTiming(written: string, zone: string): Timing | undefined {
  // "within 15 minutes, 24/7" is a delay at every hour.
  const plain = written.replace(/\b24\s?[/x]\s?7\b/gi, ' ');
  const text = findDurations(plain).length > 0 ? plain : written;
  if (text.length > 500 || refusing.test(text)) return undefined;
  const when = phrases.find(([phrase]) => phrase.test(text))?.[1];
  if (when === 'digest') return { when: 'digest' };
  if (when === 'immediate') return { when: 'immediate' };
  if (when === 'hours') {
    const windows = readBusinessHours(text, zone);
    return windows && { when, windows };
  }
  const windows = readWindows(text, zone)?.windows;
  if (windows) return { when: 'hours', windows };
  if (/\bdaily\b/i.test(text)) return { when: 'digest' };
  const delay = findDurations(text)[0];
  return delay && { when: 'after', delay: delay.upper };
}

function readBusinessHours(text: string, zone: string): Window[] | undefined {
  // "within 15 minutes during business hours" is held to them all the same.
  const plain = findDurations(text).reduceRight((left, { start, end }) => left.slice(0, start) + left.slice(end), text);
  const rest = plain.replace(businessPhrase, ' ');
  if (!/\d/.test(rest)) return readWindows(businessHours, zone)?.windows;
  // Business hours are Monday to Friday unless days are named: hours alone would read as every day.
  return readWindows(`weekdays ${rest.trim()}`, zone)?.windows ?? readWindows(rest, zone)?.windows;
}
