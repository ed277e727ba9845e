/** Removes what could steer a terminal, a reader or a model: ANSI sequences, control, bidi and zero-width characters. Keeps tabs and line ends. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\s)\p{Cc}\[[0-9;?]*[ -/]*[@-~]/gu, '')
    .replace(/(?![\t\n])[\p{Cc}\p{Cf}]/gu, '');
}

/** One line of at most `most` characters, cut at the end with an ellipsis. */
export function oneLine(text: string, most: number): string {
  const flat = cleanText(text).replace(/\s+/g, ' ').trim();
  return flat.length <= most ? flat : `${flat.slice(0, most - 1)}…`;
}

/** One line of at most `most` characters that keeps both ends: runtimes say what they did first and what went wrong last. */
export function bothEnds(text: string, most: number): string {
  const flat = cleanText(text).replace(/\s+/g, ' ').trim();
  if (flat.length <= most) return flat;
  const head = Math.floor((most - 3) / 2);
  return `${flat.slice(0, head)} … ${flat.slice(flat.length - (most - 3 - head))}`;
}

/** `1 pod`, `3 pods`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`, and from the fourth on `a, b, c and 5 more`. */
export function listWords(words: readonly string[], most = 3): string {
  const shown = words.slice(0, words.length > most + 1 ? most : most + 1);
  const more = words.length - shown.length;
  const all = more > 0 ? [...shown, `${more} more`] : shown;
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all[all.length - 1]}`;
}

/** The nearest of `words` within `limit` slips (two, or a third of the word's length), for "did you mean". */
export function nearestWord(
  word: string,
  words: Iterable<string>,
  limit = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  let best: { word: string; slips: number } | undefined;
  for (const other of words) {
    const slips = slipsBetween(word.toLowerCase(), other.toLowerCase(), limit);
    if (slips <= limit && slips < (best?.slips ?? Number.POSITIVE_INFINITY)) best = { word: other, slips };
  }
  return best?.word;
}

/** How many letters differ, are missing or are too many; one more than `most` where it is more. What both begin and end with costs nothing. */
function slipsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const swap = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
    if (Math.min(...row) > most) return most + 1;
  }
  return row[right.length] ?? 0;
}
