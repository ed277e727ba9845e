import { formatDuration } from '../../lib/duration.ts';
import { nearestWord } from '../../lib/text.ts';
import { type Block, type Entry, entriesOf, type Section, type Table, valuesOf } from '../document.ts';
import type { Draft, EscalationParts, Place, Reader } from '../draft.ts';
import { findDurations, readDuration } from '../grammar/duration.ts';
import { readTiming } from '../grammar/timing.ts';
import { type LabelId, readLabelName } from '../labels.ts';
import type { Severity, Timing } from '../revision.ts';
import type { TextLine } from '../shape/text-line.ts';
import { isCriteriaLabel, readCriteriaBlocks } from './criteria.ts';
import { refuse, warnOfRule } from './judged.ts';
import type { SectionKind } from './section.ts';
import { openSeverity, severitiesIn, severityHeading, withSeverityWord } from './severity-words.ts';
import { checkRest, isNothing, lengthOf, readValue, suggestLabel, wordsOf } from './values.ts';

export const policyLabels = [
  'who',
  'channel',
  'timing',
  'notification',
  'mention',
  'followUp',
  'settle',
  'escalate',
] as const satisfies LabelId[];
type PolicyLabel = (typeof policyLabels)[number];
const columns = ['severity', 'when', ...policyLabels] as const satisfies LabelId[];

/** Escalation Policy: `### SEV-n` with labels, a table with a severity column, or a list `- SEV-1: immediate, to #channel`. */
export const escalationPolicy: SectionKind = {
  title: 'Escalation Policy',
  heading:
    /\bescalation\b|\bseverity (?:levels?|definitions?|polic(?:y|ies)|classification)\b|\balerting (?:policy|rules)\b|\bnotification policy\b|\bwho (?:gets|is|to) (?:told|notified|alerted|paged|tell|notify|alert|page)\b/i,
  read(section, reader, draft) {
    reader.understood({ line: section.line, endLine: section.line }, 'escalation policy');
    readBlocks(section.blocks, reader, draft);
    for (const below of section.sections) {
      if (below.aside) continue;
      if (severityHeading.test(below.title)) readSeverity(below, reader, draft);
      else {
        if (isPolicy(below)) reader.problem('severity-missing', below, { word: below.title });
        escalationPolicy.read(below, reader, draft);
      }
    }
  },
};

/** Labels that tell somebody, without a severity for which: `### Low` and its like. */
const isPolicy = (section: Section): boolean =>
  entriesOf(section.blocks).filter(({ label }) => label && readLabelName(label.name, ['channel', 'timing', 'who']))
    .length > 0;

/** A severity's own heading, also where no Escalation Policy stands over it. */
export const severitySection: SectionKind = {
  title: 'SEV-1',
  heading: severityHeading,
  read: readSeverity,
};

function readSeverity(section: Section, reader: Reader, draft: Draft): void {
  const severity = openSeverity(section, reader);
  if (!severity) return;
  const { found, blocks } = severity;
  readPolicy(found, section, blocks, reader, draft);
}

