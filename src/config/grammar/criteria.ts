import { oneLine } from '../../lib/text.ts';
import type { Clause, Position } from '../revision.ts';
import { type ClauseParts, readClause, readSubjectAlone } from './criteria-clause.ts';
import { droppedNote, refusedNote } from './criteria-notes.ts';
import { type CriteriaToken, splitCriteria } from './criteria-tokens.ts';
import type { CriteriaNote } from './note.ts';

export type { CriteriaNote } from './note.ts';

/** A criterion is a line; this is far more. */
const longest = 2000;
/** After so many clauses that cannot be read the text is something else. */
const mostRefusals = 12;
const tooLong: CriteriaNote = {
  level: 'error',
  code: 'criteria-too-long',
  message: 'The criteria are too long to be read.',
  cure: 'Write one condition for each bullet.',
  column: 0,
};

/** An OR in brackets with an AND beside it: without the brackets it would mean something else. */
const bracketedOr =
  /\([^()]{0,300}\bor\b[^()]{0,300}\)\s{0,4}(?:and\b|&)|(?:\band|&)\s{0,4}\([^()]{0,300}\bor\b[^()]{0,300}\)/i;

function refuseBrackets(text: string): CriteriaNote | undefined {
  const found = bracketedOr.exec(text);
  return found
    ? {
        level: 'error',
        code: 'criteria-unreadable',
        message: `"${oneLine(found[0], 80)}" mixes AND with an OR in brackets, which is not read.`,
        cure: 'Write one bullet for each alternative, for example `P0 down and any node not ready`.',
        column: found.index,
      }
    : undefined;
}

/**
 * Reads a severity's criteria: `clause (OR | "," | ";" clause)*`, with AND inside a group. `groups` is an OR of ANDs.
 * What looks like a rule and cannot be read is an error note whose cure names the nearest readable form; words without any sign of a rule
 * are guidance, with a warning. A group is kept whole or not at all.
 */
export function readCriteria(
  written: string,
  known: { services: readonly string[] },
  at: Position,
): { groups: Clause[][]; notes: CriteriaNote[] } {
  // "and/or" is OR; what stands behind keeps its place.
  const text = written.replace(/\band\s{0,2}\/\s{0,2}or\b/gi, (both) => 'or'.padStart(both.length));
  if (/^\W{0,8}guidance\b\W{0,4}:/i.test(text)) return { groups: [], notes: [] };
  if (text.length > longest) return { groups: [], notes: [tooLong] };
  const brackets = refuseBrackets(text);
  if (brackets) return { groups: [], notes: [brackets] };
  const names = new Map(known.services.map((name) => [name.toLowerCase(), name] as const));
  const { tokens, dropped } = splitCriteria(text);
  const notes: CriteriaNote[] = dropped.map((tail) => droppedNote(tail.text, tail.start));
  const groups: Clause[][] = [];
  let group: Clause[] | undefined = [];
  let before: ClauseParts | undefined;
  let waiting: Waiting[] = [];
  let joinedByAnd = false;
  let refusals = 0;
  const endGroup = (): void => {
    if (group && group.length > 0) groups.push(group);
    group = [];
  };
  const refuse = (from: number, end: number, partOfAnd: boolean, forSure = false): void => {
    refusals++;
    notes.push(
      refusedNote(
        tokens.slice(from, end),
        writtenAt(from, end),
        tokens[from]?.start ?? 0,
        known.services,
        partOfAnd,
        forSure,
      ),
    );
    // Half of an AND would fire more often than what was written.
    if (partOfAnd) group = undefined;
  };
  const writtenAt = (from: number, end: number): string => {
    const start = tokens[from]?.start ?? 0;
    const written = text
      .slice(start, tokens[end - 1]?.end ?? text.length)
      .replace(/[*`]+/g, '')
      .trim();
    return written.includes('(') && !written.includes(')') ? `${written})` : written;
  };
  const positionOf = (from: number): Position => ({ ...at, column: at.column + (tokens[from]?.start ?? 0) });

  for (let next = takeSeparators(tokens, 0).next; next < tokens.length; ) {
    if (refusals > mostRefusals) return { groups: [], notes: [...notes, tooLong] };
    const alone = readSubjectAlone(tokens, next, names);
    const read = alone ? undefined : readClause(tokens, next, names, before);
    const end = alone?.next ?? read?.next ?? endOfFragment(tokens, next);
    const separators = takeSeparators(tokens, end);
    if (alone && separators.next < tokens.length) {
      waiting.push({ ...alone, from: next, end, and: separators.and });
    } else if (read && (waiting.length === 0 || read.own)) {
      // "nodes, ingress controller or data layer down": one state for the whole list, tied by its last word.
      const all = waiting[waiting.length - 1]?.and ?? false;
      for (const { quantifier, subject, from } of waiting) {
        group?.push({ ...read.parts, quantifier, subject, text: writtenAt(from, end), at: positionOf(from) });
        if (!all) endGroup();
      }
      waiting = [];
      before = read.parts;
      if (read.tails.length > 0)
        notes.push(droppedNote(read.tails.map((token) => token.text).join(' '), read.tails[0]?.start ?? 0));
      group?.push({ ...read.parts, text: writtenAt(next, end), at: positionOf(next) });
    } else {
      const from = waiting[0]?.from ?? next;
      refuse(from, end, joinedByAnd || separators.and, waiting.length > 0);
      waiting = [];
    }
    next = separators.next;
    if (waiting.length > 0) continue;
    joinedByAnd = separators.and;
    if (!separators.and) endGroup();
  }
  if (waiting.length > 0) refuse(waiting[0]?.from ?? 0, tokens.length, joinedByAnd, true);
  endGroup();
  return { groups, notes: notes.sort((a, b) => a.column - b.column) };
}

/** A subject whose state comes later in the list. */
type Waiting = { quantifier: number | 'all'; subject: Clause['subject']; from: number; end: number; and: boolean };

const orSigns = new Set(['or', ',', ';', '|', '/', '.']);
const andSigns = new Set(['and', '&', '+']);

/** The separators at a place: an "and" among them joins (", and"), unless an "or" stands there too. */
function takeSeparators(tokens: readonly CriteriaToken[], start: number): { next: number; and: boolean } {
  let next = start;
  let and = false;
  let or = false;
  for (;;) {
    const text = tokens[next]?.text ?? '';
    if (andSigns.has(text)) and = true;
    else if (text === 'or' || text === ';') or = true;
    else if (!orSigns.has(text)) return { next, and: and && !or && next < tokens.length };
    next++;
  }
}

function endOfFragment(tokens: readonly CriteriaToken[], start: number): number {
  let at = start + 1;
  while (at < tokens.length) {
    const text = tokens[at]?.text ?? '';
    const separates =
      text === ',' ||
      text === ';' ||
      ((text === 'or' || text === 'and') && !['more', 'longer'].includes(tokens[at + 1]?.text ?? ''));
    if (separates) break;
    at++;
  }
  return at;
}
