import type { ClauseState, ClauseSubject, Priority } from '../revision.ts';
import { priorities } from '../revision.ts';
import type { CriteriaToken } from './criteria-tokens.ts';
import {
  adverbs,
  fillers,
  quantifierWords,
  statePhrases,
  subjectNouns,
  subjectPhrases,
  tailPhrases,
  wholeStates,
} from './criteria-words.ts';

/** What a clause says, before it has a text and a position. */
export type ClauseParts = { quantifier: number | 'all'; subject: ClauseSubject; state: ClauseState; for?: number };
/** `own`: the subject was written, not inherited. `next` is the token after the clause. */
export type ReadClause = { parts: ClauseParts; own: boolean; next: number; tails: CriteriaToken[] };

type Names = ReadonlyMap<string, string>;
type Subject = { subject: ClauseSubject; next: number };

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
  let lasts = early?.length;
  for (;;) {
    const duration = readFor(tokens, at);
    if (duration && lasts === undefined) {
      lasts = duration.length;
      at = duration.next;
      continue;
    }
    const begins = tokens[at]?.text === ',' ? at + 1 : at;
    const tail = readPhrase(tokens, begins, tailPhrases);
    if (tail === undefined) break;
    tails.push(...tokens.slice(begins, tail));
    at = tail;
  }
  if (state.state === 'outage' && lasts === undefined) return undefined;
  if (!isEnd(tokens, at)) return undefined;

  const subject =
    own?.subject ?? before?.subject ?? (wholeStates.has(state.state) ? ({ of: 'any' } as const) : undefined);
  if (!subject || (quantified && !own && !wholeStates.has(state.state))) return undefined;
  const every = subject.of === 'named' && subject.every;
  const inherited = own ? undefined : before?.quantifier;
  const quantifier = quantified?.value ?? inherited ?? (every ? 'all' : 1);
  return {
    parts: { quantifier, subject, state: state.state, ...(lasts !== undefined && { for: lasts }) },
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

function skipFillers(tokens: readonly CriteriaToken[], start: number): number {
  let at = start;
  while (fillers.has(tokens[at]?.text ?? '')) at++;
  return at;
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

function readSubject(tokens: readonly CriteriaToken[], at: number, names: Names): Subject | undefined {
  return readPriorities(tokens, at) ?? readNames(tokens, at, names) ?? readSubjectPhrase(tokens, at);
}

/** `P0`, `P0/P1`, `P2-P3`, `P0 and P1 services`. */
function readPriorities(tokens: readonly CriteriaToken[], start: number): Subject | undefined {
  const found = new Set<Priority>();
  let at = start;
  let next = start;
  for (;;) {
    const read = prioritiesOf(tokens[at]?.text ?? '');
    if (!read) break;
    const to = ['-', '–', 'to', 'through'].includes(tokens[at + 1]?.text ?? '')
      ? prioritiesOf(tokens[at + 2]?.text ?? '')
      : undefined;
    for (const priority of to ? spread(read[0], to[0]) : read) found.add(priority);
    next = skipNouns(tokens, at + (to ? 3 : 1));
    at = next;
    if (!['/', 'or', 'and', ',', '&', '+'].includes(tokens[at]?.text ?? '')) break;
    at++;
    while (['or', 'and', 'any', 'all'].includes(tokens[at]?.text ?? '')) at++;
  }
  if (found.size === 0) return undefined;
  return { subject: { of: 'services', priorities: priorities.filter((priority) => found.has(priority)) }, next };
}

function prioritiesOf(text: string): Priority[] | undefined {
  const single = priorities.find((priority) => priority.toLowerCase() === text);
  if (single) return [single];
  const [from, to, more] = text
    .split(/[-–]/)
    .map((part) => priorities.find((priority) => priority.toLowerCase() === part));
  return from && to && more === undefined ? spread(from, to) : undefined;
}

function spread(from: Priority | undefined, to: Priority | undefined): Priority[] {
  const [low, high] = [priorities.indexOf(from ?? 'P0'), priorities.indexOf(to ?? 'P0')].sort((a, b) => a - b);
  return priorities.slice(low, (high ?? 0) + 1);
}

function skipNouns(tokens: readonly CriteriaToken[], start: number): number {
  let at = start;
  while (subjectNouns.has(tokens[at]?.text ?? '')) at++;
  return at;
}

/** Listed services: `payments`, `payments or orders`, `payments and orders` (every one of them). */
function readNames(tokens: readonly CriteriaToken[], start: number, names: Names): Subject | undefined {
  const found: string[] = [];
  let every = false;
  let at = start;
  let next = start;
  for (;;) {
    const name = readName(tokens, at, names);
    if (!name) break;
    found.push(name.name);
    next = skipNouns(tokens, name.next);
    at = next;
    if (!['/', 'or', 'and', ',', '&', '+'].includes(tokens[at]?.text ?? '')) break;
    let joined = false;
    while (['/', 'or', 'and', ',', '&', '+', 'the'].includes(tokens[at]?.text ?? '')) {
      joined ||= ['and', '&', '+'].includes(tokens[at]?.text ?? '');
      at++;
    }
    if (readName(tokens, at, names)) every ||= joined;
  }
  return found.length > 0
    ? { subject: { of: 'named', names: [...new Set(found)], every: every && found.length > 1 }, next }
    : undefined;
}

/** A listed name may be several words long. */
function readName(
  tokens: readonly CriteriaToken[],
  at: number,
  names: Names,
): { name: string; next: number } | undefined {
  for (let length = 4; length > 0; length--) {
    const words = tokens.slice(at, at + length);
    const name = words.length === length ? names.get(words.map(({ text }) => text).join(' ')) : undefined;
    if (name !== undefined) return { name, next: at + length };
  }
  return undefined;
}

function readSubjectPhrase(tokens: readonly CriteriaToken[], at: number): Subject | undefined {
  const read = readLongest(tokens, at, subjectPhrases);
  if (!read) return undefined;
  return { subject: read.value, next: read.value.of === 'any' ? read.next : skipNouns(tokens, read.next) };
}

/** `max downtime exceeded for P1 services`. */
function readLateSubject(tokens: readonly CriteriaToken[], at: number, names: Names): Subject | undefined {
  if (!['for', 'of', 'on', 'in'].includes(tokens[at]?.text ?? '')) return undefined;
  const quantified = skipFillers(tokens, at + 1);
  const start = ['any', 'a', 'an'].includes(tokens[quantified]?.text ?? '') ? quantified + 1 : quantified;
  return readSubject(tokens, start, names);
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

function readFor(tokens: readonly CriteriaToken[], start: number): { length: number; next: number } | undefined {
  let at = start;
  if (['immediately', 'instantly'].includes(tokens[at]?.text ?? '')) return { length: 0, next: at + 1 };
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
  return { length: token.length ?? 0, next: at + (longer ? 3 : 1) };
}

function readLongest<T>(
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
function readPhrase(tokens: readonly CriteriaToken[], at: number, phrases: readonly string[]): number | undefined {
  let best: number | undefined;
  for (const phrase of phrases) {
    const words = phrase.split(' ');
    if (words.every((word, index) => tokens[at + index]?.text === word)) best = Math.max(best ?? 0, at + words.length);
  }
  return best;
}
