import { findDurations } from './duration.ts';

/** A piece of a criterion. `length` is a duration's shorter end in milliseconds. */
export type CriteriaToken = {
  kind: 'word' | 'number' | 'sign' | 'duration';
  text: string;
  start: number;
  end: number;
  length?: number;
};

/** A tail in parentheses that was dropped, with where it stood. */
export type DroppedTail = { text: string; start: number; end: number };

const shape = /\d+\b(?![-.]\w)|[\p{L}\d][\p{L}\d_.'’-]*[\p{L}\d]|[\p{L}\d]|>=|<=|[^\s]/giu;

/** Words, signs and durations of a criterion. Parentheses without a number are dropped, and `(was: ...)` always. */
export function splitCriteria(text: string): { tokens: CriteriaToken[]; dropped: DroppedTail[] } {
  const dropped: DroppedTail[] = [];
  const blank = (part: string): string => ' '.repeat(part.length);
  // Emphasis goes first, so that "**P0** services" is two words; blanks keep every offset.
  let plain = text.replace(/[*`“”"]|(?<!\w)_|_(?!\w)/g, ' ');
  plain = plain.replace(/\(([^()]{0,500})\)/g, (whole, inside: string, start: number) => {
    if (/\d/.test(inside) && !/^\s{0,4}(?:was|previously|formerly|before)\b/i.test(inside)) return ` ${inside} `;
    dropped.push({ text: text.slice(start, start + whole.length), start, end: start + whole.length });
    return blank(whole);
  });
  const durations = findDurations(plain);
  const tokens: CriteriaToken[] = durations.map(({ start, end, lower }) => ({
    kind: 'duration',
    text: plain.slice(start, end),
    start,
    end,
    length: lower,
  }));
  for (const { start, end } of durations)
    plain = plain.slice(0, start) + blank(plain.slice(start, end)) + plain.slice(end);
  for (const match of plain.matchAll(shape)) {
    const kind = /^\d+$/.test(match[0]) ? 'number' : /^[\p{L}\d]/u.test(match[0]) ? 'word' : 'sign';
    tokens.push({ kind, text: match[0].toLowerCase(), start: match.index, end: match.index + match[0].length });
  }
  return { tokens: tokens.sort((a, b) => a.start - b.start), dropped };
}
