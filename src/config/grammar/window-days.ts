import { nearestWord } from '../../lib/text.ts';

/** Which days a window is open on, before its hours are known. */
export type Days =
  | { repeats: 'weekly'; days: number[] }
  | { repeats: 'monthly'; nth: number; day: number }
  | { repeats: 'monthday'; dates: number[] };

/** A word or a sign of a text in lower case, with its offset. */
export type Token = { text: string; start: number; end: number };

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

const dayNumber = new Map<string, number>(
  dayNames.flatMap((name, index) => {
    const word = name.toLowerCase();
    const short = [word, `${word}s`, word.slice(0, 3)];
    const longer = { tuesday: ['tues'], wednesday: ['weds'], thursday: ['thur', 'thurs'] }[word] ?? [];
    return [...short, ...longer].map((form): [string, number] => [form, index + 1]);
  }),
);

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const workDays = [1, 2, 3, 4, 5];

/** Groups of days that have a name of their own. */
export const dayGroups: readonly (readonly [string, number[]])[] = [
  ['daily', everyDay],
  ['nightly', everyDay],
  ['every day', everyDay],
  ['each day', everyDay],
  ['every night', everyDay],
  ['each night', everyDay],
  ['every morning', everyDay],
  ['every evening', everyDay],
  ['weekdays', workDays],
  ['weekday', workDays],
  ['workdays', workDays],
  ['workday', workDays],
  ['working days', workDays],
  ['working day', workDays],
  ['business days', workDays],
  ['business day', workDays],
  ['weekends', [6, 7]],
  ['weekend', [6, 7]],
];

const groupWords = new Set(dayGroups.flatMap(([phrase]) => phrase.split(' ')));

/** `first Monday`: 1 to 5, or -1 for the last. */
export const ordinals = new Map<string, number>([
  ['first', 1],
  ['second', 2],
  ['third', 3],
  ['fourth', 4],
  ['fifth', 5],
  ['last', -1],
]);

/** The days that start at token `at`, and the token after them. */
export function readDays(tokens: readonly Token[], at: number): { days: Days; next: number } | undefined {
  const start = at + (word(tokens, at, 'every', 'each', 'on') ? 1 : 0);
  return (
    readGroup(tokens, at) ??
    readGroup(tokens, start) ??
    readNthDay(tokens, start) ??
    readDates(tokens, start) ??
    readNames(tokens, start)
  );
}

function readGroup(tokens: readonly Token[], at: number): { days: Days; next: number } | undefined {
  for (const [phrase, days] of dayGroups) {
    const words = phrase.split(' ');
    if (words.every((each, index) => word(tokens, at + index, each))) {
      return { days: { repeats: 'weekly', days }, next: at + words.length };
    }
  }
  return undefined;
}

function readNthDay(tokens: readonly Token[], start: number): { days: Days; next: number } | undefined {
  const at = start + (word(tokens, start, 'the') ? 1 : 0);
  const ordinal = readOrdinal(tokens, at);
  if (!ordinal) return undefined;
  const day = dayNumber.get(tokens[ordinal.next]?.text ?? '');
  if (day !== undefined) {
    const next = afterMonth(tokens, ordinal.next + 1) ?? ordinal.next + 1;
    return { days: { repeats: 'monthly', nth: ordinal.value, day }, next };
  }
  const afterDay = word(tokens, ordinal.next, 'day') ? afterMonth(tokens, ordinal.next + 1) : undefined;
  return afterDay === undefined ? undefined : { days: { repeats: 'monthday', dates: [ordinal.value] }, next: afterDay };
}

/** `1st of the month`, `1st and 15th of each month`, `monthly on the 1st`. */
function readDates(tokens: readonly Token[], start: number): { days: Days; next: number } | undefined {
  const monthly = word(tokens, start, 'monthly');
  let at = start + (monthly ? 1 : 0);
  while (word(tokens, at, 'on', 'the')) at++;
  const dates: number[] = [];
  while (dates.length < 31) {
    const date = readOrdinal(tokens, at);
    if (!date) break;
    dates.push(date.value);
    at = date.next;
    if (word(tokens, at, 'and', ',', '&')) at++;
    if (word(tokens, at, 'the')) at++;
  }
  if (dates.length === 0 || dates.some((date) => date > 31)) return undefined;
  const next = afterMonth(tokens, at) ?? (monthly ? at : undefined);
  return next === undefined ? undefined : { days: { repeats: 'monthday', dates }, next };
}

