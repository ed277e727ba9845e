import type { CustomResult, ProbeResult } from '../cluster/beside.ts';

type Beside = { customResults: readonly CustomResult[]; probes: readonly ProbeResult[] };

/** What checks beside the cycles last found, with what those found that have no result any more: an edit that took a check out may be told in this cycle. */
export function makeResultsBeside(read: () => Beside): () => Beside {
  let last: Beside = { customResults: [], probes: [] };
  return () => {
    const now = read();
    const both = {
      customResults: withGone(now.customResults, last.customResults, ({ name }) => name),
      probes: withGone(now.probes, last.probes, ({ service }) => service),
    };
    last = now;
    return both;
  };
}

function withGone<Result>(now: readonly Result[], last: readonly Result[], nameOf: (one: Result) => string): Result[] {
  const known = new Set(now.map(nameOf));
  return [...now, ...last.filter((one) => !known.has(nameOf(one)))];
}
