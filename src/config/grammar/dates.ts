import { someIn, wordsIn } from './words-in.ts';

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const month = `(${months.map((name) => `${name}|${name.slice(0, 3)}`).join('|')}|sept)\\.?`;
const dayFirst = new RegExp(
  `\\b(\\d{1,2})(?:st|nd|rd|th)?\\.?\\s{1,4}(?:of\\s{1,4})?${month},?\\s{1,4}(\\d{4})\\b`,
  'gi',
);
const monthFirst = new RegExp(`\\b${month}\\s{1,4}(\\d{1,2})(?:st|nd|rd|th)?,?\\s{1,4}(\\d{4})\\b`, 'gi');

/** `5 Jan2026` has its month as a word of its own. */
const monthWords = new Set([...months, ...months.map((name) => name.slice(0, 3)), 'sept']);

/** Dates in words (`5 January 2026`, `Jan 5th, 2026`) as ISO dates. Without a year a date is left as it is: nobody knows which one was meant. */
export function isoDates(text: string): string {
  if (!/\d{4}/.test(text) || !someIn(wordsIn(text), monthWords)) return text;
  return text
    .replace(dayFirst, (_, day: string, name: string, year: string) => isoDate(year, name, day))
    .replace(monthFirst, (_, name: string, day: string, year: string) => isoDate(year, name, day));
}

function isoDate(year: string, name: string, day: string): string {
  const number = months.findIndex((each) => each.startsWith(name.slice(0, 3).toLowerCase())) + 1;
  return `${year}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
}
