/** Resolves as soon as the condition holds; rejects, naming it, when it does not within 30 s, for a machine that is busy. `meanwhile` is called between looks, to turn a clock. */
export async function waitFor(what: string, holds: () => boolean, meanwhile?: () => unknown): Promise<void> {
  const end = performance.now() + 30_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await meanwhile?.();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