function readOrdinal(tokens: readonly Token[], at: number): { value: number; next: number } | undefined {
  const named = ordinals.get(tokens[at]?.text ?? '');
  if (named !== undefined) return { value: named, next: at + 1 };
  if (!/^\d{1,2}$/.test(tokens[at]?.text ?? '') || !word(tokens, at + 1, 'st', 'nd', 'rd', 'th')) return undefined;
  const value = Number(tokens[at]?.text);
  return value > 0 ? { value, next: at + 2 } : undefined;
}

/** The token after `of the month`, `of each month`, `in every month`, `monthly`. */
function afterMonth(tokens: readonly Token[], at: number): number | undefined {
  if (word(tokens, at, 'monthly')) return at + 1;
  let next = at;
  while (word(tokens, next, 'of', 'in', 'the', 'each', 'every', 'a')) next++;
  return next > at && word(tokens, next, 'month') ? next + 1 : undefined;
}

/** `Sunday`, `Mon-Fri`, `Tue, Thu and Sat`, `Monday through Wednesday and Friday`. */
function readNames(tokens: readonly Token[], start: number): { days: Days; next: number } | undefined {
  const days = new Set<number>();
  let at = start;
  let next = start;
  while (at < start + 40) {
    const from = dayNumber.get(tokens[at]?.text ?? '');
    if (from === undefined) break;
    const to = word(tokens, at + 1, '-', 'to', 'through', 'thru')
      ? dayNumber.get(tokens[at + 2]?.text ?? '')
      : undefined;
    for (let day = from; ; day = (day % 7) + 1) {
      days.add(day);
      if (day === (to ?? from)) break;
    }
    next = at + (to === undefined ? 1 : 3);
    at = next;
    while (word(tokens, at, ',', 'and', '&', '/', 'or', 'every', 'on')) at++;
  }
  if (days.size === 0) return undefined;
  return { days: { repeats: 'weekly', days: [...days].sort((a, b) => a - b) }, next };
}

/** The ISO number of the day named by a token. */
export function dayOf(token: Token | undefined): number | undefined {
  return dayNumber.get(token?.text ?? '');
}

const longNames = [...dayNames.map((name) => name.toLowerCase()), 'weekdays', 'weekends'];
/** Words of a letter or two less or more than the name of a day, and none. */
const noDays = new Set(['weekly', 'midday', 'sundry']);

/** Whether the token is the name of a day with a slip of the pen ("Wendesday"). */
export const isMisspeltDay = ({ text }: Token): boolean =>
  text.length > 5 &&
  text.length < 12 &&
  !dayNumber.has(text) &&
  !noDays.has(text) &&
  !groupWords.has(text) &&
  nearestWord(text, longNames, 2) !== undefined;

/** Whether the token is one of the words. */
export function word(tokens: readonly Token[], at: number, ...words: string[]): boolean {
  const token = tokens[at];
  return token !== undefined && words.includes(token.text);
}

/** The days in words: `every Sunday`, `weekdays`, `first Monday of the month`. */
export function sayDays(days: Days): string {
  if (days.repeats === 'monthly') return `${sayOrdinal(days.nth)} ${dayNames[days.day - 1]} of the month`;
  if (days.repeats === 'monthday') {
    if (days.dates.join() === '-1') return 'last day of the month';
    return `day ${days.dates.map((date) => (date < 0 ? 'last' : String(date))).join(' and ')} of the month`;
  }
  const key = days.days.join();
  if (key === everyDay.join()) return 'every day';
  if (key === workDays.join()) return 'Monday to Friday';
  return `every ${days.days.map((day) => dayNames[day - 1]).join(', ')}`;
}

function sayOrdinal(nth: number): string {
  for (const [name, value] of ordinals) if (value === nth) return name;
  return `${nth}th`;
}
