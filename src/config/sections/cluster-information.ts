import { day, hour, minute } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { type Block, type Entry, entriesOf, valuesOf } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import { readDuration } from '../grammar/duration.ts';
import { type LabelId, nearestLabel, readLabelName } from '../labels.ts';
import { priorities } from '../revision.ts';
import { deciding } from './fenced-rules.ts';
import type { SectionKind } from './section.ts';
import { checkCondition, checkRest, meantWord, readValue, type Value } from './values.ts';

export const clusterLabels = [
  'cluster',
  'type',
  'environment',
  'timezone',
  'frequency',
  'defaultPriority',
] as const satisfies LabelId[];
type Known = (typeof clusterLabels)[number];

/** Cluster Information: what the cluster is called, its zone, and how often a cycle runs. */
export const clusterInformation: SectionKind = {
  title: 'Cluster Information',
  decides: deciding.cluster,
  heading:
    /\bcluster (?:information|info|overview|details|context|configuration)\b|^cluster$|^(?:about )?(?:the|this) cluster$/i,
  read(section, reader, draft) {
    reader.understood({ line: section.line, endLine: section.line }, 'cluster information');
    readClusterValues(section.blocks, reader, draft, true);
    for (const below of section.sections) if (!below.aside) readClusterValues(below.blocks, reader, draft, false);
  },
};

/** Reads the values among blocks. Where the section is not `certain` (lines before the first H2), other labels are prose. */
export function readClusterValues(blocks: readonly Block[], reader: Reader, draft: Draft, certain: boolean): void {
  for (const entry of valuesOf(blocks).flatMap(splitAtBars)) {
    if (!entry.label || entry.struck) continue;
    const id = readLabelName(entry.label.name, clusterLabels);
    if (id) readOne(id as Known, entry, reader, draft);
    else if (certain) {
      const meant = nearestLabel(entry.label.name, clusterLabels);
      if (meant) reader.problem('label-unknown', entry, { word: entry.label.name, meant });
    }
  }
}

/** `**Cluster**: prod | **Type**: EKS` are two values on one line. */
function splitAtBars(entry: Entry): Entry[] {
  const bar = entry.label ? entry.text.search(/\s\|\s+[\p{L} ]+:\s/u) : -1;
  if (!entry.label || bar < entry.label.start) return [entry];
  const [head = ''] = /^\s\|\s+/.exec(entry.text.slice(bar)) ?? [];
  const from = bar + head.length;
  const text = entry.text.slice(from);
  const [written = '', name = ''] = /^([\p{L} ]+):\s+/u.exec(text) ?? [];
  const label = { name, value: text.slice(written.length), start: written.length, bold: false, by: ':' as const };
  const next: Entry = { ...entry, text, label, placeOf: (index) => entry.placeOf(from + index) };
  return [{ ...entry, text: entry.text.slice(0, bar) }, ...splitAtBars(next)];
}

function readOne(id: Known, entry: Entry, reader: Reader, draft: Draft): void {
  const value = readValue(reader, entry);
  if (value.text === '') {
    reader.problem('value-missing', entry, { word: entry.label?.name ?? '' });
    return;
  }
  const { cluster } = draft.revision;
  if (id === 'timezone') {
    readZone(value, entry, reader, draft);
    return;
  }
  if (id === 'frequency') {
    readFrequency(value, entry, reader, draft);
    return;
  }
  if (id === 'defaultPriority') {
    readDefaultPriority(value, entry, reader, draft);
    return;
  }
  const name = id === 'cluster' ? 'name' : id;
  cluster[name] = value.text;
  reader.understood(entry, `cluster ${name}: ${value.text}`);
}

