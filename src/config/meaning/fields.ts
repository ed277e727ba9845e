import type { Millis } from '../../lib/clock.ts';
import { type Phrase, sayLength, sayLengths, type Weight } from './said.ts';

/** How one field is compared: what is different in meaning, in words; nothing where it means the same. */
export type Field<Value> = (before: Value, after: Value) => Phrase[];

/** Every field of a thing has a row: what it says when it changes, or `nothing`. */
export type Fields<Thing> = { [Key in keyof Thing]-?: Field<Thing[Key]> };

/** Prose, positions and what only explains: it decides nothing. */
export const nothing = (): Phrase[] => [];

/** All that is different between two things, field by field. */
export function compareFields<Thing extends object>(fields: Fields<Thing>, before: Thing, after: Thing): Phrase[] {
  const phrases: Phrase[] = [];
  for (const key in fields) phrases.push(...fields[key](before[key], after[key]));
  return phrases;
}

/** Which way a growing value goes. */
export type Growth = 'silences' | 'wakes' | 'rest';
const turned: Record<Growth, Weight> = { silences: 'wakes', wakes: 'silences', rest: 'rest' };
const weighGrowth = (grows: Growth, before: number, after: number): Weight => (after > before ? grows : turned[grows]);

/** One value: `model sonnet -> haiku`. Two that are written alike are the same. */
export function value<Value>(
  word: string,
  says: (value: NonNullable<Value>) => string,
  { unset = 'none', weighs = () => 'rest' }: { unset?: string; weighs?: (before: Value, after: Value) => Weight } = {},
): Field<Value> {
  const say = (one: Value): string => (one === undefined || one === null ? unset : says(one));
  return (before, after) =>
    say(before) === say(after)
      ? []
      : [{ weight: weighs(before, after), says: `${word} ${say(before)} -> ${say(after)}`.trim() }];
}

/** A number: `restarts threshold 5 -> 10`. */
export const amount = (word: string, grows: Growth, says: (value: number) => string = String): Field<number> =>
  value(word, says, { weighs: (before, after) => weighGrowth(grows, before, after) });

/** A length of time: `max downtime 2 -> 10 minutes`. Without one it counts as `unsetAs`, where that is known. */
export function length(
  word: string,
  grows: Growth,
  { unset = 'none', unsetAs = 0 }: { unset?: string; unsetAs?: number } = {},
): Field<Millis | undefined> {
  const say = (one: Millis | undefined): string => (one === undefined ? unset : sayLength(one));
  return (before, after) => {
    if (before === after) return [];
    const step =
      before === undefined || after === undefined ? `${say(before)} -> ${say(after)}` : sayLengths(before, after);
    return [{ weight: weighGrowth(grows, before ?? unsetAs, after ?? unsetAs), says: `${word} ${step}` }];
  };
}

/** A list whose order means nothing: `tools Bash removed`, `dependency on orders added`. */
export function list<Member extends string>(word: string, grows: Growth): Field<readonly Member[]> {
  return (before, after) => {
    const removed = before.filter((one) => !after.includes(one));
    const added = after.filter((one) => !before.includes(one));
    const phrase = (names: readonly Member[], verb: string, weight: Weight): Phrase[] =>
      names.length === 0 ? [] : [{ weight, says: `${word} ${[...new Set(names)].join(', ')} ${verb}` }];
    return [...phrase(removed, 'removed', turned[grows]), ...phrase(added, 'added', grows)];
  };
}

/** Yes or no, in words of its own: `optional now`. */
export const flag =
  (on: string, off: string, grows: Growth): Field<boolean> =>
  (before, after) =>
    before === after ? [] : [{ weight: after ? grows : turned[grows], says: after ? on : off }];
