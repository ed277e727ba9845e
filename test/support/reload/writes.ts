import type { HalfName } from '../../../src/config/keep.ts';
import { type Kind, textsOf } from './contents.ts';

/** One half as somebody wrote it; `gone` is a deletion. `number` counts all writes and is its resourceVersion. */
export type Write = {
  half: HalfName;
  number: number;
  kind: Kind;
  texts: Readonly<Record<string, string>>;
  uid: string;
  annotations: Readonly<Record<string, string>>;
  /** What it says of itself, in an annotation or a comment. */
  bundle?: Said;
  confirm?: Said;
};
export type Said = { word: string; in: 'annotation' | 'comment' };

/** What was written into both ConfigMaps, in order. */
export type Writes = {
  all: Record<HalfName, Write[]>;
  last(half: HalfName): Write;
  write(half: HalfName, kind: Kind, more?: { isNew?: boolean; bundle?: Said; confirm?: Said }): Write;
  /** The same content as the last that was not deleted, perhaps with a confirmation. */
  again(half: HalfName, confirm?: Said): Write;
};

export function keepWrites(): Writes {
  let number = 0;
  const all: Record<HalfName, Write[]> = { orchestrator: [], agents: [] };
  const last = (half: HalfName): Write => {
    const found = all[half].at(-1);
    if (!found) throw new Error(`nothing was written into ${half}`);
    return found;
  };
  const put = (half: HalfName, kind: Kind, edition: number, more: Pick<Write, 'bundle' | 'confirm'>): Write => {
    number++;
    const said = Object.entries({ bundle: more.bundle, confirm: more.confirm });
    const comments = said.flatMap(([name, one]) => (one?.in === 'comment' ? [`${name}: ${one.word}`] : []));
    const annotations = said.flatMap(([name, one]) =>
      one?.in === 'annotation' ? [[`k8s-monitor.io/${name}`, one.word] as const] : [],
    );
    const one: Write = {
      half,
      number,
      kind,
      texts: textsOf(half, kind, edition, comments),
      uid: all[half].findLast(({ kind: before }) => before !== 'gone')?.uid ?? `${half}-0`,
      annotations: Object.fromEntries(annotations),
      ...(more.bundle && { bundle: more.bundle }),
      ...(more.confirm && { confirm: more.confirm }),
    };
    // A deleted object that is made anew is another one.
    const isReborn = all[half].at(-1)?.kind === 'gone' && kind !== 'gone';
    all[half].push(isReborn ? { ...one, uid: `${half}-${number}` } : one);
    editionOf.set(last(half), edition);
    return last(half);
  };
  const editionOf = new Map<Write, number>();
  return {
    all,
    last,
    write: (half, kind, { isNew, bundle, confirm } = {}) =>
      put(half, kind, isNew ? number + 1 : 0, { ...(bundle && { bundle }), ...(confirm && { confirm }) }),
    again(half, confirm) {
      const before = all[half].findLast(({ kind }) => kind !== 'gone') ?? last(half);
      const { bundle } = before;
      return put(half, before.kind, editionOf.get(before) ?? 0, {
        ...(bundle && { bundle }),
        ...(confirm && { confirm }),
      });
    },
  };
}
