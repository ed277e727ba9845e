import { day, hour, type Millis, minute, second } from '../../lib/clock.ts';
import { someIn, wordSet, wordsIn } from './words-in.ts';

/** The units people write, longest length first; the first word of a row is the one messages use. */
export const units: readonly (readonly [Millis, readonly string[]])[] = [
  [7 * day, ['weeks', 'week', 'wks', 'wk', 'w']],
  [day, ['days', 'day', 'd']],
  [hour, ['hours', 'hour', 'hrs', 'hr', 'h']],
  [minute, ['minutes', 'minute', 'mins', 'min', 'm']],
  [second, ['seconds', 'second', 'secs', 'sec', 's']],
];

/** Number words in durations: "an hour", "ten minutes". */
export const numberWords: readonly (readonly [string, number])[] = [
  ['three quarters of an', 0.75],
  ['a quarter of an', 0.25],
  ['quarter of an', 0.25],
  ['quarter', 0.25],
  ['half an', 0.5],
  ['half a', 0.5],
  ['an', 1],
  ['a', 1],
  ['one', 1],
  ['two', 2],
  ['three', 3],
  ['four', 4],
  ['five', 5],
  ['six', 6],
  ['ten', 10],
  ['fifteen', 15],
  ['twenty', 20],
  ['thirty', 30],
  ['sixty', 60],
];

/** What may stand before a duration and belongs to it; it does not change the length. */
export const comparators = [
  '>=',
  '<=',
  '≥',
  '≤',
  '>',
  '<',
  '~',
  'at least',
  'at most',
  'more than',
  'less than',
  'longer than',
  'no more than',
  'greater than',
  'over',
  'under',
  'above',
  'beyond',
  'up to',
  'within',
  'about',
  'around',
  'approximately',
  'approx.',
  'between',
  'exceeding',
] as const;

const unitOf = new Map(units.flatMap(([length, words]) => words.map((word) => [word, length] as const)));
const numberOf = new Map(numberWords);
const alternatives = (words: Iterable<string>): string =>
  [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[.+*?]/g, '\\$&').replaceAll(' ', '\\s{1,4}'))
    .join('|');

const unit = `(?:${alternatives(unitOf.keys())})(?!\\p{L})`;
const amount = `(?:\\d{1,6}(?:\\.\\d{1,3})?|(?:${alternatives(numberOf.keys())})(?=[\\s-]))`;
// Every repetition is bounded, so that no text makes the search slow.
const single = `(${amount})(?:\\s{0,4}\\+)?[\\s-]{0,4}(${unit})`;
const compound = `${single}((?:(?:\\s{0,4}|\\s{1,4}and\\s{1,4})\\d{1,6}\\s{0,4}${unit}){0,3})`;
const duration = new RegExp(
  `(?:(?:${alternatives(comparators)})\\s{0,4})?(?<![\\p{L}\\d.:])(?:(${amount})\\s{0,4}(?:-|–|—|to\\s|and\\s)\\s{0,4})?${compound}(?:\\s{0,4}(?:-|–|—|to\\s)\\s{0,4}${compound})?`,
  'giu',
);
const part = new RegExp(`(\\d{1,6})\\s{0,4}(${unit})`, 'giu');
const vague = new RegExp(
  `(?<![\\p{L}\\d])(?:(?:a\\s{1,4}few|few|several|some|a\\s{1,4}couple\\s{1,4}of|many)\\s{1,4}${unit}|(?:${alternatives([...unitOf.keys()].filter((word) => word.length > 3))})\\s{1,4}(?:to|or|-|–)\\s{1,4}${unit})`,
  'iu',
);

const vagueWords = wordSet('few several some couple many');

/** Words that name no length are a few words, or two units ("hours to days"). */
function isPerhapsVague(text: string): boolean {
  const words = wordsIn(text);
  return someIn(words, vagueWords) || words.filter((word) => unitOf.has(word)).length > 1;
}

/** A duration as it stands in a text. Offsets count from the start of the text. */
export type FoundDuration = { start: number; end: number; lower: Millis; upper: Millis };

/** A sign before a length makes it none: "-10 minutes". Behind a word or a number it is a hyphen, and with a space behind it a dash. */
const negative = /(?:^|[\s:(=<>~])[-−–]$|(?<!\p{L})(?:minus|negative)\s{1,4}$/iu;

/** Whether a text holds a number below zero. */
export const isNegative = (text: string): boolean =>
  /(?:^|[:(=<>~]|(?<![\d%])\s)[-−–]\.?\d|(?<!\p{L})(?:minus|negative)\s{1,4}\d/iu.test(text);

/** All readable durations of a text, in its order. */
export function findDurations(text: string): FoundDuration[] {
  // Without a digit it takes a number and a unit in words.
  if (!/\d/.test(text) && !wordsIn(text).some((word) => unitOf.has(word))) return [];
  return [...text.matchAll(duration)].flatMap((match) => {
    if (negative.test(text.slice(Math.max(0, match.index - 20), match.index))) return [];
    const [whole, from, value, valueUnit, more, toValue, toUnit, toMore] = match;
    const first = lengthOf(value, valueUnit, more);
    const lower = from === undefined ? first : lengthOf(from, valueUnit, '');
    const upper = toValue === undefined ? first : lengthOf(toValue, toUnit, toMore);
    return [
      {
        start: match.index,
        end: match.index + whole.length,
        lower: Math.min(lower, upper),
        upper: Math.max(lower, upper),
      },
    ];
  });
}

/**
 * The first duration in a text and the text without it. Of a range ("5-15 min") the asked end is taken: lower for a
 * downtime, upper for a grace or a delay. Words that name no length ("hours to days") come back as `vague`.
 */
export function readDuration(
  text: string,
  end: 'lower' | 'upper',
): { length: Millis; rest: string } | { vague: string } | undefined {
  const hazy = isPerhapsVague(text) ? vague.exec(text) : null;
  const found = findDurations(text)[0];
  if (hazy && (!found || hazy.index <= found.start)) return { vague: hazy[0] };
  if (!found) return undefined;
  const rest = `${text.slice(0, found.start)} ${text.slice(found.end)}`.replace(/\s+/g, ' ').trim();
  return { length: found[end], rest };
}

function lengthOf(value = '', unitWord = '', more = ''): Millis {
  let length = numberFrom(value) * (unitOf.get(unitWord.toLowerCase()) ?? 0);
  for (const [, next = '', nextUnit = ''] of more.matchAll(part)) {
    length += Number(next) * (unitOf.get(nextUnit.toLowerCase()) ?? 0);
  }
  return Math.round(length);
}

function numberFrom(value: string): number {
  return numberOf.get(value.toLowerCase().replace(/\s+/g, ' ')) ?? Number(value);
}
