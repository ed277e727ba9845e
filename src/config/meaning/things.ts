import { compareFields, type Fields } from './fields.ts';
import { gravest, type Phrase, type Said, type Weight } from './said.ts';

/** How things of one kind are told apart and spoken of. */
export type Kind<Thing> = {
  /** The same thing before and after the edit. */
  key: (thing: Thing) => string;
  fields: Fields<Thing>;
  rank: (thing: Thing) => number;
  added: { weight: Weight; says: (thing: Thing) => string };
  removed: { weight: Weight; says: (thing: Thing) => string };
  /** One sentence of what changed in a thing. */
  changed: (thing: Thing, phrases: readonly Phrase[], before: Thing) => string;
};

/** What was added, removed and changed, one sentence a thing. Order means nothing; of several with one name those that stayed alike are the same. */
export function compareThings<Thing extends object>(
  kind: Kind<Thing>,
  before: readonly Thing[],
  after: readonly Thing[],
): Said[] {
  const { key, fields, rank, added, removed, changed } = kind;
  const said: Said[] = [];
  const old = Map.groupBy(before, key);
  const now = Map.groupBy(after, key);
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const { gone, come } = withoutAlike(fields, old.get(name) ?? [], now.get(name) ?? []);
    const both = Math.min(gone.length, come.length);
    for (const [index, thing] of gone.entries()) {
      const next = come[index];
      if (next === undefined) {
        said.push({ weight: removed.weight, rank: rank(thing), says: removed.says(thing) });
        continue;
      }
      const phrases = compareFields(fields, thing, next);
      const graver = Math.min(rank(thing), rank(next));
      said.push({ weight: gravest(phrases), rank: graver, says: changed(next, phrases, thing) });
    }
    for (const thing of come.slice(both))
      said.push({ weight: added.weight, rank: rank(thing), says: added.says(thing) });
  }
  return said;
}

function withoutAlike<Thing extends object>(
  fields: Fields<Thing>,
  before: readonly Thing[],
  after: readonly Thing[],
): { gone: Thing[]; come: Thing[] } {
  const come = [...after];
  const gone = before.filter((thing) => {
    const same = come.findIndex((other) => compareFields(fields, thing, other).length === 0);
    if (same >= 0) come.splice(same, 1);
    return same < 0;
  });
  return { gone, come };
}

/** `NAME: PHRASE; PHRASE`. */
export const sayPhrases = (name: string, phrases: readonly Phrase[]): string =>
  `${name}: ${phrases.map(({ says }) => says).join('; ')}`;
