import type { HalfName } from '../../../src/config/keep.ts';
import type { Write } from './writes.ts';

/** What somebody wrote into both halves. */
export type Pair = Record<HalfName, Write>;
/** What is in force, as far as it is known: `default` is the built-in one. */
export type Known = Pair | 'default';

/** Content, not its number, and without its comments. */
const meaningOf = ({ texts }: Write): string => JSON.stringify(texts).replace(/\\n<!--[^>]*-->\\n/g, '');
export const isSameMeaning = (a: Write, b: Write): boolean => meaningOf(a) === meaningOf(b);
export const isSamePair = (a: Pair, b: Pair): boolean =>
  isSameMeaning(a.orchestrator, b.orchestrator) && isSameMeaning(a.agents, b.agents);

const halves: readonly HalfName[] = ['orchestrator', 'agents'];
const invalid: readonly string[] = ['broken', 'bytes', 'empty', 'gone'];

/** The halves that must not take effect beside `active`, in the words of the promise and not of the code. */
export function findBad(wanted: Pair, active: Known, idOf: (pair: Pair) => string): HalfName[] {
  const id = halves.every((half) => !invalid.includes(wanted[half].kind)) ? idOf(wanted) : '';
  const isConfirmed = halves.some((half) => wanted[half].confirm?.word === id);
  return halves.filter((half) => {
    const { kind } = wanted[half];
    if (invalid.includes(kind)) return true;
    if (isConfirmed) return false;
    // What is so already is not asked about again.
    if (active !== 'default' && active[half].kind === kind) return false;
    return kind === 'lacking' || (kind === 'quiet' && active !== 'default');
  });
}

/** Two halves that name different bundles. */
export const isSplit = ({ orchestrator, agents }: Pair): boolean =>
  orchestrator.bundle !== undefined && agents.bundle !== undefined && orchestrator.bundle.word !== agents.bundle.word;

/** What is in force in the end where the API has `wanted`, nothing else happens, and `active` is in force now. */
export function expectAfter(wanted: Pair, active: Known, isPinned: boolean, idOf: (pair: Pair) => string): Known {
  if (isSplit(wanted)) return active;
  const bad = findBad(wanted, active, idOf);
  if (bad.length === 0) return wanted;
  const good = halves.find((half) => !bad.includes(half));
  const isBundle = halves.every((half) => wanted[half].bundle !== undefined);
  if (good === undefined || isBundle || isPinned || active === 'default') return active;
  const mixed = { ...active, [good]: wanted[good] };
  return isSplit(mixed) || findBad(mixed, active, idOf).length > 0 ? active : mixed;
}
