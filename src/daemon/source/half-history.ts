import type { HalfFacts, HalfName } from '../../config/keep.ts';
import type { SourceFile } from '../../config/revision.ts';
import { filesOfHalf, hashOfHalf } from '../../config/source/halves.ts';

/** One half with what it says of itself. */
export type HalfContent = { files: SourceFile[]; facts: HalfFacts };

/** Which contents of one half the API gave, so that mounted files, which are behind it, are not taken for something new. */
export type HalfHistory = {
  /** The API has this now. */
  give(files: readonly SourceFile[], facts: HalfFacts): void;
  /** The newest that the API gave; undefined while it gave none. */
  newest(): HalfContent | undefined;
  /** What mounted files hold: what the API gave last, what it had replaced, or what it never gave. */
  judge(files: readonly SourceFile[]): 'newest' | 'older' | 'new';
  /** The API answered after these files were read, and with something else: they are older. */
  markOlder(files: readonly SourceFile[]): void;
};

/** Somebody who edits all day makes fewer. */
const mostKept = 500;

export function keepHistory(half: HalfName): HalfHistory {
  let newest: (HalfContent & { hash: string }) | undefined;
  const older = new Set<string>();
  const addOlder = (hash: string): void => {
    older.delete(hash);
    older.add(hash);
    const [oldest] = older;
    if (older.size > mostKept && oldest !== undefined) older.delete(oldest);
  };
  return {
    give(all, facts) {
      const hash = hashOfHalf(all, half);
      if (hash === undefined) return;
      if (newest && newest.hash !== hash) addOlder(newest.hash);
      older.delete(hash);
      newest = { hash, files: filesOfHalf(all, half), facts };
    },
    newest: () => newest,
    judge(all) {
      const hash = hashOfHalf(all, half);
      if (hash === undefined || hash === newest?.hash) return hash === undefined ? 'new' : 'newest';
      return older.has(hash) ? 'older' : 'new';
    },
    markOlder(all) {
      const hash = hashOfHalf(all, half);
      if (hash !== undefined && newest && hash !== newest.hash) addOlder(hash);
    },
  };
}
