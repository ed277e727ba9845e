import type { Check } from '../finding.ts';

/** Every check, in the order in which findings are listed: what keeps a pod from starting first, what is only filling up last. */
export const checks: readonly Check[] = [];
