import { findHarm } from '../meaning/find-harm.ts';
import { problemOf } from '../problems.ts';
import type { Revision, SourceFile } from '../revision.ts';
import { halfNames } from '../source/halves.ts';
import { decideCandidate, type Judged } from './decide.ts';
import { keyOfOffer } from './halves.ts';
import type { InForce, Offer, Pin } from './keeper.ts';

export type Judge = {
  compile: (files: SourceFile[]) => Promise<Revision>;
  /** Whether any service of a revision matches anything in the cluster; undefined while no cluster was seen. */
  matchesAnything?: (revision: Revision) => boolean | undefined;
};

/** Compiles what is offered and decides on it. Never rejects: a fault of ours is a refusal like any other. */
export async function judgeOffer(
  offer: Offer,
  { compile, matchesAnything }: Judge,
  standing: () => { inForce: InForce; pin: Pin | undefined },
): Promise<{ revision: Revision; judged: Judged }> {
  try {
    const revision = await compile(offer.files);
    const { inForce, pin } = standing();
    const active = inForce.revision;
    const confirmed = halfNames.map((half) => offer.halves[half]?.confirm).find((hash) => hash === revision.id);
    const harm = { ...(confirmed !== undefined && { confirmed }), ...(matchesAnything && { matchesAnything }) };
    const judged = decideCandidate({
      revision,
      offer,
      active,
      pin,
      // The built-in default guards nothing that could be lost.
      findHarm: () => (inForce.kind === 'default' ? [] : findHarm(active, revision, harm)),
    });
    return { revision, judged };
  } catch (error) {
    const word = error instanceof Error ? error.message : String(error);
    const problem = problemOf('compiler-failed', { file: 'CLAUDE.md', line: 1, column: 1 }, { word });
    const { revision: active } = standing().inForce;
    const revision = { ...active, id: keyOfOffer(offer).slice(0, 12), problems: [problem] };
    return { revision, judged: { is: 'refused', problems: [problem] } };
  }
}
