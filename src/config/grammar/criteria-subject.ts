import { type ClauseSubject, type Priority, priorities } from '../revision.ts';
import { readLongest, skipFillers } from './criteria-phrases.ts';
import type { CriteriaToken } from './criteria-tokens.ts';
import { subjectNouns, subjectPhrases } from './criteria-words.ts';

/** Listed services by their name in lower case. */
export type Names = ReadonlyMap<string, string>;
type Subject = { subject: ClauseSubject; next: number };

/** Whom a clause is about: priorities, listed services or one of the fixed phrases. */
export function readSubject(tokens: readonly CriteriaToken[], at: number, names: Names): Subject | undefined {
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
export function readLateSubject(tokens: readonly CriteriaToken[], at: number, names: Names): Subject | undefined {
  if (!['for', 'of', 'on', 'in'].includes(tokens[at]?.text ?? '')) return undefined;
  const quantified = skipFillers(tokens, at + 1);
  const start = ['any', 'a', 'an'].includes(tokens[quantified]?.text ?? '') ? quantified + 1 : quantified;
  return readSubject(tokens, start, names);
}
