import type { Window } from '../revision.ts';
import { isoDates } from './dates.ts';
import { readCron } from './window-cron.ts';
import { isMisspeltDay, readDays, word } from './window-days.ts';
import { readOnce } from './window-once.ts';
import { type Repeating, readRepeating } from './window-repeating.ts';
import { plainText, splitTokens } from './window-tokens.ts';
import { isStrangeZone, isZone, namesOtherZone } from './window-zone.ts';
import { someIn, wordSet, wordsIn } from './words-in.ts';

export { nextWindows, windowState } from './window-state.ts';

/** Longer texts hold no window: a line of configuration is shorter. */
const longest = 2000;

const monthNames =
  'january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec';

const months = wordSet(monthNames.replace('sept?', 'sep|sept').replaceAll('|', ' '));

/** What would change a window in a way that cannot be kept, after words of which one always stands in it: then nothing of the text is one. */
const unreadable: readonly (readonly [ReadonlySet<string> | undefined, RegExp])[] = [
  [
    wordSet('except excluding unless outside biweekly bi fortnight fortnights fortnightly quarterly yearly annually'),
    /\b(?:except|excluding|unless|outside|biweekly|bi-weekly|fortnight\w{0,2}|quarterly|yearly|annually)\b/i,
  ],
  [
    wordSet('every'),
    /\bevery\s{1,4}(?:other|alternate|two|three|\d{1,3}(?:nd|rd|th)?)\s{1,4}(?:week|month|day|mon|tue|wed|thu|fri|sat|sun)/i,
  ],
  [wordSet('second third fourth'), /\bevery\s{1,4}(?:second|third|fourth)\s{1,4}\w{2,10}(?!\s{1,4}of\b)(?!\w)/i],
  [
    months,
    new RegExp(
      `\\b(?:${monthNames})\\.?\\s{1,4}\\d|\\d(?:st|nd|rd|th)?\\.?\\s{1,4}(?:of\\s{1,4})?(?:${monthNames})\\b`,
      'i',
    ),
  ],
  [undefined, /\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b/],
  [wordSet('not'), /\bnot\s{1,4}(?:on|during|between|from|in|at)\b/i],
  [
    wordSet('but not no save besides apart other'),
    /\b(?:but|not|no|save|besides|apart from|other than)\s{1,4}(?:not\s{1,4})?(?:on\s{1,4}|the\s{1,4})?(?:mon|tues?|wed|thu|fri|sat|sun|week|month|holiday)/i,
  ],
  [
    new Set([...months, 'spring', 'summer', 'autumn', 'fall', 'winter']),
    new RegExp(
      `\\b(?:until|till|from|in|during|through|only)\\s{1,4}(?:the\\s{1,4})?(?:${monthNames}|spring|summer|autumn|fall|winter)\\b`,
      'i',
    ),
  ],
  // What goes on for weeks: nobody can say on which days.
  [
    wordSet(
      'campaign campaigns season seasons sale sales promotion promotions holidays vacation vacations freeze freezes festival festivals term terms trial trials pilot pilots black christmas easter',
    ),
    /\b(?:during|within|over|through|throughout|while|until|till)\s{1,4}(?:(?:the|our|an?|any|each|every|all)\s{1,4})?(?:\w{2,20}\s{1,4})?(?:campaigns?|seasons?|sales?|promotions?|holidays|vacations?|freezes?|festivals?|terms?|trials?|pilots?|black friday|christmas|easter)\b/i,
  ],
  [
    wordSet('even odd alternate alternating'),
    /\b(?:even|odd|alternate|alternating)\s{1,4}(?:calendar\s{1,4})?(?:weeks?|months?|days?)\b/i,
  ],
];

function isUnreadable(text: string): boolean {
  const words = wordsIn(text);
  return unreadable.some(([hints, pattern]) => (hints === undefined || someIn(words, hints)) && pattern.test(text));
}

/**
 * The time windows a text names ("Every Sunday 2-3 AM", "weekdays 9-17", "first Monday of the month 22:00-24:00",
 * "2026-01-05 22:00 to 2026-01-06 02:00", a cron line "for 1 hour"), and the text without them. A zone written beside
 * the hours counts for that window, else the cluster's. Nothing is guessed: a day without hours is no window unless "all day" is said.
 */
export function readWindows(written: string, clusterZone: string): { windows: Window[]; rest: string } | undefined {
  const text = isoDates(written.slice(0, longest + 1));
  const zone = isZone(clusterZone) ? clusterZone : 'UTC';
  if (text.length > longest || !/\d|all day/i.test(text) || isUnreadable(text)) return undefined;
  const windows: Window[] = [];
  const cron = readCron(text, zone);
  let left = text;
  if (cron) {
    windows.push(cron.window);
    left = cron.rest;
  }
  left = plainText(left);
  const tokens = splitTokens(left);
  const taken: Repeating[] = [];
  const kept: [number, number][] = [];
  for (let at = 0; at < tokens.length; ) {
    const found = readOnce(tokens, at, zone) ?? readRepeating(tokens, at, left);
    if (!found) {
      at++;
      continue;
    }
    if (isStrangeZone(tokens[found.next], tokens[found.next + 1], left)) return undefined;
    windows.push(...found.windows);
    taken.push(found);
    kept.push([tokens[at]?.start ?? 0, tokens[found.next - 1]?.end ?? left.length]);
    at = found.next;
  }
  if (windows.length === 0) return undefined;
  for (const [from, to] of kept.reverse()) left = `${left.slice(0, from)} ${left.slice(to)}`;
  const words = left.replace(/\s+/g, ' ').trim();
  const rest = /[\p{L}\d]/u.test(words) ? words : '';
  return isWhole(taken, rest) ? { windows, rest } : undefined;
}

/**
 * A day or zone that stands unread in the rest would open the window at another time. Hours without a day are every day only where no day, week, month or date stands elsewhere and few words do: else it would be a guess.
 */
function isWhole(taken: readonly Repeating[], rest: string): boolean {
  if (/\d{4}-\d{2}-\d{2}/.test(rest) || namesOtherZone(rest)) return false;
  const tokens = splitTokens(rest);
  if (tokens.some(isMisspeltDay)) return false;
  if (!taken.some(({ dayless }) => dayless)) return true;
  if (tokens.filter(({ text }) => /^[a-z]/.test(text)).length > 3) return false;
  const named = tokens.some(
    (_, at) => readDays(tokens, at) || word(tokens, at, 'every', 'each', 'week', 'weekly', 'month', 'monthly'),
  );
  return !named && taken.every(({ dayless }) => dayless);
}
