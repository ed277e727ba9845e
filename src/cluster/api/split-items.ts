/** Bytes of JSON that matter here. */
const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

export type ItemSplitter = {
  push(chunk: Buffer): void;
  /** All that is not an item: the list with an empty `items`. Up to now. */
  rest(): string;
};

/**
 * Cuts a list of the API into its items while it comes, so that neither a whole page nor its text is ever in memory, and no parse
 * takes long. `onItems` gets the objects of the top-level `items` as JSON arrays, one for each chunk that ends some: V8 parses an
 * object much faster after one of the same shape. `onBegin` is called once where they begin. Knows of JSON only where strings and
 * brackets are: the arrays and the rest must still be parsed.
 */
export function splitItems(onItems: (json: string) => void, onBegin: () => void): ItemSplitter {
  const outside: Buffer[] = [];
  /** What came of an item that has not ended yet. */
  let begun: Buffer[] = [];
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** Between the brackets of `items`; its objects are at depth 2. */
  let inItems = false;

  const rest = (): string => Buffer.concat(outside).toString('utf8');

  const push = (chunk: Buffer): void => {
    let outsideFrom = 0;
    /** Where the first item of this chunk begins, the last one that ended ends, and the present one begins. */
    let first = inItems && depth > 2 ? 0 : -1;
    let ended = -1;
    let present = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (inString) {
        at = endOfString(chunk, at);
        inString = at < 0;
        if (inString) break;
        continue;
      }
      const byte = chunk[at];
      if (byte === quote) inString = true;
      else if (byte === openBrace || byte === openBracket) {
        if (inItems && depth === 2) {
          present = at;
          if (first < 0) first = at;
        }
        depth++;
        if (byte === openBracket && depth === 2 && !inItems) {
          outside.push(chunk.subarray(outsideFrom, at + 1));
          outsideFrom = at + 1;
          inItems = /"items"\s*:\s*\[$/.test(rest());
          if (inItems) onBegin();
        }
      } else if (byte === closeBrace || byte === closeBracket) {
        depth--;
        if (inItems && depth === 2) ended = at + 1;
        else if (inItems && depth === 1) {
          inItems = false;
          outsideFrom = at;
        }
      }
    }
    if (ended >= 0) {
      onItems(`[${Buffer.concat([...begun, chunk.subarray(first, ended)]).toString('utf8')}]`);
      begun = [];
    }
    if (!inItems) outside.push(chunk.subarray(outsideFrom));
    else if (depth > 2) begun.push(chunk.subarray(ended >= 0 || begun.length === 0 ? present : 0));
  };

  /** Where the quote stands that ends the string; -1 where it is in a later chunk. */
  const endOfString = (chunk: Buffer, start: number): number => {
    let at = start;
    if (escaped) {
      escaped = false;
      at++;
    }
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === quote) return at;
      if (byte === backslash) at++;
    }
    escaped = at > chunk.length;
    return -1;
  };
  return { push, rest };
}
