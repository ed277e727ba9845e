/** What comes of it, undefined where it throws: a record that cannot be read or written never holds up a reload. */
export function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
