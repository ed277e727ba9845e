import type { Millis } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { Draft, Place, Reader } from '../draft.ts';
import { findDurations, isNegative } from '../grammar/duration.ts';
import type { TextLine } from '../shape/text-line.ts';
import { namesIn } from './judged.ts';
import { lengthOf } from './values.ts';

/** What is done after a length of time: a maximum only ever says how long, and the severity's criteria say the rest. */
const afterwards =
  /(?:\b(?:then|afterwards|otherwise|and|or|before|else)\b|[,;]|\s[-–—]+>?|→|=>)\s*(?:(?:we|it|please|then|to|is|becomes?|the|an?|immediately|only)\s+)*(?:page[sd]?|paging|call(?:s|ed|ing)?|alert(?:s|ed|ing)?|notif\w+|escalat\w+|wake|tell|ping|SEV[ -]?\d|P\d|critical|urgent)\b.*|\bthen\b.*/i;

/** The length of a downtime, and what stands beside it: something to do after it, or another service's name, decides nothing. */
export function readDowntime(
  text: string,
  place: Place,
  own: string | undefined,
  reader: Reader,
  draft: Draft,
): Millis | undefined {
  const length = lengthOf(reader, text, place, 'Max downtime', 'lower');
  if (length !== undefined) checkAfterwards(text, length, place, own, reader, draft);
  return length;
}

/** What stands behind a downtime that was read. */
export function checkAfterwards(
  text: string,
  length: Millis,
  place: Place,
  own: string | undefined,
  reader: Reader,
  draft: Draft,
): void {
  const behind = text.slice(findDurations(text)[0]?.end ?? 0);
  const value = formatDuration(length);
  const [word] = afterwards.exec(behind) ?? [];
  if (word !== undefined) {
    reader.problem('value-half-read', place, { word: word.replace(/^[\s,;]+/, ''), value });
    return;
  }
  if (own === undefined || !/\b(?:for|of|on|by)\s/i.test(behind)) return;
  // Which services are listed is known only when all lists have been read.
  draft.amendments.push(() => {
    const others = draft.serviceWords().filter((name) => draft.serviceNamed(name)?.name !== own);
    const [other] = namesIn(behind.replace(/\([^)]*\)/g, ' '), others);
    if (other !== undefined) reader.problem('value-half-read', place, { word: behind.trim(), value });
  });
}

/** How sentences bound a downtime; what follows is its length. */
const downtimeSentences: readonly RegExp[] = [
  /^(.*?\bmax(?:imum|\.)?\s+(?:allowed\s+|tolerated\s+)?(?:downtime|outage)\b\s*(?:of|is)?\s*:?\s*)(.+)$/i,
  /^((?:(?:it|they|these|this|all|the|services?|of|them)\s+)*(?:may|can)\s+be\s+(?:down|unavailable|offline)\s+(?:for\s+)?)(.+)$/i,
  /^((?:(?:it|they|these|this|all|the|services?|of|them)\s+)*(?:must|should)\s+not\s+be\s+(?:down|unavailable|offline)\s+(?:for\s+)?)((?:longer|more)\s+than.+)$/i,
  /^((?:(?:it|they|these|this|all|the|services?|of|them)\s+)*tolerates?\s+)(.+?)\s+(?:of\s+)?(?:downtime|outage)\.?$/i,
];

export function downtimeIn(text: string): { value: string; start: number } | undefined {
  for (const [index, sentence] of downtimeSentences.entries()) {
    const [, before = '', value] = sentence.exec(text) ?? [];
    // "Max downtime" is always meant; "can be down" is a rule only with a length.
    if (value !== undefined && (index === 0 || findDurations(value).length > 0 || isNegative(value)))
      return { value, start: before.length };
  }
  return undefined;
}

/** Words about a length of downtime that are no value: what decides must not vanish silently. */
export function warnOfDowntime(line: TextLine, reader: Reader, text = line.text): void {
  if (/^guidance\b/i.test(text) || !/\bdown(?:time)?\b/i.test(text) || findDurations(text).length === 0) return;
  reader.problem('downtime-not-read', line.placeOf(0), { word: text.slice(0, 80) });
}
