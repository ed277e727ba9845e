import type { Millis } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { nearestWord } from '../../lib/text.ts';
import type { Table } from '../document.ts';
import type { Place, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import { findDurations, readDuration } from '../grammar/duration.ts';
import { allLabels, type LabelId, nearestLabel, readLabelName } from '../labels.ts';
import type { TextLine } from '../shape/text-line.ts';

/** A value behind a label (or a whole line), with where it begins. */
export type Value = { text: string; place: Place };

const former = /\s*\((?:was|previously|formerly|before|old)\b:?\s*[^)]*\)/i;
const placeholderNames =
  /^(?:service(?:-name)?(?:-\d+|-[xyz])?|(?:your|my)-(?:service|app|namespace|name)|<[^>]*>|\[[^\]]*\]|\(list them\)|list them( here)?|\.{3}|…|tbd|todo|xxx+|fill in|name)$/i;

/** Whether a name only stands in for one. */
export const isPlaceholder = (text: string): boolean => placeholderNames.test(text.trim().replace(/^`|`$/g, ''));

/** "None", "N/A", "Nobody", "-", "log only": the label is meant to set nothing. */
export const isNothing = (text: string): boolean =>
  !text.includes('#') &&
  /^(?:none|n\/?a|nobody|no one|-+|–|—|nothing|no|log(?:s|ging)? only(?:,.*)?|not applicable|no (?:alert|alerts|notification|message)s?)(?:\.|(?:\s+[-–—]\s|\s*[,;(]).*)?$/i.test(
    text.trim(),
  );

/** What stands behind the label (the whole line where there is none), without `(was: ...)`, which is told. */
export function readValue(reader: Reader, line: TextLine, start = line.label?.start ?? 0): Value {
  const written = line.text.slice(start);
  const match = former.exec(written);
  const place = line.placeOf(start);
  if (!match) return { text: written.trim(), place };
  reader.problem('former-value', line.placeOf(start + match.index + (match[0].length - match[0].trimStart().length)), {
    word: match[0].trim(),
  });
  return { text: written.replace(former, '').trim(), place };
}

/** The length of time behind a label; what cannot be read is an error, what is vague a warning. */
export function readLength(reader: Reader, line: TextLine, label: string, end: 'lower' | 'upper'): Millis | undefined {
  const { text, place } = readValue(reader, line);
  return lengthOf(reader, text, place, label, end);
}

/** "hardly 5 minutes" is no length; "not longer than 5 minutes" is one. */
export const denied =
  /^(?:hardly|barely|scarcely|rarely|(?:never|not)(?!\s+(?:to\s+)?(?:be\s+)?(?:longer|more|over|above|beyond|exceed)))\b/i;

export function lengthOf(
  reader: Reader,
  text: string,
  place: Place,
  label: string,
  end: 'lower' | 'upper',
): Millis | undefined {
  if (/^(?:immediate(?:ly)?|zero|0)\.?$/i.test(text)) return 0;
  const read = denied.test(text) ? undefined : readDuration(oneUnit(text), end);
  if (read && 'length' in read) {
    checkRest(reader, formatDuration(read.length), read.rest, place);
    checkCondition(reader, formatDuration(read.length), read.rest, place);
    return read.length;
  }
  if (read) reader.problem('duration-vague', place, { word: text });
  else if (text === '') reader.problem('value-missing', place, { word: label });
  else reader.problem('duration-unreadable', place, { label, word: text });
  return undefined;
}

/** What stands beside a value that was read: another number there would silently decide nothing. */
export function checkRest(reader: Reader, value: string, rest: string, place: Place): void {
  if (!/\d/.test(rest)) return;
  const said = rest.replace(former, ' ').replace(/\b24\s?[/x]\s?7\b|\bSEV[- ]?\d\b/gi, ' ');
  const word = rest.replace(/^(?:every|each|within|after)?[\s,;:.–—-]+/i, '');
  if (/\d/.test(said.replace(/\([^)]*\)?/g, ' '))) reader.problem('value-half-read', place, { word, value });
  else if (/\d/.test(said))
    reader.problem('remark-not-read', place, { word: /\([^)]*\d[^)]*\)?/.exec(said)?.[0] ?? word });
}

