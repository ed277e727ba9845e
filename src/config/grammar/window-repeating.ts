import { day as dayLength, minute } from '../../lib/clock.ts';
import type { Window } from '../revision.ts';
import { findDurations } from './duration.ts';
import { type Days, dayOf, readDays, sayDays, type Token, word } from './window-days.ts';
import { readHours, readTimeOfDay, sayTime } from './window-hours.ts';
import { readZone } from './window-zone.ts';

/** `dayless`: no day was written, so it is every day. */
export type Repeating = { windows: Window[]; next: number; dayless?: boolean };

/** Days with hours, or hours with days, that start at token `at`. */
export function readRepeating(tokens: readonly Token[], at: number, text: string): Repeating | undefined {
  return readDaysThenHours(tokens, at, text) ?? readHoursThenDays(tokens, at, text);
}

function readDaysThenHours(tokens: readonly Token[], at: number, text: string): Repeating | undefined {
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
function readHoursThenDays(tokens: readonly Token[], at: number, text: string): Repeating | undefined {
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

function windowOf(days: Days, { start, end }: { start: number; end: number }, zone?: string): Window {
  const says = `${sayDays(days)} ${sayTime(start)}-${sayTime(end)}${zone ? ` ${zone}` : ''}`;
  return { says, ...days, start, end, ...(zone && { zone }) };
}
