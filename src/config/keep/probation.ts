/** So many cycles in a row must fail under a revision before it is sent back. */
export const mostFailures = 2;

/** Counts the cycles that failed in a row under the present revision, and whether one has completed under it. */
export function watchProbation(): {
  failed(revision: string): number;
  completed(): void;
  begins(): void;
  isOn(): boolean;
} {
  let count = { revision: '', failures: 0 };
  let isProven = false;
  return {
    failed(revision) {
      count = { revision, failures: count.revision === revision ? count.failures + 1 : 1 };
      return count.failures;
    },
    completed() {
      count = { revision: '', failures: 0 };
      isProven = true;
    },
    begins() {
      count = { revision: '', failures: 0 };
      isProven = false;
    },
    isOn: () => !isProven,
  };
}
