import { nearestWord } from '../../lib/text.ts';
import { type Block, type Entry, entriesOf, type Section } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { findDurations, isNegative } from '../grammar/duration.ts';
import { type Decides, warnOfFencedRules } from './fenced-rules.ts';
import { conditionOf, readGraceLine } from './grace-line.ts';
import { looksLikeRule } from './judged.ts';
import { type Row, thresholdRows } from './threshold-rows.ts';
import { readValue, type Value } from './values.ts';

const isThreshold: Decides = (text, label) =>
  label !== undefined && /\d/.test(text) && thresholdRows.some(({ name }) => name.test(label));

const thresholdHeading = /\bthresholds?\b|\blimits\b/i;

/** Thresholds and graces wherever k8s-analyzer.md has them; below a heading "Thresholds" what looks like one is read or refused. */
export function readThresholds(section: Section, reader: Reader, draft: Draft, certain = false): void {
  const strict = certain || thresholdHeading.test(section.title);
  if (strict && section.title !== '') reader.understood({ line: section.line, endLine: section.line }, 'thresholds');
  if (strict) warnOfFencedRules({ ...section, sections: [] }, [isThreshold], reader, draft);
  for (const entry of entriesOf(section.blocks, true)) if (!entry.struck) readEntry(entry, strict, reader, draft);
  for (const block of section.blocks) if (block.kind === 'table' && strict) readTable(block, reader, draft);
  for (const below of section.sections) if (!below.aside) readThresholds(below, reader, draft, strict);
}

function readEntry(entry: Entry, strict: boolean, reader: Reader, draft: Draft): void {
  const name = entry.label?.name ?? '';
  const row = thresholdRows.find((each) => each.name.test(name.replace(/\s*\(.*\)/, '').trim()));
  if (row && entry.label?.value !== '') {
    const [, inside] = /\(([^)]*)\)/.exec(name) ?? [];
    if (inside !== undefined && (/\bP\d|\bSEV|\d/i.test(inside) || conditionOf(inside, draft) !== undefined))
      reader.problem('value-half-read', entry, { word: `(${inside})`, value: row.example });
    readRow(row, readValue(reader, entry), entry, strict, reader, draft);
    return;
  }
  const [, head = '', compared] = entry.label ? [] : (comparison.exec(entry.text) ?? []);
  const named = thresholdRows.find((each) => each.name.test(head.trim()));
  if (named && compared !== undefined) {
    const place = entry.placeOf(entry.text.length - compared.length);
    readRow(named, { text: compared, place }, entry, strict, reader, draft);
    return;
  }
  if (readGraceLine(entry, reader, draft)) return;
  if (!strict || entry.label?.value === '' || /^(?:guidance|notes?)\b/i.test(name || entry.text)) return;
  const text = entry.label?.value ?? entry.text;
  // A number in a list of thresholds is meant as one; in a sentence it may be an explanation.
  if (entry.label ? looksLikeRule(text, draft) : entry.kind === 'item' && /\d/.test(text))
    reader.problem('threshold-unreadable', entry, { word: entry.text.slice(0, 80), example: exampleFor(entry.text) });
  else if (!entry.label && looksLikeRule(text, draft))
    reader.problem('guidance', entry, { word: entry.text.slice(0, 80) });
}

/** `CPU usage > 95%`, `Memory above 80%`. */
const comparison = /^([\p{L} -]{2,40}?)\s*((?:>=?|≥|above\b|over\b|exceeds\b|more than\b|at least\b).*\d.*)$/iu;

/** The threshold whose words stand in a text, for the cure. */
const exampleFor = (text: string): string =>
  (
    thresholdRows.find(({ id }) => text.toLowerCase().includes(id.split(' ')[0]?.toLowerCase() ?? '-')) ??
    thresholdRows[0]
  )?.example ?? '';

