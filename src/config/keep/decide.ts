import { isError } from '../problems.ts';
import type { Problem, Revision } from '../revision.ts';
import type { Offer, Pin } from './keeper.ts';

/** What a compiled candidate is. `pinned`: a rollback holds this content back. */
export type Judged =
  | { is: 'refused'; problems: Problem[] }
  | { is: 'pinned' }
  | { is: 'same' }
  | { is: 'accepted'; problems: Problem[] };

/** Decides on a compiled candidate; the first rule that holds counts. Changes nothing. */
export function decideCandidate(candidate: {
  revision: Revision;
  offer: Offer;
  active: Revision;
  pin?: Pin | undefined;
  /** Asked last and only about content that would be put in force. */
  findHarm: () => Problem[];
}): Judged {
  const { revision, offer, active, pin } = candidate;
  const found = [...offer.problems, ...revision.problems];
  if (found.some((problem) => isError(problem) && !isConfirmable(problem))) return { is: 'refused', problems: found };
  const isConfirmed = Object.values(offer.halves).some(({ confirm }) => confirm === revision.id);
  // Only what an edit does itself is asked about: what is in force without it was confirmed before.
  const isKnown = ({ code, message }: Problem): boolean =>
    active.problems.some((known) => known.code === code && known.message === message);
  const problems = found.map((problem) => (isConfirmed || isKnown(problem) ? confirmed(problem) : problem));
  if (problems.some(isError)) return { is: 'refused', problems: [...problems, ...candidate.findHarm()] };
  if (revision.id === active.id) return { is: 'same' };
  if (pin && revision.id === pin.instead) return { is: 'pinned' };
  const harm = candidate.findHarm();
  return harm.some(isError)
    ? { is: 'refused', problems: [...harm, ...problems] }
    : { is: 'accepted', problems: [...problems, ...harm] };
}

/** An error of the compiler that is harm as well: whoever confirms the content has confirmed it. */
const isConfirmable = ({ code }: Problem): boolean => code === 'agent-missing';
const confirmed = (problem: Problem): Problem => (isConfirmable(problem) ? { ...problem, level: 'warning' } : problem);

/** The problems of a content that was accepted before: what had to be confirmed was. */
export const problemsOnceAccepted = ({ problems }: Pick<Revision, 'problems'>): Problem[] => problems.map(confirmed);

/** Refusals whose cause may pass by itself: the compiler ran out of time on a busy machine, or ended. */
const passing: readonly string[] = ['too-complex', 'compiler-failed'];

/** Whether the same content may fare better later. */
export function isPassing(problems: readonly Problem[]): boolean {
  const errors = problems.filter(isError);
  return errors.length > 0 && errors.every(({ code }) => passing.includes(code));
}
