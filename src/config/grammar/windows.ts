import { Cron } from 'croner';
import { day as dayLength, type Millis, minute } from '../../lib/clock.ts';
import { formatMoment } from '../../lib/duration.ts';
import type { Window } from '../revision.ts';
import { findDurations } from './duration.ts';
import { type Days, dayOf, readDays, sayDays, type Token, word } from './window-days.ts';
import { readHours, readTimeOfDay, sayTime } from './window-hours.ts';

export { nextWindows, windowState } from './window-state.ts';

/** Longer texts hold no window: a line of configuration is shorter. */
const longest = 2000;

/** Zones by the abbreviations that name one; anything else is an IANA name with a slash. */
const zoneNames = new Map([
  ['utc', 'UTC'],
  ['gmt', 'UTC'],
  ['z', 'UTC'],
  ['cet', 'Europe/Berlin'],
  ['cest', 'Europe/Berlin'],
  ['bst', 'Europe/London'],
  ['est', 'America/New_York'],
  ['edt', 'America/New_York'],
  ['et', 'America/New_York'],
  ['cst', 'America/Chicago'],
  ['cdt', 'America/Chicago'],
  ['mst', 'America/Denver'],
  ['mdt', 'America/Denver'],
  ['pst', 'America/Los_Angeles'],
  ['pdt', 'America/Los_Angeles'],
  ['pt', 'America/Los_Angeles'],
]);

const monthNames =
  'january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec';

/** What would change a window in a way that cannot be kept: then nothing of the text is one. */
const unreadable: readonly RegExp[] = [
  /\b(?:except|excluding|unless|outside|biweekly|bi-weekly|fortnight\w{0,2}|quarterly|yearly|annually)\b/i,
  /\bevery\s{1,4}(?:other|alternate|two|three|\d{1,3}(?:nd|rd|th)?)\s{1,4}(?:week|month|day|mon|tue|wed|thu|fri|sat|sun)/i,
  /\bevery\s{1,4}(?:second|third|fourth)\s{1,4}\w{2,10}(?!\s{1,4}of\b)(?!\w)/i,
  new RegExp(
    `\\b(?:${monthNames})\\.?\\s{1,4}\\d|\\d(?:st|nd|rd|th)?\\.?\\s{1,4}(?:of\\s{1,4})?(?:${monthNames})\\b`,
    'i',
  ),
  /\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b/,
  /\bnot\s{1,4}(?:on|during|between|from)\b/i,
];

/**
 * The time windows a text names ("Every Sunday 2-3 AM", "weekdays 9-17", "first Monday of the month 22:00-24:00",
 * "2026-01-05 22:00 to 2026-01-06 02:00", a cron line "for 1 hour"), and the text without them. A zone written beside
 * the hours counts for that window, else the cluster's. Nothing is guessed: a day without hours is no window unless "all day" is said.
 */
