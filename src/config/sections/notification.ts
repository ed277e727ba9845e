import type { Entry } from '../document.ts';
import type { Draft, Place, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import { findDurations } from '../grammar/duration.ts';
import { readTiming, timingWords } from '../grammar/timing.ts';
import type { Severity, Timing } from '../revision.ts';
import { besideChannels, channelNames, readChannels } from './channels.ts';
import { sayChannels, sayTiming, setPart, writeTiming } from './policy-parts.ts';
import { checkTimingRest, warnWithoutZone } from './policy-timing.ts';
import { isNothing } from './values.ts';

/** Words around a channel and a timing that lead, decorate and decide nothing. */
const decoration =
  /\b(?:immediate(?:ly)?|messages?|notif(?:y|ied|ication|ications)|alerts?|alerted|pages?|paged|post(?:s|ed)?|threads?|slack|please|always|straight|right|away|once|in|on|at|as|with|within|after|of|for|the|an?|and|or|to|via|full|details?|response|required|needed|then|is|are|be|it|this|these|tell|told|go(?:es)?|sent|send)\b/gi;

/** `immediate, to #channel`: timing and channel in one line. `lenient`: a line behind `SEV-1:` may also be prose. */
export function readNotification(
  found: readonly Severity[],
  entry: Entry,
  start: number,
  reader: Reader,
  draft: Draft,
  lenient: boolean,
): void {
  const text = entry.text.slice(start);
  const place = entry.placeOf(start);
  const nothing = isNothing(text);
  const channels = nothing ? [] : /[#]|pagerduty|opsgenie|webhook/i.test(text) ? readChannels(text) : undefined;
  const timing = nothing
    ? ({ when: 'digest' } as const)
    : readTiming(text.replace(/#[\w-]+/g, ' '), draft.revision.cluster.timezone);
  if (!channels && !timing) {
    const condition = findCondition(text);
    if (!lenient) reader.problem('timing-unreadable', place, { word: text });
    else if (condition !== undefined && text.search(timingWords) >= 0)
      reader.problem('value-half-read', place, { word: condition, value: text.replace(condition, '').trim() });
    return;
  }
  if (!nothing) {
    if (!timing) checkWithoutTiming(text, place, reader, lenient);
    else checkNotificationRest(timing, channels ?? [], text, place, reader, lenient);
  }
  if (timing) {
    warnWithoutZone(timing, text, entry, reader, draft);
    if (timing.when === 'digest' && !nothing) checkTimingRest(timing, text.replace(channelNames, ' '), place, reader);
  }
  if (channels) setPart('channels', channels, found, entry, 'Channel', reader, draft);
  if (timing) setPart('timing', timing, found, entry, 'Timing', reader, draft);
  const says = [timing ? sayTiming(timing) : '', channels ? sayChannels(channels) : ''].filter((part) => part !== '');
  reader.understood(entry, `${found.join(' and ')}: ${says.join(', ')}`);
}

/** `soon, to #ops`: a channel, and words that are no time. */
function checkWithoutTiming(text: string, place: Place, reader: Reader, lenient: boolean): void {
  const rest = besideChannels(text);
  if (rest === '') return;
  if (lenient) reader.problem('guidance', place, { word: rest });
  else reader.problem('timing-unreadable', place, { word: rest });
}

/** What stands beside a timing and a channel that were read: a condition, another time, somebody else. */
function checkNotificationRest(
  timing: Timing,
  channels: readonly string[],
  text: string,
  place: Place,
  reader: Reader,
  lenient: boolean,
): void {
  const value = [
    writeTiming(timing),
    ...channels.map((channel, index) => (index === 0 ? `to ${channel}` : channel)),
  ].join(', ');
  const plain = text.replace(channelNames, ' ');
  if (timing.when === 'digest' || timing.when === 'hours') return;
  const [first] = timing.when === 'after' ? findDurations(plain) : [];
  const rest = first ? `${plain.slice(0, first.start)} ${plain.slice(first.end)}` : plain;
  const condition = findCondition(rest);
  if (condition !== undefined || /\d/.test(rest.replace(/\b24\s?[/x]\s?7\b|\bSEV[- ]?\d\b|\([^)]*\)?/gi, ' '))) {
    const word = (condition ?? rest).trim().replace(/[\s,]*\b(?:to|in|via)$/i, '');
    reader.problem('value-half-read', place, { word, value });
    return;
  }
  const beside = rest
    .replace(/\([^)]*\)?/g, ' ')
    .replace(timingWords, ' ')
    .replace(decoration, ' ')
    .replace(/^[^\p{L}\p{N}@]+|[^\p{L}\p{N}]+$/gu, '')
    .replace(/\s+/g, ' ');
  if (beside === '') return;
  // Behind `SEV-1:` and behind a dash words may describe: told, and no reason to refuse.
  if (lenient || /\s[-–—]\s/.test(text)) reader.problem('guidance', place, { word: beside });
  else reader.problem('value-half-read', place, { word: beside, value });
}
