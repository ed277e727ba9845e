import type { ClauseState, ClauseSubject } from '../revision.ts';
import { readLongest, readPhrase, skipFillers } from './criteria-phrases.ts';
import { type Names, readLateSubject, readSubject } from './criteria-subject.ts';
import type { CriteriaToken } from './criteria-tokens.ts';
import {
  adverbs,
  atOncePhrases,
  fillers,
  quantifierWords,
  statePhrases,
  tailPhrases,
  wholeStates,
} from './criteria-words.ts';

/** What a clause says, before it has a text and a position. */
export type ClauseParts = { quantifier: number | 'all'; subject: ClauseSubject; state: ClauseState; for?: number };
/** `own`: the subject was written, not inherited. `next` is the token after the clause. */
export type ReadClause = { parts: ClauseParts; own: boolean; next: number; tails: CriteriaToken[] };

/**
 * Reads one clause from token `at` up to a separator or the end; undefined when it does not fit the grammar.
 * Without a subject of its own it has that of the clause `before`.
 */
export function readClause(
  tokens: readonly CriteriaToken[],
  start: number,
  names: Names,
  before?: ClauseParts,
): ReadClause | undefined {
  let at = skipFillers(tokens, start);
  const quantified = readQuantifier(tokens, at);
  at = skipFillers(tokens, quantified?.next ?? at);
  let own = readSubject(tokens, at, names);
  at = skipFillers(tokens, own?.next ?? at);
  const early = readFor(tokens, at);
  const state = readState(tokens, early && !isOutage(tokens, at) ? early.next : at);
  if (!state) return undefined;
  at = state.next;
  const lateSubject = own ? undefined : readLateSubject(tokens, at, names);
  own ??= lateSubject;
  at = lateSubject?.next ?? at;

  const tails: CriteriaToken[] = [];
  let read = early;
  for (;;) {
    const duration = readFor(tokens, at);
    if (duration && read === undefined) {
      read = duration;
      at = duration.next;
      continue;
    }
    const begins = tokens[at]?.text === ',' ? at + 1 : at;
    const tail = readPhrase(tokens, begins, tailPhrases);
    if (tail === undefined) break;
    tails.push(...tokens.slice(begins, tail));
    at = tail;
  }
  const lasts = read?.length;
  if (state.state === 'outage' && lasts === undefined) return undefined;
  if (!isEnd(tokens, at)) return undefined;

  const subject =
    own?.subject ?? before?.subject ?? (wholeStates.has(state.state) ? ({ of: 'any' } as const) : undefined);
  if (!subject || (quantified && !own && !wholeStates.has(state.state))) return undefined;
  const every = subject.of === 'named' && subject.every;
  const inherited = own ? undefined : before?.quantifier;
  const quantifier = quantified?.value ?? inherited ?? (every ? 'all' : 1);
  // "a max downtime of 5 minutes" names the length itself; "exceeded for 5 minutes" counts from the max downtime on.
  const isLength = state.state === 'max-downtime-exceeded' && read !== undefined && !read.isFor;
  return {
    parts: {
      quantifier,
      subject,
      state: isLength ? 'outage' : state.state,
      ...(lasts !== undefined && { for: lasts }),
    },
    own: own !== undefined,
    next: at,
    tails,
  };
}

/** A subject that shares the state of a later one ("nodes or control plane down"); undefined when more than a subject stands there. */
export function readSubjectAlone(
  tokens: readonly CriteriaToken[],
  start: number,
  names: Names,
): { quantifier: number | 'all'; subject: ClauseSubject; next: number } | undefined {
  const quantified = readQuantifier(tokens, skipFillers(tokens, start));
  const own = readSubject(tokens, skipFillers(tokens, quantified?.next ?? start), names);
  if (!own || own.next >= tokens.length || !isEnd(tokens, own.next)) return undefined;
  return { quantifier: quantified?.value ?? 1, ...own };
}

/** Whether a clause can end at this token: at the text's end or where "or", "and", a comma or a semicolon goes on. */
export function isEnd(tokens: readonly CriteriaToken[], at: number): boolean {
  const token = tokens[at];
  return token === undefined || ['or', 'and', ',', ';', '&', '|', '/', '.', '+'].includes(token.text);
}

function readQuantifier(
  tokens: readonly CriteriaToken[],
  start: number,
): { value: number | 'all'; next: number } | undefined {
  const text = (at: number): string => tokens[at]?.text ?? '';
  let at = start;
  let more = 0;
  if (text(at) === '>=' || text(at) === '≥') at += 1;
  else if (text(at) === 'at' && text(at + 1) === 'least') at += 2;
  else if (text(at) === 'more' && text(at + 1) === 'than') [at, more] = [at + 2, 1];
  else if (text(at) === '>') [at, more] = [at + 1, 1];
  const token = tokens[at];
  const named = quantifierWords.get(text(at));
  const number = token?.kind === 'number' ? Number(token.text) : named;
  if (number === undefined) return undefined;
  if (number === 'all') return at === start ? { value: 'all', next: skipOf(tokens, at + 1) } : undefined;
  if (number < 1 || number > 10_000) return undefined;
  let next = at + 1;
  if (text(next) === 'or' && text(next + 1) === 'more') next += 2;
  else if (text(next) === '+') next += 1;
  return { value: number + more, next: skipOf(tokens, next) };
}

function skipOf(tokens: readonly CriteriaToken[], at: number): number {
  return tokens[at]?.text === 'of' ? skipFillers(tokens, at + 1) : at;
}

function isOutage(tokens: readonly CriteriaToken[], at: number): boolean {
  return ['outage', 'downtime'].includes(tokens[at]?.text ?? '');
}

function readState(tokens: readonly CriteriaToken[], start: number): { state: ClauseState; next: number } | undefined {
  let at = start;
  while (adverbs.has(tokens[at]?.text ?? '') || fillers.has(tokens[at]?.text ?? '')) at++;
  const read = readLongest(tokens, at, statePhrases);
  return read && { state: read.value, next: read.next };
}

const upperBound = /^(?:[<≤]|less|under|up|within|at\s+most|no\s+more)/i;

/** `isFor`: the word stands before it, or what means the same. */
type Lasting = { length: number; next: number; isFor: boolean };

function readFor(tokens: readonly CriteriaToken[], start: number): Lasting | undefined {
  let at = start;
  const atOnce = readPhrase(tokens, at, atOncePhrases);
  if (atOnce !== undefined) return { length: 0, next: atOnce, isFor: true };
  while (
    ['for', 'since', 'lasting', 'lasts', 'exceeds', 'exceeding', 'longer', 'than', '>', '>=', 'of'].includes(
      tokens[at]?.text ?? '',
    )
  )
    at++;
  const token = tokens[at];
  // "down for less than 5 minutes" is not "for 5 minutes".
  if (token?.kind !== 'duration' || upperBound.test(token.text)) return undefined;
  // "2 minutes or more", "10 minutes or longer".
  const longer = tokens[at + 1]?.text === 'or' && ['more', 'longer'].includes(tokens[at + 2]?.text ?? '');
  const isFor = tokens.slice(start, at).some(({ text }) => text === 'for' || text === 'lasting' || text === 'lasts');
  return { length: token.length ?? 0, next: at + (longer ? 3 : 1), isFor };
}
