import { hashOf } from '../../lib/hash.ts';
import type { Problem, SourceFile } from '../revision.ts';
import { filesOfHalf, halfNames, halfOf } from '../source/halves.ts';
import type { HalfName, Offer } from './keeper.ts';
import { findSplitPair } from './pair.ts';

/** Which half a problem is about: the one that holds its file, else the one that its file's name tells of. */
export function halfOfProblem({ file }: Pick<Problem, 'file'>, files: readonly SourceFile[]): HalfName {
  const found = files.find((one) => one.file === file);
  return found ? halfOf(found) : file.endsWith('CLAUDE.md') ? 'orchestrator' : 'agents';
}

/** The halves whose files differ, comments included: who writes one has edited. */
export function findChangedHalves(before: readonly SourceFile[], after: readonly SourceFile[]): HalfName[] {
  const contentOf = (files: readonly SourceFile[], half: HalfName): string =>
    hashOf(
      filesOfHalf(files, half)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap(({ name, text }) => [name, text]),
    );
  return halfNames.filter((half) => contentOf(before, half) !== contentOf(after, half));
}

/**
 * What is offered of the half without errors, with the other half as it is in force. Undefined where both have errors, where
 * they are one change (the same bundle), where the good half is no edit, and where the two would be of different bundles.
 */
export function mixHalves(offer: Offer, inForce: Offer, errors: readonly Problem[]): Offer | undefined {
  const bad = new Set(errors.map((problem) => halfOfProblem(problem, offer.files)));
  const good = halfNames.find((half) => !bad.has(half));
  const { orchestrator, agents } = offer.halves;
  const isBundle = orchestrator?.bundle !== undefined && agents?.bundle !== undefined;
  if (good === undefined || isBundle || !findChangedHalves(inForce.files, offer.files).includes(good)) return undefined;
  const other = good === 'agents' ? 'orchestrator' : 'agents';
  const [own, kept] = [offer.halves[good], inForce.halves[other]];
  const halves = { ...(own && { [good]: own }), ...(kept && { [other]: kept }) };
  if (findSplitPair(halves)) return undefined;
  return {
    ...offer,
    files: halfNames.flatMap((half) => filesOfHalf((half === good ? offer : inForce).files, half)),
    problems: offer.problems.filter((problem) => halfOfProblem(problem, offer.files) === good),
    halves,
  };
}

/** Tells offers apart by all that a decision about them rests on: every byte, what could not be read, what the halves ask for. */
export function keyOfOffer({ files, problems, halves }: Pick<Offer, 'files' | 'problems' | 'halves'>): string {
  const asked = halfNames.flatMap((half) => [halves[half]?.bundle ?? '', halves[half]?.confirm ?? '']);
  return hashOf(
    [...files.flatMap(({ file, name, role, text }) => [file, name, role, text]), JSON.stringify(problems), ...asked],
    32,
  );
}

/** Who made an edit: the managers of the halves that changed. */
export function findAuthor(halves: Offer['halves'], changed: readonly HalfName[]): string | undefined {
  const authors = new Set(changed.flatMap((half) => halves[half]?.author ?? []));
  return authors.size > 0 ? [...authors].join(', ') : undefined;
}