/** Lists and tables of an Escalation Policy without headings for each severity. */
function readBlocks(blocks: readonly Block[], reader: Reader, draft: Draft): void {
  for (const [index, block] of blocks.entries()) {
    if (block.kind === 'table') readTable(block, reader, draft);
    if ((block.kind !== 'item' && block.kind !== 'line') || block.struck) continue;
    const name = block.label?.name ?? (block.bold || block.text);
    if (!severityHeading.test(name) || (block.kind === 'line' && !block.label && block.bold === '')) {
      // A sentence about a severity or a channel would decide, were it a rule.
      if (!block.label && /#[a-z]|\bSEV|\bP\d\b/i.test(block.text)) warnOfRule(block, reader, draft);
      continue;
    }
    const found = severitiesIn(name, block, reader);
    if (found.length === 0) continue;
    reader.understood(block, found.join(' and '));
    if (block.label && block.label.value !== '') readNotification(found, block, block.label.start, reader, draft, true);
    // `**SEV-1**` on a line of its own goes on with the list that follows it.
    const following = blocks.slice(index + 1);
    const end = following.findIndex(
      (other) => other.kind === 'line' || (other.kind === 'item' && severityHeading.test(other.label?.name ?? '')),
    );
    readPolicy(
      found,
      block,
      block.kind === 'line' ? following.slice(0, end < 0 ? undefined : end) : block.children,
      reader,
      draft,
    );
  }
}

function readPolicy(
  found: readonly Severity[],
  place: Place,
  blocks: readonly Block[],
  reader: Reader,
  draft: Draft,
): void {
  for (const severity of found) partsOf(severity, place, reader, draft);
  const { groups, found: hasWhen } = readCriteriaBlocks(blocks, reader, draft, false);
  if (hasWhen && groups.length > 0)
    for (const severity of found)
      draft.fallbackRules.push({ severity, anyOf: groups, at: groups[0]?.[0]?.at ?? reader.at(place) });
  const whoLast = (entry: Entry): number => (entry.label && readLabelName(entry.label.name, ['who']) ? 1 : 0);
  const entries = [...entriesOf(blocks), ...valuesOf(blocks.filter(({ kind }) => kind === 'table'))];
  for (const entry of entries.toSorted((a, b) => whoLast(a) - whoLast(b))) {
    if (entry.struck || isCriteriaLabel(entry)) continue;
    const id = entry.label ? readLabelName(entry.label.name, policyLabels) : undefined;
    if (id) readLabelled(id as PolicyLabel, found, entry, reader, draft);
    else if (unanswered.test(entry.text)) readUnanswered(found, entry, reader, draft);
    else if (!suggestLabel(entry, [...policyLabels, 'when'], reader)) warnOfRule(entry, reader, draft);
  }
}

/** `Notify: @oncall in #alerts right away`: channel, mention and time beside the name count where no label of their own gives them. */
function readBesideWho(found: readonly Severity[], text: string, entry: Entry, reader: Reader, draft: Draft): void {
  const channels = [...new Set(text.match(/#[\p{L}\p{N}_-]+/gu))];
  const [mention] = /@[\w.-]+/.exec(text) ?? [];
  const plain = text.replace(/[#@][\p{L}\p{N}_.-]+/gu, ' ');
  const timing = readTiming(plain, draft.revision.cluster.timezone);
  for (const severity of found) {
    const parts = partsOf(severity, entry.placeOf(0), reader, draft);
    if (channels.length > 0 && !parts.channels)
      setPart('channels', channels, [severity], entry, 'Channel', reader, draft);
    if (mention !== undefined && !parts.mention)
      setPart('mention', mention, [severity], entry, 'Mention', reader, draft);
    if (timing?.when === 'immediate' && !parts.timing)
      setPart('timing', timing, [severity], entry, 'Timing', reader, draft);
  }
  // A delay beside a name may be that of the next one in line: it is not taken for the message's.
  if (timing && timing.when !== 'immediate') reader.problem('guidance', entry, { word: entry.text.slice(0, 80) });
}

const unanswered =
  /\b(?:no (?:response|reply|answer|reaction|ack\w*)|un-?ack\w*|not (?:been )?ack\w*|nobody (?:answers|reacts|responds))\b/i;

/** `No response in 10 min -> PagerDuty`: says what `Escalate:` would. */
function readUnanswered(found: readonly Severity[], entry: Entry, reader: Reader, draft: Draft): void {
  const escalate = readEscalate(entry.text);
  if (!escalate) {
    reader.problem('escalate-unreadable', entry, { word: entry.text });
    return;
  }
  setPart('escalate', escalate, found, entry, 'Escalate', reader, draft);
  reader.understood(
    entry,
    `${found.join(' and ')}: to ${escalate.channel} after ${formatDuration(escalate.after)} without acknowledgement`,
  );
}

function readTable(table: Table, reader: Reader, draft: Draft): void {
  const ids = table.header.map((cell) => (cell ? readLabelName(cell.text, columns) : undefined));
  const severityColumn = ids.indexOf('severity');
  if (severityColumn < 0) return;
  reader.understood(
    { line: table.line, endLine: Math.max(table.line, (table.rows[0]?.line ?? table.line + 2) - 1) },
    'a table of severities',
  );
  for (const { cells, line } of table.rows) {
    const cell = cells[severityColumn];
    const found = cell ? severitiesIn(withSeverityWord(cell.text), cell.placeOf(0), reader) : [];
    const [severity] = found;
    if (!cell || !severity) continue;
    const entries = cells.flatMap((each, index): Entry[] => {
      const id = ids[index];
      if (!each || !id || id === 'severity' || each.text.trim() === '') return [];
      const { label: _, ...rest } = each;
      return [
        {
          ...rest,
          label: { name: table.header[index]?.text ?? '', value: each.text, start: 0, bold: true, by: ':' },
          kind: 'item',
          column: each.placeOf(0).column,
          children: [],
        },
      ];
    });
    reader.understood({ line, endLine: line }, found.join(' and '));
    readPolicy(found, cell.placeOf(0), entries, reader, draft);
    reader.understood({ line, endLine: line }, found.map((each) => sayParts(each, draft)).join('; '));
  }
}

/** What is known of a severity, in one line: a row of a table has many values. */
function sayParts(severity: Severity, draft: Draft): string {
  const { who, channels, timing, mention, followUp, escalate } = draft.escalation.get(severity) ?? {};
  const parts = [
    channels && (channels.length === 0 ? 'no message' : `to ${channels.join(' and ')}`),
    timing && sayTiming(timing),
    who && (who.length === 0 ? 'tell nobody' : `tell ${who.join(', ')}`),
    mention && `mentions ${mention}`,
    followUp === undefined ? undefined : `a reminder every ${formatDuration(followUp)}`,
    escalate && `then to ${escalate.channel} after ${formatDuration(escalate.after)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? severity : `${severity}: ${parts.join(', ')}`;
}

/** What is known of a severity so far; lines of several sections come together in it. */
function partsOf(severity: Severity, place: Place, reader: Reader, draft: Draft): EscalationParts {
  const known = draft.escalation.get(severity) ?? { severity, at: reader.at(place), reader, place, lines: {} };
  draft.escalation.set(severity, known);
  return known;
}

/** Sets one part unless it was given before, which is told. */
function setPart<Key extends 'who' | 'channels' | 'timing' | 'mention' | 'followUp' | 'settle' | 'escalate'>(
  key: Key,
  value: EscalationParts[Key],
  found: readonly Severity[],
  line: TextLine,
  label: string,
  reader: Reader,
  draft: Draft,
): void {
  for (const severity of found) {
    const parts = partsOf(severity, line.placeOf(0), reader, draft);
    const first = parts.lines[key];
    if (first !== undefined)
      reader.problem('value-twice', line.placeOf(0), { label: `${label} of ${severity}`, first });
    else {
      parts[key] = value;
      parts.lines[key] = reader.at(line.placeOf(0)).line;
    }
  }
}

function readLabelled(id: PolicyLabel, found: readonly Severity[], entry: Entry, reader: Reader, draft: Draft): void {
  const label = entry.label?.name ?? id;
  const { text, place } = readValue(reader, entry);
  const nested = entriesOf(entry.children).map((each) => each.text);
  if (text === '' && nested.length === 0) {
    reader.problem('value-missing', entry, { word: label });
    return;
  }
  const set = <Key extends Parameters<typeof setPart>[0]>(
    key: Key,
    value: EscalationParts[Key],
    says: string,
  ): void => {
    setPart(key, value, found, entry, label, reader, draft);
    reader.understood(entry, `${found.join(' and ')}: ${says}`);
  };
  if (id === 'notification') {
    readNotification(found, entry, entry.label?.start ?? 0, reader, draft, false);
    return;
  }
  if (id === 'who') {
    set(
      'who',
      isNothing(text) ? [] : [...wordsOf(text), ...nested],
      isNothing(text) ? 'tell nobody' : `tell ${text || nested.join(', ')}`,
    );
    readBesideWho(found, text, entry, reader, draft);
    return;
  }
  if (id === 'channel') {
    const channels = readChannels([text, ...nested].join(', '));
    if (channels) checkRest(reader, channels.join(', '), text.replace(/#[\p{L}\p{N}_-]+/gu, ' '), place);
    // "#ops, shop": the second is meant as a channel as well.
    const bare = wordsOf(text.replace(/\s*\(.*?\)/g, '')).find(
      (word) =>
        /^[a-z0-9][a-z0-9_-]*$/.test(word) && channels?.includes(word) === false && !channels.includes(`#${word}`),
    );
    const rest = besideChannels(text);
    if (channels && channels.length > 0 && bare !== undefined)
      reader.problem('value-half-read', place, { word: bare, value: [...channels, `#${bare}`].join(', ') });
    else if (channels && channels.length > 0 && rest !== '' && rest !== text && !/\d/.test(rest))
      // Behind a dash it is a description: told, and no reason to refuse.
      /\s[-–—]\s/.test(text)
        ? reader.problem('guidance', place, { word: rest })
        : reader.problem('value-half-read', place, { word: rest, value: channels.join(', ') });
    if (!channels) {
      set('channels', [], 'an unreadable channel');
      reader.problem('channel-unreadable', place, {
        word: text,
        meant: wordsOf(text).flatMap((word) => meantChannel(word) ?? [])[0],
      });
      return;
    }
    set('channels', channels, channels.length === 0 ? 'no message' : `to ${channels.join(' and ')}`);
    return;
  }
  if (id === 'mention') {
    isNothing(text)
      ? reader.understood(entry, `${found.join(' and ')}: mentions nobody`)
      : set('mention', text, `mentions ${text}`);
    return;
  }
  if (id === 'timing') {
    const timing = isNothing(text) ? ({ when: 'digest' } as const) : readTiming(text, draft.revision.cluster.timezone);
    if (!timing) {
      refuse('timing-unreadable', entry, reader, draft);
      return;
    }
    warnWithoutZone(timing, text, entry, reader, draft);
    checkTimingRest(timing, text, place, reader);
    set('timing', timing, sayTiming(timing));
    return;
  }
  if (id === 'escalate') {
    if (isNothing(text)) {
      reader.understood(entry, `${found.join(' and ')}: never escalates`);
      return;
    }
    const escalate = readEscalate(text);
    if (!escalate) {
      reader.problem('escalate-unreadable', place, { word: text });
      return;
    }
    const [after] = findDurations(text);
    const rest = after ? `${text.slice(0, after.start)} ${text.slice(after.end)}` : '';
    const beside = rest.replace(new RegExp(escalate.channel, 'i'), ' ').replace(/\bafter\s{2,}/i, ' ');
    checkRest(reader, `${escalate.channel} after ${formatDuration(escalate.after)}`, beside, place);
    set('escalate', escalate, `to ${escalate.channel} after ${formatDuration(escalate.after)} without acknowledgement`);
    return;
  }
  if (isNothing(text)) {
    reader.understood(entry, `${found.join(' and ')}: no ${label.toLowerCase()}`);
    return;
  }
  const length = lengthOf(reader, text, place, label, 'upper');
  if (length === undefined) return;
  if (id === 'settle') set('settle', length, `told when it has settled for ${formatDuration(length)}`);
  else set('followUp', length, `a reminder every ${formatDuration(length)}`);
}

/** `immediate, to #channel`: timing and channel in one line. `lenient`: a line behind `SEV-1:` may also be prose. */
function readNotification(
  found: readonly Severity[],
  entry: Entry,
  start: number,
  reader: Reader,
  draft: Draft,
  lenient: boolean,
): void {
  const text = entry.text.slice(start);
  const place = entry.placeOf(start);
  const channels = isNothing(text) ? [] : /[#]|pagerduty|opsgenie|webhook/i.test(text) ? readChannels(text) : undefined;
  const timing = isNothing(text)
    ? ({ when: 'digest' } as const)
    : readTiming(text.replace(/#[\w-]+/g, ' '), draft.revision.cluster.timezone);
  if (!channels && !timing) {
    if (!lenient) reader.problem('timing-unreadable', place, { word: text });
    return;
  }
  const rest = timing ? '' : besideChannels(text);
  if (rest !== '' && !isNothing(text))
    lenient
      ? reader.problem('guidance', place, { word: rest })
      : reader.problem('timing-unreadable', place, { word: rest });
  if (timing) {
    warnWithoutZone(timing, text, entry, reader, draft);
    if (timing.when === 'digest' && !isNothing(text))
      checkTimingRest(timing, text.replace(channelNames, ' '), place, reader);
  }
  if (channels) setPart('channels', channels, found, entry, 'Channel', reader, draft);
  if (timing) setPart('timing', timing, found, entry, 'Timing', reader, draft);
  const to = channels ? (channels.length === 0 ? 'no message' : `to ${channels.join(' and ')}`) : '';
  reader.understood(
    entry,
    `${found.join(' and ')}: ${[timing ? sayTiming(timing) : '', to].filter((part) => part !== '').join(', ')}`,
  );
}

/** Channels that are no Slack channel and have a name of their own. */
const otherChannels = ['pagerduty', 'opsgenie', 'webhook', 'console', 'email'];
const channelNames = new RegExp(`#[\\p{L}\\p{N}_-]+|\\b(?:${otherChannels.join('|')})\\b`, 'giu');

/** What stands beside the channels of a text, without the words that only lead to them. */
const besideChannels = (text: string): string =>
  text
    .replace(/\([^)]*\)?|`/g, ' ')
    .replace(channelNames, ' ')
    .replace(/\b(?:in|to|via|the|and|or|only|plus|also|slack|channels?|post(?:ed)?|send|sent)\b/gi, ' ')
    .replace(/^[^\p{L}\p{N}@]+|[^\p{L}\p{N}]+$/gu, '')
    .replace(/\s+/g, ' ');

/** `pagerdty` is no Slack channel of that name. */
const meantChannel = (word: string): string | undefined =>
  word.length < 5 ? undefined : nearestWord(word, otherChannels, word.length < 7 ? 1 : 2);

/** `#a, #b`, `pagerduty and #a`, a bare name, or nothing. Undefined where no channel is named. */
function readChannels(text: string): string[] | undefined {
  const plain = text.replace(/`/g, '').trim();
  if (isNothing(plain.replace(/[,;]\s*$/, '')) || isNothing(plain.replace(/\s*\(.*\)$/, '').replace(/[,;]\s*$/, '')))
    return [];
  const named = [...plain.matchAll(channelNames)].map(([name]) => (name.startsWith('#') ? name : name.toLowerCase()));
  if (named.length > 0) return [...new Set(named)];
  const words = wordsOf(plain.replace(/\s*\(.*?\)/g, ''));
  return words.length > 0 &&
    words.every(
      (word) => /^[a-z0-9][a-z0-9_-]*$/.test(word) && !/^(?:slack|the|team|channel)$/.test(word) && !meantChannel(word),
    )
    ? words.map((word) => `#${word}`)
    : undefined;
}

function readEscalate(text: string): { channel: string; after: number } | undefined {
  const read = readDuration(text, 'upper');
  if (!read || !('length' in read)) return undefined;
  const channel =
    (readChannels(text.replace(/\d.*$/, '')) ?? readChannels(text))?.[0] ??
    /\bto\s+(#?[\w-]+)/i.exec(text)?.[1] ??
    /^(#?[\w-]+)\s+after\b/i.exec(text)?.[1];
  return channel === undefined ? undefined : { channel, after: read.length };
}

/** A timing is one moment: a second number or a priority beside it ("Immediate for P0, 5 minutes for P1") would decide nothing. */
function checkTimingRest(timing: Timing, text: string, place: Place, reader: Reader): void {
  const [first] = findDurations(text);
  const rest =
    timing.when === 'after' && first
      ? `${text.slice(0, first.start)} ${text.slice(first.end)}`
      : timing.when === 'hours'
        ? (/\bP\d\b.*/i.exec(text)?.[0] ?? '')
        : text;
  const [rhythm] = timing.when === 'digest' ? (/\b(?:weekly|fortnightly|monthly|hourly)\b/i.exec(text) ?? []) : [];
  if (rhythm !== undefined) reader.problem('value-half-read', place, { word: rhythm, value: 'Daily digest' });
  // The hour of the digest is told, not refused: it goes out daily all the same.
  if (timing.when === 'digest') checkRest(reader, 'Daily digest', rest.replace(/(?:\bat\s+)?\d.*$/, '($&)'), place);
  else checkRest(reader, capital(sayTiming(timing)), rest, place);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function warnWithoutZone(timing: Timing, text: string, entry: Entry, reader: Reader, draft: Draft): void {
  if (timing.when === 'hours' && !draft.zoneGiven) reader.problem('timezone-missing', entry, { word: text });
}

function sayTiming(timing: Timing): string {
  if (timing.when === 'immediate') return 'at once';
  if (timing.when === 'digest') return 'in the daily digest';
  if (timing.when === 'after') return `after ${formatDuration(timing.delay)}`;
  return `in ${timing.windows.map(({ says }) => says).join('; ')}`;
}
