import { Cron } from 'croner';
import { hour, type Millis } from '../../lib/clock.ts';
import type { Window } from '../revision.ts';

/** An opening of a window, from `opensAt` to before `closesAt`. */
export type Opening = { opensAt: Millis; closesAt: Millis };

/** A fifth Monday or a 31st comes at least once in this many days. */
const farthestDays = 400;

/** Openings that touch are one; a window that is open without end has no `closesAt`. */
const longestChain = 40;

/**
 * Whether a window is open at `now`. Closed: `opensAt` is its next opening, absent when there is none. Open: `closesAt`
 * is when it closes, absent when it never does. An hour skipped by daylight saving time starts at the gap's end; an hour that comes twice counts both.
 */
export function windowState(
  window: Window,
  zone: string,
  now: Millis,
): { open: boolean; opensAt?: Millis; closesAt?: Millis } {
  let closesAt: Millis | undefined;
  let chain = 0;
  for (const opening of openings(window, zone, now)) {
    if (closesAt === undefined) {
      if (opening.opensAt > now) return { open: false, opensAt: opening.opensAt };
      closesAt = opening.closesAt;
    } else if (opening.opensAt <= closesAt) {
      closesAt = Math.max(closesAt, opening.closesAt);
      if (++chain > longestChain) return { open: true };
    } else break;
  }
  return closesAt === undefined ? { open: false } : { open: true, closesAt };
}

/** The next openings that end after `now`, the current one included, at most `count`. */
export function nextWindows(window: Window, zone: string, now: Millis, count: number): Opening[] {
  const next: Opening[] = [];
  for (const opening of openings(window, zone, now)) {
    if (next.length >= count) break;
    next.push(opening);
  }
  return next;
}

/** Openings that end after `now`, in order. */
function* openings(window: Window, zone: string, now: Millis): Generator<Opening> {
  if (window.repeats === 'once') {
    if (window.to > now) yield { opensAt: window.from, closesAt: window.to };
  } else if (window.repeats === 'cron') {
    yield* cronOpenings(window.cron, window.lasts, window.zone ?? zone, now);
  } else {
    yield* dayOpenings(window, window.zone ?? zone, now);
  }
}

type DayWindow = Exclude<Window, { repeats: 'once' | 'cron' }>;

function* dayOpenings(window: DayWindow, zone: string, now: Millis): Generator<Opening> {
  const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(now)).toZonedDateTimeISO(zone).toPlainDate();
  // One day more than the window is long, for the day that daylight saving time makes shorter.
  const before = Math.ceil(window.end / 1440) + 1;
  for (let offset = -before; offset <= farthestDays; offset++) {
    const date = today.add({ days: offset });
    if (!isOnDay(window, date)) continue;
    const opening = openingOn(date, window, zone);
    if (opening.closesAt > now) yield opening;
  }
}

function isOnDay(window: DayWindow, date: Temporal.PlainDate): boolean {
  if (window.repeats === 'weekly') return window.days.includes(date.dayOfWeek);
  if (window.repeats === 'monthday')
    return window.dates.includes(date.day) || (date.day === date.daysInMonth && window.dates.includes(-1));
  if (date.dayOfWeek !== window.day) return false;
  return window.nth < 0 ? date.day > date.daysInMonth - 7 : Math.ceil(date.day / 7) === window.nth;
}

function openingOn(date: Temporal.PlainDate, { start, end }: DayWindow, zone: string): Opening {
  const opensAt = momentOf(date, start, zone, 'earlier');
  const closesAt = momentOf(date, end, zone, 'later');
  // Wholly inside the skipped hour: it starts at the gap's end and keeps its length.
  return { opensAt, closesAt: closesAt > opensAt ? closesAt : opensAt + ((end - start) / 60) * hour };
}

function momentOf(date: Temporal.PlainDate, minutes: number, zone: string, twice: 'earlier' | 'later'): Millis {
  const days = Math.floor(minutes / 1440);
  const rest = minutes - days * 1440;
  const local = date.add({ days }).toPlainDateTime({ hour: Math.floor(rest / 60), minute: rest % 60 });
  const before = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const skipped = !before.toPlainDateTime().equals(local);
  if (skipped) return (before.getTimeZoneTransition('next') ?? before).epochMilliseconds;
  return twice === 'earlier'
    ? before.epochMilliseconds
    : local.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
}

function* cronOpenings(pattern: string, lasts: Millis, zone: string, now: Millis): Generator<Opening> {
  const cron = cronOf(pattern, zone);
  let from = cron.nextRun(new Date(now - lasts));
  while (from) {
    yield { opensAt: from.getTime(), closesAt: from.getTime() + lasts };
    from = cron.nextRun(from);
  }
}

/** Parsing a pattern costs more than asking it; a configuration has a handful. */
const crons = new Map<string, Cron>();
const mostCrons = 100;

function cronOf(pattern: string, zone: string): Cron {
  const key = `${zone} ${pattern}`;
  const known = crons.get(key);
  if (known) return known;
  if (crons.size >= mostCrons) crons.clear();
  const cron = new Cron(pattern, { paused: true, mode: '5-part', timezone: zone });
  crons.set(key, cron);
  return cron;
}
