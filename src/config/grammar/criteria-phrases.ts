import type { CriteriaToken } from './criteria-tokens.ts';
import { fillers } from './criteria-words.ts';

/** The first token from `start` on that carries something. */
export function skipFillers(tokens: readonly CriteriaToken[], start: number): number {
  let at = start;
  while (fillers.has(tokens[at]?.text ?? '')) at++;
  return at;
}

/** The value whose phrase is the longest that stands at `at`. */
export function readLongest<T>(
  tokens: readonly CriteriaToken[],
  at: number,
  table: readonly (readonly [T, readonly string[]])[],
): { value: T; next: number } | undefined {
  let best: { value: T; next: number } | undefined;
  for (const [value, phrases] of table) {
    const next = readPhrase(tokens, at, phrases);
    if (next !== undefined && next > (best?.next ?? at)) best = { value, next };
  }
  return best;
}

/** The token after the longest of the phrases that stands at `at`. */
export function readPhrase(
  tokens: readonly CriteriaToken[],
  at: number,
  phrases: readonly string[],
): number | undefined {
  const first = tokens[at]?.text;
  if (first === undefined) return undefined;
  let best: number | undefined;
  for (const phrase of phrases) {
    if (!phrase.startsWith(first)) continue;
    const words = phrase.split(' ');
    if (words.every((word, index) => tokens[at + index]?.text === word)) best = Math.max(best ?? 0, at + words.length);
  }
  return best;
}
