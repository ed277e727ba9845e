import { createHash } from 'node:crypto';

/** The first `length` hex digits of the SHA-256 of the parts, which are kept apart from each other. */
export function hashOf(parts: readonly string[], length = 12): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex').slice(0, length);
}