export function readWindows(text: string, clusterZone: string): { windows: Window[]; rest: string } | undefined {
  const zone = isZone(clusterZone) ? clusterZone : 'UTC';
  if (text.length > longest || !/\d|all day/i.test(text) || unreadable.some((pattern) => pattern.test(text)))
    return undefined;
  const windows: Window[] = [];
  const cron = readCron(text, zone);
  let left = text;
  if (cron) {
    windows.push(cron.window);
    left = cron.rest;
  }
  left = plainText(left);
  const tokens = splitTokens(left);
  const taken: Found[] = [];
  const kept: [number, number][] = [];
  for (let at = 0; at < tokens.length; ) {
    const found = readOnce(tokens, at, zone) ?? readRepeating(tokens, at, left);
    if (!found) {
      at++;
      continue;
    }
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

/** `dayless`: no day was written, so it is every day. */
type Found = { windows: Window[]; next: number; dayless?: boolean };

/** Hours without a day are every day only where no day, week, month or date stands elsewhere and few words do: else it would be a guess. */
function isWhole(taken: readonly Found[], rest: string): boolean {
  if (/\d{4}-\d{2}-\d{2}/.test(rest)) return false;
  if (!taken.some(({ dayless }) => dayless)) return true;
  const tokens = splitTokens(rest);
  if (tokens.filter(({ text }) => /^[a-z]/.test(text)).length > 3) return false;
  const named = tokens.some((_, at) => readDays(tokens, at) || word(tokens, at, 'week', 'weekly', 'month', 'monthly'));
  return !named && taken.every(({ dayless }) => dayless);
}

/** One form of dashes and of "a.m.". */
function plainText(text: string): string {
  return text.replace(/\b([ap])\.\s?m\b\.?/gi, '$1m').replace(/[–—‑]/g, '-');
}

/** Dates, times, numbers, names of zones ("Sat/Sun" is none), words and signs. */
const shape = new RegExp(
  '\\d{4}-\\d{2}-\\d{2}|\\d{1,2}:\\d{2}|\\d{1,8}|' +
    '(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc|US)/[a-z_+-]{2,40}(?:/[a-z_]{2,40})?|' +
    '[a-z]{1,60}|[^\\s]',
  'gi',
);

function splitTokens(text: string): Token[] {
  return [...text.matchAll(shape)].map((match) => ({
    text: match[0].toLowerCase(),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function readRepeating(tokens: readonly Token[], at: number, text: string): Found | undefined {
  return readDaysThenHours(tokens, at, text) ?? readHoursThenDays(tokens, at, text);
}

function readDaysThenHours(tokens: readonly Token[], at: number, text: string): Found | undefined {
  const read = readDays(tokens, at);
  if (!read) return undefined;
  let next = read.next;
  while (word(tokens, next, 'night', 'nights', 'morning', 'mornings', 'evening', 'evenings', 'afternoon', 's')) next++;
  const across = readAcrossDays(tokens, read.next, read.days);
  if (across) return { windows: [across.window], next: across.next };
  next = skipSubject(tokens, next);
  let windows: Window[] = [];
  for (;;) {
    const hours = readHours(tokens, next, true) ?? readFor(tokens, next, text);
    if (!hours) break;
    const zone = readZone(tokens, hours.next, text);
    windows.push(windowOf(read.days, hours, zone?.name));
    // "9-12 and 13-17 UTC": the zone is said once for all of them.
    if (zone?.name) windows = windows.map((window) => ({ ...window, zone: zone.name ?? '' }));
    next = zone?.next ?? hours.next;
    const again = word(tokens, next, 'and', ',', '&') ? next + 1 : undefined;
    if (again === undefined || !readHours(tokens, again, true)) break;
    next = again;
  }
  return windows.length > 0 ? { windows, next } : undefined;
}

/** "Nightly database backup 01:30-02:15": a few words may say what happens, where nothing else could begin. */
function skipSubject(tokens: readonly Token[], start: number): number {
  let at = start;
  while (
    at < start + 4 &&
    /^[a-z]{3,}$|^:$/.test(tokens[at]?.text ?? '') &&
    !stops.has(tokens[at]?.text ?? '') &&
    !readDays(tokens, at)
  )
    at++;
  return readHours(tokens, at, false) ? at : start;
}
const stops = new Set('and but not never only from between noon midnight all week month until till'.split(' '));

/** `Friday 22:00 to Monday 06:00`. */
function readAcrossDays(
  tokens: readonly Token[],
  at: number,
  days: Days,
): { window: Window; next: number } | undefined {
  if (days.repeats !== 'weekly' || days.days.length !== 1) return undefined;
  const from = readTimeOfDay(tokens, word(tokens, at, 'at', ',') ? at + 1 : at);
  if (!from || !word(tokens, from.next, 'to', '-', 'until', 'till', 'through')) return undefined;
  const last = dayOf(tokens[from.next + 1]);
  const to = readTimeOfDay(tokens, from.next + 2);
  if (last === undefined || !to) return undefined;
  const start = from.minutes;
  let end = ((last - (days.days[0] ?? 0) + 7) % 7) * 1440 + to.minutes;
  if (end <= start) end += 7 * 1440;
  return { window: windowOf(days, { start, end }), next: to.next };
}

/** `at 2 AM for 1 hour`. */
function readFor(tokens: readonly Token[], start: number, text: string): ReturnType<typeof readHours> {
  let at = start;
  while (word(tokens, at, 'at', ',', '(', 'from')) at++;
  const from = readTimeOfDay(tokens, at);
  if (!from || !word(tokens, from.next, 'for')) return undefined;
  const after = tokens[from.next]?.end ?? 0;
  const lasts = findDurations(text.slice(after, after + 60))[0];
  if (lasts?.start !== 1 || lasts.upper <= 0 || lasts.upper > 7 * dayLength) return undefined;
  let next = from.next + 1;
  while ((tokens[next]?.start ?? Number.POSITIVE_INFINITY) < after + lasts.end) next++;
  return { start: from.minutes, end: from.minutes + Math.round(lasts.upper / minute), next };
}

/** `2-3 AM every Sunday`; without any day, every day. */
function readHoursThenDays(tokens: readonly Token[], at: number, text: string): Found | undefined {
  const hours = readHours(tokens, at, false) ?? readHoursBeforeDay(tokens, at);
  if (!hours) return undefined;
  const zone = readZone(tokens, hours.next, text);
  const next = zone?.next ?? hours.next;
  const days = readDays(tokens, word(tokens, next, ',', '(') ? next + 1 : next);
  // A list that goes on with the hours of its own day ("2-3 AM, Sunday 4-5 AM") takes no day from there.
  const own = days && !readHours(tokens, days.next, true) ? days : undefined;
  const everyDay: Days = { repeats: 'weekly', days: [1, 2, 3, 4, 5, 6, 7] };
  const windows = [windowOf(own?.days ?? everyDay, hours, zone?.name)];
  return { windows, next: own?.next ?? next, dayless: own === undefined };
}

function readHoursBeforeDay(tokens: readonly Token[], at: number): ReturnType<typeof readHours> {
  const hours = readHours(tokens, at, true);
  return hours && readDays(tokens, hours.next) ? hours : undefined;
}

/** `UTC`, `(Europe/Berlin)`, `CET`; "local time" and "server time" are the cluster's. */
function readZone(tokens: readonly Token[], start: number, text: string): { name?: string; next: number } | undefined {
  const open = word(tokens, start, '(');
  const at = start + (open ? 1 : 0);
  const close = (next: number): number => next + (open && word(tokens, next, ')') ? 1 : 0);
  if (word(tokens, at, 'local', 'cluster', 'server') && word(tokens, at + 1, 'time')) return { next: close(at + 2) };
  const token = tokens[at];
  const named = zoneNames.get(token?.text ?? '');
  if (named) return { name: named, next: close(at + 1) };
  if (!token?.text.includes('/')) return undefined;
  const written = text.slice(token.start, token.end);
  return isZone(written) ? { name: written, next: close(at + 1) } : undefined;
}

/** Whether a name is a time zone of the IANA database. */
export function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

function windowOf(days: Days, { start, end }: { start: number; end: number }, zone?: string): Window {
  const says = `${sayDays(days)} ${sayTime(start)}-${sayTime(end)}${zone ? ` ${zone}` : ''}`;
  return { says, ...days, start, end, ...(zone && { zone }) };
}

/** `2026-01-05 22:00 to 2026-01-06 02:00`, `2026-01-05 22:00-23:30`, `2026-01-05 all day`, with `T` and `Z` too. */
function readOnce(tokens: readonly Token[], at: number, zone: string): Found | undefined {
  const date = readDate(tokens, at);
  if (!date) return undefined;
  const first = skip(tokens, at + 1, 't', ',', ':', 'at', 'from');
  const hours = word(tokens, first, 'all') || word(tokens, first, '(') ? readHours(tokens, first, true) : undefined;
  if (hours) return finishOnce(date, hours.start, date, hours.end, hours.next, zone, tokens);
  const from = readTimeOfDay(tokens, first);
  if (!from) return undefined;
  const fromZone = word(tokens, from.next, 'z', 'utc') ? from.next + 1 : from.next;
  if (!word(tokens, fromZone, 'to', '-', 'until', 'till', 'through')) return undefined;
  const lastDate = readDate(tokens, fromZone + 1);
  const second = lastDate ? skip(tokens, fromZone + 2, 't', ',', 'at') : fromZone + 1;
  const to = readTimeOfDay(tokens, second);
  if (!to) return undefined;
  const end = !lastDate && to.minutes <= from.minutes ? to.minutes + 1440 : to.minutes;
  return finishOnce(date, from.minutes, lastDate ?? date, end, to.next, fromZone > from.next ? 'UTC' : zone, tokens);
}

function finishOnce(
  first: Temporal.PlainDate,
  start: number,
  last: Temporal.PlainDate,
  end: number,
  at: number,
  zone: string,
  tokens: readonly Token[],
): Found | undefined {
  const named =
    zoneNames.get(tokens[at]?.text ?? '') ?? (isZone(tokens[at]?.text ?? '') ? tokens[at]?.text : undefined);
  const own = named ?? zone;
  const from = instantOf(first, start, own);
  const to = instantOf(last, end, own);
  if (to <= from) return undefined;
  const says = `${formatMoment(from, own)} to ${formatMoment(to, own)}`;
  return { windows: [{ says, repeats: 'once', from, to }], next: named ? at + 1 : at };
}

function instantOf(date: Temporal.PlainDate, minutes: number, zone: string): Millis {
  const days = Math.floor(minutes / 1440);
  const rest = minutes - days * 1440;
  const time = Temporal.PlainTime.from({ hour: Math.floor(rest / 60), minute: rest % 60 });
  return date.add({ days }).toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
}

function readDate(tokens: readonly Token[], at: number): Temporal.PlainDate | undefined {
  const text = tokens[at]?.text ?? '';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text);
  } catch {
    return undefined;
  }
}

function skip(tokens: readonly Token[], start: number, ...words: string[]): number {
  let at = start;
  while (word(tokens, at, ...words)) at++;
  return at;
}

/** `0 2 * * 0 for 1 hour`, also in backquotes or with "(cron)". */
function readCron(text: string, zone: string): { window: Window; rest: string } | undefined {
  const field = '[\\d*/,?L#A-Z-]{1,40}';
  const match = new RegExp(
    `(?<![^\\s\`"'(:])((?:${field}\\s{1,4}){4}${field})[\`"')]?\\s{0,4}(?:for|lasting|,|\\()?\\s{0,4}`,
    'i',
  ).exec(text);
  if (!match?.[1]?.includes('*')) return undefined;
  const after = match.index + match[0].length;
  const lasts = findDurations(text.slice(after, after + 60))[0];
  if (lasts?.start !== 0 || lasts.upper <= 0 || lasts.upper > 31 * dayLength) return undefined;
  try {
    new Cron(match[1], { paused: true, mode: '5-part', timezone: zone });
  } catch {
    return undefined;
  }
  const says = `cron ${match[1]} for ${text.slice(after, after + lasts.end)}`;
  const rest = `${text.slice(0, match.index)} ${text.slice(after + lasts.end)}`;
  return { window: { says, repeats: 'cron', cron: match[1], lasts: lasts.upper }, rest };
}
