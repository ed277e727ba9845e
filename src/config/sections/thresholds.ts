import { day, type Millis } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { type Block, type Entry, entriesOf, type Section } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import { readDuration } from '../grammar/duration.ts';
import { readKinds } from '../grammar/known-issue.ts';
import type { Thresholds } from '../revision.ts';
import { type Decides, warnOfFencedRules } from './fenced-rules.ts';
import { looksLikeRule, namesIn } from './judged.ts';
import { readValue, type Value } from './values.ts';

/** One threshold: how it may be called, an example for the cure, and how its value is read and put. */
type Row = {
  id: string;
  name: RegExp;
  example: string;
  range: string;
  /** It has one number; a second one decides nothing. */
  oneValue?: true;
  /** It says how much of a limit is used. */
  usage?: true;
  read: (text: string) => number | undefined;
  fits: (value: number) => boolean;
  put: (thresholds: Thresholds, value: number, text: string) => void;
};

const readShare = (text: string): number | undefined => {
  const [, number] = /(\d+(?:\.\d+)?)\s*(?:%|percent)/i.exec(text) ?? [];
  if (number !== undefined) return Number(number) / 100;
  const [share] = /(?<![\d.])0?\.\d+/.exec(text) ?? [];
  return share === undefined ? undefined : Number(share);
};
const readNumber = (text: string): number | undefined => {
  const [number] = /\d+/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number);
};
const readLong = (text: string): Millis | undefined => {
  const read = readDuration(text, 'lower');
  return read && 'length' in read ? read.length : undefined;
};
const isShare = (value: number): boolean => value > 0 && value <= 1;
const isLength = (value: number): boolean => value >= 0 && value <= 30 * day;

/** Two stages in one value (`30 days warning, 7 days critical`): the farther one warns, the nearer one is an error. */
function stages(text: string, unit: RegExp, scale: number): { warning: number; error: number } | undefined {
  // "30/7 days" gives both their unit.
  const spelled = text.replace(/(\d+(?:\.\d+)?)(\s*(?:\/|,|and|or)\s*\d+(?:\.\d+)?\s*)(d(?:ays?)?\b|%)/gi, '$1$3$2$3');
  const numbers = [...spelled.matchAll(unit)].map((match) => Number(match[1]) * scale);
  const [first] = numbers;
  if (first === undefined) return undefined;
  return { warning: Math.max(...numbers), error: numbers.length > 1 ? Math.min(...numbers) : first };
}

export const thresholdRows: readonly Row[] = [
  {
    id: 'memory usage',
    oneValue: true,
    usage: true,
    name: /^(?:high )?(?:pod |container )?memory(?: usage| utili[sz]ation| threshold| limit)*$/i,
    example: 'Memory usage: 80% of limit',
    range: '1% to 100%',
    read: readShare,
    fits: isShare,
    put: (all, value) => {
      all.memoryUsage = value;
    },
  },
  {
    id: 'CPU usage',
    oneValue: true,
    usage: true,
    name: /^(?:high )?(?:pod |container )?cpu(?: usage| utili[sz]ation| threshold| limit)*$/i,
    example: 'CPU usage: 90% of limit',
    range: '1% to 100%',
    read: readShare,
    fits: isShare,
    put: (all, value) => {
      all.cpuUsage = value;
    },
  },
  {
    id: 'restarts',
    oneValue: true,
    name: /^(?:high )?(?:pod |container )?restart(?:s|ed)?(?: count| threshold| limit)*$/i,
    example: 'Restarts: more than 5 in an hour',
    range: '1 to 1000',
    read: readNumber,
    fits: (value) => value >= 1 && value <= 1000,
    put: (all, value) => {
      all.restarts = value;
    },
  },
  {
    id: 'pending',
    name: /^(?:pods? )?pending(?: pods?| time| threshold| for)*$/i,
    example: 'Pending: 5 minutes',
    range: 'up to 30 days',
    read: readLong,
    fits: isLength,
    put: (all, value) => {
      all.pending = value;
    },
  },
  {
    id: 'startup',
    name: /^(?:pod |slow )?start-?up(?: time| grace| threshold| period)*$/i,
    example: 'Startup: 5 minutes',
    range: 'up to 30 days',
    read: readLong,
    fits: isLength,
    put: (all, value) => {
      all.startup = value;
    },
  },
  {
    id: 'certificate days',
    name: /^(?:tls |ssl )?cert(?:ificate)?s?(?: expiry| expiration| expires| expiring| days| renewal| threshold)*$/i,
    example: 'Certificate expiry: 14 days',
    range: '1 to 365 days',
    read: (text) => stages(text, /(\d+)\s*d(?:ays?)?\b/gi, 1)?.warning,
    fits: (value) => value >= 1 && value <= 365,
    put: (all, value, text) => {
      const both = stages(text, /(\d+)\s*d(?:ays?)?\b/gi, 1);
      all.certificateDays = {
        warning: value,
        error: both && both.error < value ? both.error : Math.min(all.certificateDays.error, value),
      };
    },
  },
  {
    id: 'free volume space',
    name: /^(?:pvc |volume |disk |storage )+(?:free|left)(?: space)?$|^free (?:space|volume|disk)(?: space)?$/i,
    example: 'Volume free: 15%',
    range: '1% to 99%',
    read: readShare,
    fits: (value) => value > 0 && value < 1,
    put: (all, value, text) => {
      const both = stages(text, /(\d+(?:\.\d+)?)\s*%/g, 0.01);
      all.volumeFree = {
        warning: both?.warning ?? value,
        error: both && both.error < both.warning ? both.error : Math.min(all.volumeFree.error, value),
      };
    },
  },
  {
    id: 'volume usage',
    name: /^(?:pvc|volume|disk|storage)(?: usage| utili[sz]ation| used| full| threshold)*$/i,
    example: 'Volume usage: 85%',
    range: '1% to 99%',
    read: readShare,
    fits: (value) => value > 0 && value < 1,
    put: (all, value, text) => {
      const both = stages(text, /(\d+(?:\.\d+)?)\s*%/g, 0.01);
      all.volumeFree = {
        warning: 1 - (both?.error ?? value),
        error: both && both.error < both.warning ? 1 - both.warning : Math.min(all.volumeFree.error, 1 - value),
      };
    },
  },
];

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
  const value = row.read(text);
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
  const rest = row.oneValue ? text.replace(/(?<![\w.])\d+(?:\.\d+)?/, '') : '';
  const second = /\d/.test(rest) ? rest : /\bper (?:day|minute|week)\b|\bin a (?:day|minute|week)\b/i.exec(rest)?.[0];
  if (row.oneValue && second !== undefined)
    reader.problem('remark-not-read', place, { word: second.replace(/^[\s%,;]+/, '') });
  row.put(draft.revision.thresholds, value, text);
  draft.revision.thresholdLines.push({ name: row.id, value: text, at: reader.at(place) });
  reader.understood(entry, `threshold: ${row.id} ${text}`);
}

