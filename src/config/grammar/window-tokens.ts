import type { Token } from './window-days.ts';

/** One form of dashes and of "a.m.". */
export function plainText(text: string): string {
  return text.replace(/\b([ap])\.\s?m\b\.?/gi, '$1m').replace(/[–—‑]/g, '-');
}

/** Dates, times, numbers, names of zones ("Sat/Sun" is none), words and signs. */
const shape = new RegExp(
  '\\d{4}-\\d{2}-\\d{2}|\\d{1,2}:\\d{2}|\\d{1,8}|' +
    '(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc|US)/[a-z_+-]{2,40}(?:/[a-z_]{2,40})?|' +
    '[a-z]{1,60}|[^\\s]',
  'gi',
);

/** Dates, times, numbers, words and signs, with their places. */
export function splitTokens(text: string): Token[] {
  return [...text.matchAll(shape)].map((match) => ({
    text: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
}
