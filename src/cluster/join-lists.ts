import { addProjected, type ListName, type Projected } from './project/index.ts';
import { emptySnapshot, type Snapshot } from './snapshot.ts';

type Items = { [L in ListName]: Snapshot[L][number] };
/** The object lists of a snapshot. */
export type Lists = { [L in ListName]: Items[L][] };

/** The lists that these objects fill; all others are empty. */
export function listsOf(objects: Iterable<Projected>): Lists {
  const snapshot = emptySnapshot(0, { id: '', name: '' });
  for (const object of objects) addProjected(snapshot, object);
  return pick(snapshot);
}

/** Puts the lists of several sources together. A list that comes from one part only is that very array; so is one whose parts are those of `before`. */
export function joinLists(parts: readonly Lists[], before?: { parts: readonly Lists[]; joined: Lists }): Lists {
  const joined = pick(emptySnapshot(0, { id: '', name: '' }));
  for (const list of Object.keys(joined) as ListName[]) joinOne(list, parts, before, joined);
  return joined;
}

function joinOne<L extends ListName>(
  list: L,
  parts: readonly Lists[],
  before: { parts: readonly Lists[]; joined: Lists } | undefined,
  into: Lists,
): void {
  const filled: Lists[L][] = [];
  for (const part of parts) if (part[list].length > 0) filled.push(part[list]);
  if (before) {
    const old = before.parts.filter((part) => part[list].length > 0);
    if (old.length === filled.length && old.every((part, index) => part[list] === filled[index])) {
      into[list] = before.joined[list];
      return;
    }
  }
  const only = filled.length === 1 ? filled[0] : undefined;
  if (only) into[list] = only;
  else for (const part of filled) for (const object of part) into[list].push(object);
}

function pick({
  at: _at,
  cluster: _c,
  coverage: _co,
  dropped: _d,
  logs: _l,
  volumeUsage: _v,
  ...lists
}: Snapshot): Lists {
  return lists;
}
