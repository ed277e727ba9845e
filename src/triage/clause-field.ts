import type { Millis } from '../lib/clock.ts';

/** Those a clause speaks of: when each has been in its state for long enough, the first at the front. Made once for all questions. */
export type Field = {
  concerned: ReadonlySet<string>;
  due: readonly Millis[];
  /** Where in `due` each of those that are in the state is. */
  places: ReadonlyMap<string, number>;
};

/** A field without one of its members. */
export type Others = { concerned: number; due: readonly Millis[]; left: number | undefined };

export function makeField<T extends { key: string }>(
  concerned: readonly T[],
  dueAt: (one: T) => Millis | undefined,
): Field {
  const inState = concerned
    .flatMap((one) => {
      const at = dueAt(one);
      return at === undefined ? [] : [{ key: one.key, at }];
    })
    .sort((a, b) => a.at - b.at);
  return {
    concerned: new Set(concerned.map(({ key }) => key)),
    due: inState.map(({ at }) => at),
    places: new Map(inState.map(({ key }, place) => [key, place])),
  };
}

export function withoutOne({ concerned, due, places }: Field, key: string): Others {
  return { concerned: concerned.size - (concerned.has(key) ? 1 : 0), due, left: places.get(key) };
}

/** From when `count` of the others and the one itself (`own`) are in the state; undefined where there are not so many. */
export function dueOfEnough(count: number, own: Millis | undefined, { due, left }: Others): Millis | undefined {
  const at = (place: number): Millis | undefined => due[left !== undefined && place >= left ? place + 1 : place];
  if (own === undefined) return at(count - 1);
  const before = count > 1 ? at(count - 2) : Number.NEGATIVE_INFINITY;
  // With its own moment put in order among the others', the one at place `count`.
  return before === undefined ? undefined : Math.max(before, Math.min(own, at(count - 1) ?? own));
}
