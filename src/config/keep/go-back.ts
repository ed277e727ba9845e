import { isError } from '../problems.ts';
import type { Revision, SourceFile } from '../revision.ts';
import { attempt } from './attempt.ts';
import { problemsOnceAccepted } from './decide.ts';
import type { Failure, InForce, KeptConfigurations, Offer, Saved } from './keeper.ts';

/** A content with what it compiles to, ready to be put in force. */
export type Ready = Offer & { revision: Revision };

/** So many kept revisions are tried where cycles fail under the present one. */
const mostTried = 3;

/** A kept revision as it can be put in force, or why it cannot. */
export async function loadSaved(
  saved: Saved | undefined,
  compile: (files: SourceFile[]) => Promise<Revision>,
): Promise<Ready | string> {
  if (!saved) return 'its content is not kept any more';
  const { files, from } = saved;
  const revision = await compile(files);
  const problems = problemsOnceAccepted(revision);
  const error = problems.find(isError);
  if (error) return `it does not compile any more: ${error.message}`;
  return { revision, files, problems, from, kind: 'saved', halves: {} };
}

/** The newest earlier revision under which the cycle completes that fails under this one. */
export async function findSurvivor(
  active: string,
  options: {
    previous: InForce | undefined;
    kept: KeptConfigurations | undefined;
    compile: (files: SourceFile[]) => Promise<Revision>;
    completes: Failure['completes'];
  },
): Promise<Ready | undefined> {
  const { previous, kept, compile, completes } = options;
  if (previous && previous.revision.id !== active && (await completes(previous.revision))) return previous;
  const older = attempt(() => kept?.newest().filter(({ id }) => id !== active)) ?? [];
  for (const saved of older.slice(0, mostTried)) {
    const back = await loadSaved(saved, compile);
    if (typeof back !== 'string' && (await completes(back.revision))) return back;
  }
  return undefined;
}
