import type { Entry } from '../document.ts';
import type { Draft, Place, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import { findDurations } from '../grammar/duration.ts';
import type { Timing } from '../revision.ts';
import { writeTiming } from './policy-parts.ts';
import { checkRest } from './values.ts';

/** A timing is one moment: a second number, a priority or a condition beside it would decide nothing. */
export function checkTimingRest(timing: Timing, text: string, place: Place, reader: Reader): void {
  const value = writeTiming(timing);
  const [first] = findDurations(text);
  const rest =
    timing.when === 'after' && first
      ? `${text.slice(0, first.start)} ${text.slice(first.end)}`
      : timing.when === 'hours'
        ? (/\bP\d\b.*/i.exec(text)?.[0] ?? '')
        : text;
  const [rhythm] = timing.when === 'digest' ? (/\b(?:weekly|fortnightly|monthly|hourly)\b/i.exec(text) ?? []) : [];
  if (rhythm !== undefined) reader.problem('value-half-read', place, { word: rhythm, value });
  // The hour of the digest is told, not refused: it goes out daily all the same.
  if (timing.when === 'digest') checkRest(reader, value, rest.replace(/(?:\bat\s+)?\d.*$/, '($&)'), place);
  else checkRest(reader, value, rest, place);
  const condition = conditionOfTiming(timing, rest, text);
  if (condition !== undefined && !/\d/.test(rest)) reader.problem('value-half-read', place, { word: condition, value });
}

/** Hours name days and are kept to them; nights and holidays are none that they know. */
const conditionOfTiming = (timing: Timing, rest: string, text: string): string | undefined =>
  timing.when === 'hours'
    ? /\b(?:(?:at|and|or)\s+)?(?:nights?|(?:bank |public )?holidays?)\b.*/i.exec(text)?.[0]
    : timing.when === 'digest' && !/\b(?:if|unless|except|only (?:if|when|on)|for P\d)\b/i.test(rest)
      ? undefined
      : findCondition(rest);

/** Hours count in the cluster's zone, so that one must be given. */
export function warnWithoutZone(timing: Timing, text: string, entry: Entry, reader: Reader, draft: Draft): void {
  if (timing.when === 'hours' && !draft.zoneGiven) reader.problem('timezone-missing', entry, { word: text });
}