/** "2 minutes a day", "5 minutes per month": a sum, and no length of one time. */
const perTime = /\b(?:per|an?|each|every|in an?|in the)\s+(?:minute|hour|day|week|month|quarter|year)\b.*/i;

/** What makes a value hold only sometimes decides nothing: "10 minutes at night". That a reminder comes until the end goes without saying. */
export function checkCondition(reader: Reader, value: string, rest: string, place: Place): void {
  if (!/\p{L}/u.test(rest)) return;
  const word = perTime.exec(rest)?.[0] ?? findCondition(rest) ?? /\bor (?:two|three|more|longer)\b/i.exec(rest)?.[0];
  if (
    word === undefined ||
    /\d/.test(rest.replace(/\bSEV[- ]?\d\b/gi, ' ')) ||
    /^(?:until|till|while|as long as|when it is (?:open|active))\b/i.test(word)
  )
    return;
  reader.problem('value-half-read', place, { word, value });
}

/** "hourly", "every hour" and "each day" say one of the unit. */
const oneUnit = (text: string): string =>
  findDurations(text).some(({ start }) => !/\b(?:once|every|each|per)\s+$/i.test(text.slice(0, start)))
    ? text
    : text
        .replace(/\bhourly\b/i, '1 hour')
        .replace(/\bdaily\b/i, '1 day')
        .replace(/\b(?:every|each|per|once an?|once per)\s+(minute|hour|day|week)\b/i, '1 $1');

/** `https://github.com/shop/web.git` is the repository `shop/web`. */
export const repositoryOf = (written: string): string =>
  written.replace(/^(?:https?:\/\/(?:www\.)?github\.com\/|git@github\.com:)/i, '').replace(/(?:\.git|\/)$/i, '');

/** `shop/*` is a pattern, and no repository has such a name. */
export const isRepositoryPattern = (word: string): boolean => /[*?{}[\]^$|]/.test(word.replace(/\([^)]*\)/g, ' '));

/** The words of a list: `a, b and c`, `a; b`, `a or b`, `a / b`. */
export const wordsOf = (text: string): string[] =>
  text
    .split(/\s*(?:,|;|\band\b|\bor\b|&|\s\/\s|\s(?:->|→)\s)\s*/i)
    .map((word) => word.trim().replace(/^`|`$|\.$/g, ''))
    .filter((word) => word !== '');

/** The word somebody may have meant; far longer than any name it is none. */
export const meantWord = (word: string, words: Iterable<string>): string | undefined =>
  word.length > 64 ? undefined : nearestWord(word, words);

/** Warns where a line's label differs from one that is known here by slips of the pen. Returns whether it did. */
export function suggestLabel(line: TextLine, known: readonly LabelId[], reader: Reader): boolean {
  if (!line.label || line.label.value === '') return false;
  const meant = nearestLabel(line.label.name, known);
  if (meant !== undefined) reader.problem('label-unknown', line.placeOf(0), { word: line.label.name, meant });
  return meant !== undefined;
}

/** Warns of a column whose header differs from one that is known here by slips of the pen. Returns whether one did. */
export function suggestColumns(table: Table, known: readonly LabelId[], reader: Reader): boolean {
  let found = false;
  for (const cell of table.header) {
    if (!cell || readLabelName(cell.text, allLabels) !== undefined) continue;
    const meant = nearestLabel(cell.text, known);
    if (meant === undefined) continue;
    reader.problem('label-unknown', cell.placeOf(0), { word: cell.text, meant });
    found = true;
  }
  return found;
}

/** Adds a key only where there is a value (exact optional properties). */
export const given = <Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
