export type Percentiles = { p50: number; p99: number };

/** The value that half, and that 99 of 100, do not exceed; to a tenth. */
export function percentilesOf(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(10 * (sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN)) / 10;
  return { p50: at(0.5), p99: at(0.99) };
}
