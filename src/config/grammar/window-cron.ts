import { Cron } from 'croner';
import { day as dayLength } from '../../lib/clock.ts';
import type { Window } from '../revision.ts';
import { findDurations } from './duration.ts';

/** `0 2 * * 0 for 1 hour`, also in backquotes or with "(cron)". */
export function readCron(text: string, zone: string): { window: Window; rest: string } | undefined {
  const field = '[\\d*/,?L#A-Z-]{1,40}';
  const match = new RegExp(
    `(?<![^\\s\`"'(:])((?:${field}\\s{1,4}){4}${field})[\`"')]?\\s{0,4}(?:for|lasting|,|\\()?\\s{0,4}`,
    'i',
  ).exec(text);
  if (!match?.[1]?.includes('*')) return undefined;
  const after = match.index + match[0].length;
  const lasts = findDurations(text.slice(after, after + 60))[0];
  if (lasts?.start !== 0 || lasts.upper <= 0 || lasts.upper > 31 * dayLength) return undefined;
  try {
    new Cron(match[1], { paused: true, mode: '5-part', timezone: zone });
  } catch {
    return undefined;
  }
  const says = `cron ${match[1]} for ${text.slice(after, after + lasts.end)}`;
  const rest = `${text.slice(0, match.index)} ${text.slice(after + lasts.end)}`;
  return { window: { says, repeats: 'cron', cron: match[1], lasts: lasts.upper }, rest };
}
