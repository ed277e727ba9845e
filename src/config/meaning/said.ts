import { day, hour, type Millis, minute, second } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { count, oneLine } from '../../lib/text.ts';
import type { Priority, Severity } from '../revision.ts';

/** What a change does to the people on call. Changes that silence more are said first. */
export const weights = ['silences', 'wakes', 'rest'] as const;
export type Weight = (typeof weights)[number];

/** One change of meaning. `rank` orders those of the same weight: 0 is the gravest. */
export type Said = { weight: Weight; rank: number; says: string };

/** A part of a sentence about a thing whose name stands before it. */
export type Phrase = { weight: Weight; says: string };

/** Between grave and slight: what has neither a priority nor a severity. */
export const usualRank = 1;
const ranks: Record<Priority | Severity, number> = {
  P0: 0,
  P1: 1,
  P2: 2,
  P3: 3,
  'SEV-1': 0,
  'SEV-2': 1,
  'SEV-3': 2,
  'SEV-4': 3,
};
export const rankOf = (word: Priority | Severity): number => ranks[word];

/** A name as sentences show it. */
export const named = (name: string): string => `\`${oneLine(name, 60).replaceAll('`', "'")}\``;

const units: [Millis, string][] = [
  [day, 'day'],
  [hour, 'hour'],
  [minute, 'minute'],
  [second, 'second'],
];

/** `5 minutes`, `1 hour`. */
export function sayLength(length: Millis): string {
  const [unit, word] = units.find(([one]) => length > 0 && length % one === 0) ?? [1, 'millisecond'];
  return length === 0 ? '0 seconds' : count(length / unit, word);
}

/** Nobody reads larger numbers as a length. */
const mostOfUnit = 1000;

/** `2 -> 200 minutes`: both in the largest unit that fits both; `5 minutes -> 300 days` where they are too far apart for one. */
export function sayLengths(before: Millis, after: Millis): string {
  const unit = units.find(([one]) => before % one === 0 && after % one === 0);
  if (unit && Math.max(before, after) / unit[0] >= mostOfUnit && Math.min(before, after) > 0)
    return `${sayLength(before)} -> ${sayLength(after)}`;
  if (!unit) return `${sayPart(before)} -> ${sayPart(after)}`;
  return `${before / unit[0]} -> ${count(after / unit[0], unit[1])}`;
}

const sayPart = (length: Millis): string => (length % second === 0 ? formatDuration(length) : `${length}ms`);

/** A share 0-1 as `80 %`. */
export const sayShare = (share: number): string => `${Number((share * 100).toFixed(4))} %`;

/** The gravest of several. */
export const gravest = (phrases: readonly Phrase[]): Weight =>
  weights.find((weight) => phrases.some((phrase) => phrase.weight === weight)) ?? 'rest';
