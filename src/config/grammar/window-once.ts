import type { Millis } from '../../lib/clock.ts';
import { formatMoment } from '../../lib/duration.ts';
import type { Window } from '../revision.ts';
import { type Token, word } from './window-days.ts';
import { readHours, readTimeOfDay } from './window-hours.ts';
import { isZone, zoneNames } from './window-zone.ts';

/** `2026-01-05 22:00 to 2026-01-06 02:00`, `2026-01-05 22:00-23:30`, `2026-01-05 all day`, with `T` and `Z` too. */
export function readOnce(
  tokens: readonly Token[],
  at: number,
  zone: string,
): { windows: Window[]; next: number } | undefined {
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
): { windows: Window[]; next: number } | undefined {
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
