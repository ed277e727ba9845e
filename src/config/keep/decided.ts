import { isPassing } from './decide.ts';
import { keyOfOffer } from './halves.ts';
import type { Decision, Offer } from './keeper.ts';

/** So many decisions are remembered: writers that fight go to and fro between a few contents. */
const mostRemembered = 32;

export type Decided = {
  find(offer: Offer): Decision | undefined;
  /** Keeps a decision that the same content would get again. */
  remember(offer: Offer, decision: Decision): void;
  forget(offer: Offer): void;
  /** Something else is in force: every content is judged anew. */
  clear(): void;
};

/** What was decided about contents under the revision in force, so that none is compiled twice. */
export function rememberDecided(): Decided {
  const known = new Map<string, Decision>();
  return {
    find: (offer) => known.get(keyOfOffer(offer)),
    remember(offer, decision) {
      if (!isFinal(decision)) return;
      if (known.size >= mostRemembered) known.clear();
      known.set(keyOfOffer(offer), decision.is === 'accepted' ? { ...decision, is: 'same' } : decision);
    },
    forget: (offer) => void known.delete(keyOfOffer(offer)),
    clear: () => known.clear(),
  };
}

const isFinal = (decision: Decision): boolean =>
  decision.is === 'refused'
    ? !isPassing(decision.refusal.problems)
    : decision.is !== 'waiting' && decision.is !== 'stopped';