/** A usage is a share of the limit that must not be reached: what is left, or a share of something else, is not compared. */
const oppositeWords =
  /\b(?:below|under|less than|fewer than|not|free|left|remaining|of (?:the |its )?(?:nodes?|requests?|total|cluster|capacity))\b/i;

/** A threshold holds always and for every service. */
const conditionOf = (text: string, draft: Draft): string | undefined => {
  const [service] = namesIn(text, draft.serviceWords());
  return (
    findCondition(text) ??
    (service === undefined ? undefined : (/\b(?:for|of|in|on)\b[^,;]*$/i.exec(text)?.[0] ?? service))
  );
};

function readTable(table: Extract<Block, { kind: 'table' }>, reader: Reader, draft: Draft): void {
  for (const { cells, line } of table.rows) {
    const [name, value] = cells;
    const row = name && thresholdRows.find((each) => each.name.test(name.text));
    if (!row && name && value && /\d/.test(value.text))
      reader.problem('threshold-unreadable', name.placeOf(0), {
        word: `${name.text}: ${value.text}`,
        example: exampleFor(name.text),
      });
    if (row && value)
      readRow(row, { text: value.text, place: value.placeOf(0) }, { line, endLine: line }, true, reader, draft);
  }
}

const graceLine =
  /^(.{3,60}?)\s*(?::|\bfor\b|\blonger than\b|\bmore than\b|>)\s*(?:grace\s*:?\s*)?(?:for\s+)?((?:>|≥|at least|more than|longer than|over)?\s*\d.*)$/i;

/** `Image pull errors for > 5 min`: how long a check waits before it counts. */
function readGraceLine(entry: Entry, reader: Reader, draft: Draft): boolean {
  const [, head = '', tail = ''] = graceLine.exec(entry.text) ?? [];
  if (head === '') return false;
  const { kinds, unknown } = readKinds(
    head
      .replace(/\s*\(.*?\)/g, '')
      .replace(/\b(?:grace|pods?|errors?|state)\b/gi, ' ')
      .trim(),
  );
  const length = readLong(tail);
  const rest = readDuration(tail, 'lower');
  if (
    kinds.length === 0 ||
    unknown.length > 0 ||
    length === undefined ||
    (rest && 'rest' in rest && rest.rest.replace(/[^\p{L}]/gu, '').length > 12)
  )
    return false;
  if (!isLength(length)) {
    reader.problem('threshold-out-of-range', entry, { word: tail.trim(), range: 'up to 30 days' });
    return true;
  }
  const beside = rest && 'rest' in rest ? rest.rest : '';
  const word = conditionOf(beside, draft) ?? /\d.*|\b(?:or|and)\b.*/i.exec(beside)?.[0];
  if (word !== undefined)
    reader.problem('value-half-read', entry, { word, value: `${head.trim()} for ${formatDuration(length)}` });
  for (const kind of kinds) draft.revision.thresholds.graces[kind] = length;
  draft.revision.thresholdLines.push({
    name: `grace of ${kinds.join(', ')}`,
    value: tail.trim(),
    at: reader.at(entry),
  });
  reader.understood(entry, `${kinds.join(', ')} counts after ${tail.trim()}`);
  return true;
}
