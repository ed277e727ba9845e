import { formatDuration } from '../../lib/duration.ts';
import { type Entry, entriesOf } from '../document.ts';
import type { Draft, EscalationParts, Place, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import { findDurations, readDuration } from '../grammar/duration.ts';
import { readTiming } from '../grammar/timing.ts';
import type { LabelId } from '../labels.ts';
import type { Severity } from '../revision.ts';
import { besideChannels, bracketedRule, channelNames, meantChannel, readChannels } from './channels.ts';
import { refuse } from './judged.ts';
import { readNotification } from './notification.ts';
import { type PartKey, partsOf, sayChannels, sayTiming, setPart, writeTiming } from './policy-parts.ts';
import { checkTimingRest, warnWithoutZone } from './policy-timing.ts';
import { checkRest, isNothing, lengthOf, readValue, type Value, wordsOf } from './values.ts';

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
export type PolicyLabel = (typeof policyLabels)[number];

/** One labelled line below a severity, with what reading it needs. */
type Line = Value & {
  found: readonly Severity[];
  entry: Entry;
  label: string;
  /** The texts of the list below the label. */
  nested: string[];
  reader: Reader;
  draft: Draft;
  set<Key extends PartKey>(key: Key, value: EscalationParts[Key], says: string): void;
};

/** Reads `Channel: #ops` and its like for the severities found. */
export function readPolicyLine(
  id: PolicyLabel,
  found: readonly Severity[],
  entry: Entry,
  reader: Reader,
  draft: Draft,
): void {
  const label = entry.label?.name ?? id;
  const value = readValue(reader, entry);
  const nested = entriesOf(entry.children).map((each) => each.text);
  if (value.text === '' && nested.length === 0) {
    reader.problem('value-missing', entry, { word: label });
    return;
  }
  lineReaders[id]({
    ...value,
    found,
    entry,
    label,
    nested,
    reader,
    draft,
    set(key, part, says) {
      setPart(key, part, found, entry, label, reader, draft);
      reader.understood(entry, `${found.join(' and ')}: ${says}`);
    },
  });
}

const lineReaders: Record<PolicyLabel, (line: Line) => void> = {
  notification: ({ found, entry, reader, draft }) =>
    readNotification(found, entry, entry.label?.start ?? 0, reader, draft, false),
  who(line) {
    const { text, nested, entry, found, reader, draft } = line;
    const nobody = isNothing(text);
    line.set(
      'who',
      nobody ? [] : [...wordsOf(text), ...nested],
      nobody ? 'tell nobody' : `tell ${text || nested.join(', ')}`,
    );
    readBesideWho(found, text, entry, reader, draft);
  },
  channel: readChannel,
  timing: readTimingLine,
  mention(line) {
    const { text, entry, found, reader, place } = line;
    if (isNothing(text)) {
      reader.understood(entry, `${found.join(' and ')}: mentions nobody`);
      return;
    }
    const condition = findCondition(text);
    if (condition !== undefined)
      reader.problem('value-half-read', place, { word: condition, value: text.replace(condition, '').trim() });
    line.set('mention', text, `mentions ${text}`);
  },
  escalate(line) {
    const { text, entry, found, reader, place } = line;
    if (isNothing(text)) {
      reader.understood(entry, `${found.join(' and ')}: never escalates`);
      return;
    }
    const escalate = readEscalate(text);
    if (!escalate) {
      reader.problem('escalate-unreadable', place, { word: text });
      return;
    }
    checkEscalateRest(escalate, text, place, reader);
    line.set('escalate', escalate, sayEscalate(escalate));
  },
  settle: (line) => readPause('settle', line),
  followUp: (line) => readPause('followUp', line),
};

function readPause(id: 'settle' | 'followUp', { text, place, label, entry, found, reader, set }: Line): void {
  if (isNothing(text)) {
    reader.understood(entry, `${found.join(' and ')}: no ${label.toLowerCase()}`);
    return;
  }
  const length = lengthOf(reader, text, place, label, 'upper');
  if (length === undefined) return;
  const said = formatDuration(length);
  set(id, length, id === 'settle' ? `told when it has settled for ${said}` : `a reminder every ${said}`);
}

function readChannel(line: Line): void {
  const { text, nested, place, reader, set } = line;
  const channels = readChannels([text, ...nested].join(', '));
  if (!channels) {
    set('channels', [], 'an unreadable channel');
    const meant = wordsOf(text).flatMap((word) => meantChannel(word) ?? [])[0];
    reader.problem('channel-unreadable', place, { word: text, meant });
    return;
  }
  if (channels.length > 0) checkChannelRest(channels, text, place, reader);
  set('channels', channels, sayChannels(channels));
}

/** What stands beside the channels: a second channel, a condition, somebody else. */
function checkChannelRest(channels: readonly string[], text: string, place: Place, reader: Reader): void {
  const value = channels.join(', ');
  // "#ops, shop": the second is meant as a channel as well.
  const bare = wordsOf(text.replace(/\s*\(.*?\)/g, '')).find(
    (word) => /^[a-z0-9][a-z0-9_-]*$/.test(word) && !channels.includes(word) && !channels.includes(`#${word}`),
  );
  const rest = besideChannels(text);
  const bracketed = bracketedRule(text);
  if (bracketed === undefined) checkRest(reader, value, text.replace(/#[\p{L}\p{N}_-]+/gu, ' '), place);
  if (bare !== undefined)
    reader.problem('value-half-read', place, { word: bare, value: [...channels, `#${bare}`].join(', ') });
  else if (rest !== '' && rest !== text && !/\d/.test(rest))
    // Behind a dash it is a description: told, and no reason to refuse.
    /\s[-–—]\s/.test(text)
      ? reader.problem('guidance', place, { word: rest })
      : reader.problem('value-half-read', place, { word: rest, value });
  else if (bracketed !== undefined) reader.problem('value-half-read', place, { word: bracketed, value });
}

function readTimingLine(line: Line): void {
  const { text, place, entry, reader, draft, set } = line;
  const zone = draft.revision.cluster.timezone;
  const timing = isNothing(text) ? ({ when: 'digest' } as const) : readTiming(text, zone);
  if (!timing) {
    const condition = findCondition(text);
    const without = condition === undefined ? undefined : readTiming(text.replace(condition, ' '), zone);
    if (without && without.when === 'immediate' && condition !== undefined)
      reader.problem('value-half-read', place, { word: condition, value: writeTiming(without) });
    else refuse('timing-unreadable', entry, reader, draft);
    return;
  }
  warnWithoutZone(timing, text, entry, reader, draft);
  checkTimingRest(timing, text, place, reader);
  set('timing', timing, sayTiming(timing));
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
  // A delay beside a name may be that of the next one in line: it is not taken for the message's. Nor is anybody told only sometimes.
  if ((timing && timing.when !== 'immediate') || (!isNothing(text) && findCondition(text) !== undefined))
    reader.problem('guidance', entry, { word: entry.text.slice(0, 80) });
}

const unanswered =
  /\b(?:no (?:response|reply|answer|reaction|ack\w*)|un-?ack\w*|not (?:been )?ack\w*|nobody (?:answers|reacts|responds))\b/i;

/** Whether a line without a label speaks of nobody reacting. */
export const isUnanswered = (entry: Entry): boolean => unanswered.test(entry.text);

/** `No response in 10 min -> PagerDuty`: says what `Escalate:` would. */
export function readUnanswered(found: readonly Severity[], entry: Entry, reader: Reader, draft: Draft): void {
  const escalate = readEscalate(entry.text);
  if (!escalate) {
    reader.problem('escalate-unreadable', entry, { word: entry.text });
    return;
  }
  checkEscalateRest(escalate, entry.text, entry, reader);
  setPart('escalate', escalate, found, entry, 'Escalate', reader, draft);
  reader.understood(entry, `${found.join(' and ')}: ${sayEscalate(escalate)}`);
}

type Escalate = NonNullable<EscalationParts['escalate']>;
const sayEscalate = ({ channel, after }: Escalate): string =>
  `to ${channel} after ${formatDuration(after)} without acknowledgement`;

function readEscalate(text: string): Escalate | undefined {
  const read = readDuration(text, 'upper');
  if (!read || !('length' in read)) return undefined;
  const channel =
    (readChannels(text.replace(/\d.*$/, '')) ?? readChannels(text))?.[0] ??
    /\bto\s+(#?[\w-]+)/i.exec(text)?.[1] ??
    /^(#?[\w-]+)\s+after\b/i.exec(text)?.[1];
  return channel === undefined ? undefined : { channel, after: read.length };
}

/** What every escalation waits for, in all the ways in which people say it. */
const withoutAnswer =
  /\b(?:if|when|unless|until|as long as|while|without|in case)?\s*(?:there is |it is |it has |the (?:alert|page|incident) (?:is|was|has been) )?(?:(?:no|any|an)\s*(?:one|body)?|nobody|none|not|still|without|yet|been|has|is|was)?\s*(?:been |yet |not |has |have |had |did |has not |did not |does not |doesn['’]t |didn['’]t |one )*(?:un-?)?(?:ack\w*|respon\w+|repl(?:y|ies|ied)|answer\w*|react\w*)(?:\s+(?:it|the (?:alert|page|incident)|yet|by then|in time|before|by anyone|by anybody))?/gi;

/** An escalation has one channel and one delay: a second of either, or a condition, would decide nothing. */
function checkEscalateRest(escalate: Escalate, text: string, place: Place, reader: Reader): void {
  const [after] = findDurations(text);
  const rest = after ? `${text.slice(0, after.start)} ${text.slice(after.end)}` : text;
  const beside = rest
    .split(new RegExp(escalate.channel.replace(/[^\w#-]/g, ''), 'i'))
    .join(' ')
    .replace(/\bafter\s{2,}/i, ' ')
    .replace(withoutAnswer, ' ');
  const value = `${escalate.channel} after ${formatDuration(escalate.after)}`;
  if (/\d/.test(beside)) {
    checkRest(reader, value, beside, place);
    return;
  }
  const [second] = beside.match(channelNames) ?? [];
  const then =
    /\b(?:and|then|or|plus|also)\s+(?:to\s+)?(?:the\s+)?(?!(?:page|alert|call|escalate|notify|tell)s?\s*$)[\p{L}@]{2}.*/iu.exec(
      beside.replace(/\b(?:and|then)\s+(?:immediately|again)\b/gi, ' '),
    )?.[0];
  const word = findCondition(beside) ?? second ?? then;
  if (word !== undefined) reader.problem('value-half-read', place, { word: word.trim(), value });
}