function readRow(
  row: Row,
  { text, place }: Value,
  entry: { line: number; endLine: number },
  strict: boolean,
  reader: Reader,
  draft: Draft,
): void {
  const value = isNegative(text) ? undefined : row.read(text);
  if (value === undefined) {
    // Outside a section of thresholds a label such as "Memory" may stand over prose.
    if (strict || /\d/.test(text)) reader.problem('threshold-unreadable', place, { word: text, example: row.example });
    return;
  }
  if (!row.fits(value)) {
    reader.problem('threshold-out-of-range', place, { word: text, range: row.range });
    return;
  }
  if (row.usage && oppositeWords.test(text)) {
    reader.problem('threshold-unreadable', place, { word: text, example: row.example });
    return;
  }
  const condition = conditionOf(text, draft);
  if (condition !== undefined)
    reader.problem('value-half-read', place, { word: condition, value: text.replace(condition, ' ').trim() });
  const rest = restOf[row.oneValue ?? 'any'](text);
  const second = /\d/.test(rest) ? rest : /\bper (?:day|minute|week)\b|\bin a (?:day|minute|week)\b/i.exec(rest)?.[0];
  if (row.oneValue && second !== undefined)
    reader.problem('remark-not-read', place, { word: second.replace(/^[\s%,;]+/, '') });
  row.put(draft.revision.thresholds, value, text);
  draft.revision.thresholdLines.push({ name: row.id, value: text, at: reader.at(place) });
  reader.understood(entry, `threshold: ${row.id} ${text}`);
}

/** What stands beside the first value, where a second one is none. */
const restOf: Record<NonNullable<Row['oneValue']> | 'any', (text: string) => string> = {
  number: (text) => text.replace(/(?<![\w.])\d+(?:\.\d+)?/, ''),
  length: (text) => text.slice(findDurations(text)[0]?.end ?? 0),
  any: () => '',
};

/** A usage is a share of the limit that must not be reached: what is left, or a share of something else, is not compared. */
const oppositeWords =
  /\b(?:below|under|less than|fewer than|not|free|left|remaining|of (?:the |its )?(?:nodes?|requests?|total|cluster|capacity))\b/i;

/** What a table of thresholds calls its columns. */
const columnNames = ['threshold', 'thresholds', 'value', 'limit', 'metric', 'resource', 'warning', 'critical', 'check'];

/** A row is a threshold by its first cell, and its value stands in the cells with a number: two for a warning and an error. */
function readTable(table: Extract<Block, { kind: 'table' }>, reader: Reader, draft: Draft): void {
  for (const cell of table.header) {
    const meant =
      cell && cell.text.length > 4 && cell.text.length < 20 ? nearestWord(cell.text, columnNames, 2) : undefined;
    if (cell && meant !== undefined && meant !== cell.text.toLowerCase())
      reader.problem('label-unknown', cell.placeOf(0), { word: cell.text, meant: capital(meant) });
  }
  for (const { cells, line } of table.rows) {
    const [name, ...others] = cells.filter((cell) => cell !== undefined);
    if (!name) continue;
    const row = thresholdRows.find((each) => each.name.test(name.text));
    const numbers = others.filter(({ text }) => /\d/.test(text));
    const [value] = numbers.length > 0 ? numbers : others;
    const text = numbers.length > 0 ? numbers.map((each) => each.text).join(', ') : (value?.text ?? '');
    if (row && value) readRow(row, { text, place: value.placeOf(0) }, { line, endLine: line }, true, reader, draft);
    // Numbers below another name, and a name that is nearly a threshold's or stands in another column, are meant as one.
    else if (others.some((each) => /\d/.test(each.text) || isThresholdName(each.text)) || isNearlyThreshold(name.text))
      reader.problem('threshold-unreadable', name.placeOf(0), {
        word: [name, ...others].map((each) => each.text).join(': '),
        example: exampleFor([name, ...others].map((each) => each.text).join(' ')),
      });
  }
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const isThresholdName = (text: string): boolean => thresholdRows.some(({ name }) => name.test(text));

/** A name of a threshold with a slip of the pen. */
const isNearlyThreshold = (text: string): boolean =>
  text.length > 5 &&
  text.length < 40 &&
  nearestWord(
    text,
    [...thresholdRows.map(({ id }) => id), ...thresholdRows.map(({ example }) => example.replace(/:.*/, ''))],
    2,
  ) !== undefined;