function readZone({ text, place }: Value, entry: Entry, reader: Reader, draft: Draft): void {
  const written = /[\p{L}_]+(?:\/[\p{L}_+-]+[\d]*)*/u.exec(text)?.[0] ?? text;
  // "UTC+2" is a distance and no zone: it would be read as UTC.
  const behind = text.slice(text.indexOf(written) + written.length);
  const zone = /^\s?[+-]\s?\d/.test(behind) ? undefined : zones().get(written.toLowerCase());
  if (zone === undefined) {
    // One problem is enough: windows need not say again that there is no zone.
    draft.zoneGiven = true;
    const meant = meantWord(written, zones().values());
    reader.problem('timezone-unknown', place, { word: text, meant });
    return;
  }
  const other =
    behind.trim() === ''
      ? undefined
      : (behind.replace(/\([^)]*\)?/g, ' ').match(/\b(?:or|and|,)\s+\p{Lu}.*|[,/]\s*[\p{L}_]+\/[\p{L}_]+.*/iu)?.[0] ??
        findCondition(behind));
  if (other !== undefined) reader.problem('value-half-read', place, { word: other.trim(), value: zone });
  draft.revision.cluster.timezone = zone;
  draft.zoneGiven = true;
  reader.understood(entry, `times are in ${zone}`);
}

let allZones: Map<string, string> | undefined;
/** Every IANA zone by its lower-case name. Abbreviations such as CET are not among them: they know no summer time. */
function zones(): Map<string, string> {
  const more = [
    'UTC',
    'GMT',
    'Etc/UTC',
    'Asia/Kolkata',
    'Europe/Kyiv',
    'US/Eastern',
    'US/Central',
    'US/Pacific',
    'US/Mountain',
  ];
  allZones ??= new Map([...Intl.supportedValuesOf('timeZone'), ...more].map((zone) => [zone.toLowerCase(), zone]));
  return allZones;
}

const frequencyWords: readonly [RegExp, number][] = [
  [/^(?:hourly|every hour)\b/i, hour],
  [/^(?:daily|every day)\b/i, day],
  [/^every minute\b/i, minute],
];

function readFrequency({ text, place }: Value, entry: Entry, reader: Reader, draft: Draft): void {
  const read = readDuration(text, 'lower');
  const word = frequencyWords.find(([pattern]) => pattern.test(text));
  const frequency = word?.[1] ?? (read && 'length' in read ? read.length : undefined);
  if (frequency === undefined || frequency < minute) {
    reader.problem('frequency-unreadable', place, { word: text });
    return;
  }
  const value = `Every ${formatDuration(frequency)}`;
  const rest = read && 'rest' in read && !word ? read.rest : text.replace(word?.[0] ?? '', ' ');
  checkRest(reader, value, rest, place);
  const second = /\b(?:or|and|twice|(?:every )?other|hourly|daily|weekly|\d+ times|times)\b.*/i.exec(
    rest.replace(/\bevery\b/gi, ' '),
  );
  if (second && !/\d/.test(rest)) reader.problem('value-half-read', place, { word: second[0], value });
  else checkCondition(reader, value, rest, place);
  draft.revision.cluster.frequency = frequency;
  reader.understood(entry, `a cycle at least every ${formatDuration(frequency)}`);
}

/** `Default priority: P3`, wherever it stands. */
export function readDefaultPriority({ text, place }: Value, entry: Entry, reader: Reader, draft: Draft): void {
  const priority = priorities.find((each) => new RegExp(`\\b${each}\\b`, 'i').test(text));
  if (!priority) {
    reader.problem('priority-unknown', place, { word: text });
    return;
  }
  const named = text.match(/\bP\d\b/gi) ?? [];
  const condition = findCondition(text) ?? /\bnot\b.*/i.exec(text)?.[0];
  if (named.length > 1 || condition !== undefined)
    reader.problem('value-half-read', place, { word: condition ?? text, value: priority });
  draft.revision.defaultPriority = priority;
  reader.understood(entry, `unlisted namespaces count as ${priority}`);
}

/** `## Default priority`: what unlisted namespaces count as, as a label or a bare word. */
export const defaultPriority: SectionKind = {
  title: 'Default priority',
  heading: /\bdefault priority\b/i,
  read(section, reader, draft) {
    reader.understood({ line: section.line, endLine: section.line }, 'default priority');
    const [entry] = entriesOf(section.blocks).filter(({ text }) => /\bP\d\b/i.test(text));
    if (entry) readDefaultPriority(readValue(reader, entry), entry, reader, draft);
    else if (/\bP\d\b/i.test(section.title)) {
      const priority = priorities.find((each) => section.title.toUpperCase().includes(each));
      if (priority) draft.revision.defaultPriority = priority;
      else reader.problem('priority-unknown', section, { word: section.title });
    } else reader.problem('section-empty', section, { word: section.title });
  },
};
