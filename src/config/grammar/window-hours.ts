import { type Token, word } from './window-days.ts';

/** Minutes of the local day; an end beyond 1440 is on a later day. */
export type Hours = { start: number; end: number; next: number };

type Time = { minutes: number; half?: 'am' | 'pm'; bare: boolean; next: number };

const namedTimes = new Map([
  ['noon', 720],
  ['midday', 720],
  ['midnight', 0],
]);

/**
 * The hours that start at token `at`: `2-3 AM`, `02:00-03:00`, `9 AM to 5 PM`, `22:00 - 24:00`, `all day`.
 * Plain numbers (`9-17`) count only beside a day (`besideDay`). An end at or before the start is on the next day.
 */
export function readHours(tokens: readonly Token[], start: number, besideDay: boolean): Hours | undefined {
  let at = start;
  // No sentence has more of them in a row.
  while (at < start + 6 && word(tokens, at, 'from', 'between', 'at', '(', ',', ':', 'the', 'hours', 'during')) at++;
  if (word(tokens, at, 'all') && word(tokens, at + 1, 'day')) return { start: 0, end: 1440, next: at + 2 };
  const from = readTime(tokens, at);
  if (!from || !word(tokens, from.next, '-', 'to', 'and', 'until', 'till', 'through')) return undefined;
  const to = readTime(tokens, from.next + 1);
  if (!to || (from.bare && to.bare && !besideDay)) return undefined;
  // "2-3 AM" says AM once for both; "10-2 AM" means 10 PM, because a window is the shorter reading.
  const half = from.half ?? to.half;
  let first = withHalf(from, half);
  const last = withHalf(to, to.half);
  if (from.half === undefined && to.half !== undefined && first > last)
    first = withHalf(from, to.half === 'am' ? 'pm' : 'am');
  if (first === undefined || last === undefined || first >= 1440) return undefined;
  return { start: first, end: last <= first ? last + 1440 : last, next: to.next };
}

/** One moment of the day at token `at`. */
export function readTimeOfDay(tokens: readonly Token[], at: number): { minutes: number; next: number } | undefined {
  const time = readTime(tokens, at);
  if (!time || (time.bare && time.half === undefined)) return undefined;
  return { minutes: withHalf(time, time.half), next: time.next };
}

function readTime(tokens: readonly Token[], at: number): Time | undefined {
  const text = tokens[at]?.text ?? '';
  const named = namedTimes.get(text);
  if (named !== undefined) return { minutes: named, bare: false, next: at + 1 };
  const match = /^(\d{1,2})(?::(\d{2}))?$/.exec(text);
  if (!match) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2] ?? 0);
  if (minutes > 1440 || Number(match[2] ?? 0) > 59) return undefined;
  const half = halfOf(tokens[at + 1]?.text);
  if (half && (minutes >= 13 * 60 || minutes < 60)) return undefined;
  return { minutes, bare: match[2] === undefined && !half, next: at + (half ? 2 : 1), ...(half && { half }) };
}

function halfOf(text: string | undefined): 'am' | 'pm' | undefined {
  return text === 'am' || text === 'pm' ? text : undefined;
}

function withHalf(time: Time, half: 'am' | 'pm' | undefined): number {
  if (half === undefined || time.minutes >= 13 * 60) return time.minutes;
  return (time.minutes % 720) + (half === 'pm' ? 720 : 0);
}

/** `90` is `01:30`, `1500` is `01:00 next day`. */
export function sayTime(minutes: number): string {
  const days = minutes > 1440 ? Math.floor(minutes / 1440) : 0;
  const rest = minutes - days * 1440;
  const time = `${String(Math.floor(rest / 60)).padStart(2, '0')}:${String(rest % 60).padStart(2, '0')}`;
  return days === 0 ? time : days === 1 ? `${time} next day` : `${time} ${days} days later`;
}
