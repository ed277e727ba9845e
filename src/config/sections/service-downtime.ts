import type { Reader } from '../draft.ts';
import { findDurations } from '../grammar/duration.ts';
import type { TextLine } from '../shape/text-line.ts';

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
    if (value !== undefined && (index === 0 || findDurations(value).length > 0)) return { value, start: before.length };
  }
  return undefined;
}

/** Words about a length of downtime that are no value: what decides must not vanish silently. */
export function warnOfDowntime(line: TextLine, reader: Reader, text = line.text): void {
  if (/^guidance\b/i.test(text) || !/\bdown(?:time)?\b/i.test(text) || findDurations(text).length === 0) return;
  reader.problem('downtime-not-read', line.placeOf(0), { word: text.slice(0, 80) });
}
