import { type Clock, type Millis, second } from '../../lib/clock.ts';
import { problemOf } from '../problems.ts';
import type { Problem } from '../revision.ts';
import type { Offer, SplitPair } from './keeper.ts';

/** How long the other half may take. kubelet needs up to 91 s for a mounted one. */
export const pairWait: Millis = 120 * second;

/** The bundles that both halves name where they differ. A half without one is checked against the other as it is. */
export function findSplitPair(halves: Offer['halves']): SplitPair | undefined {
  const [orchestrator, agents] = [halves.orchestrator?.bundle, halves.agents?.bundle];
  if (orchestrator === undefined || agents === undefined || orchestrator === agents) return undefined;
  return { orchestrator, agents };
}

/** Why a pair is refused that nobody completed. */
export function pairProblem({ orchestrator, agents }: SplitPair): Problem {
  const seconds = pairWait / second;
  return problemOf('pair-incomplete', { file: 'CLAUDE.md', line: 1, column: 1 }, { orchestrator, agents, seconds });
}

/** How long the same two words have stood against each other; other words, or a whole pair between, begin anew. */
export function watchPair(
  clock: Clock,
  wait: Millis,
): { look(pair: SplitPair | undefined): { since: Millis; until: Millis; isNew: boolean } | undefined } {
  let last: { pair: SplitPair; since: Millis } | undefined;
  return {
    look(pair) {
      const isNew = !isSame(pair, last?.pair);
      if (isNew) last = pair && { pair, since: clock.now() };
      return last && { since: last.since, until: last.since + wait, isNew };
    },
  };
}

const isSame = (a: SplitPair | undefined, b: SplitPair | undefined): boolean =>
  a?.orchestrator === b?.orchestrator && a?.agents === b?.agents;
