import { formatDuration } from '../../lib/duration.ts';
import type { Draft, EscalationParts, Place, Reader } from '../draft.ts';
import type { Severity, Timing } from '../revision.ts';
import type { TextLine } from '../shape/text-line.ts';

/** The parts of a severity's escalation that lines give. */
export type PartKey = 'who' | 'channels' | 'timing' | 'mention' | 'followUp' | 'settle' | 'escalate';

/** What is known of a severity so far; lines of several sections come together in it. */
export function partsOf(severity: Severity, place: Place, reader: Reader, draft: Draft): EscalationParts {
  const known = draft.escalation.get(severity) ?? { severity, at: reader.at(place), reader, place, lines: {} };
  draft.escalation.set(severity, known);
  return known;
}

/** Sets one part unless it was given before, which is told. */
export function setPart<Key extends PartKey>(
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

/** What is known of a severity, in one line: a row of a table has many values. */
export function sayParts(severity: Severity, draft: Draft): string {
  const { who, channels, timing, mention, followUp, escalate } = draft.escalation.get(severity) ?? {};
  const parts = [
    channels && sayChannels(channels),
    timing && sayTiming(timing),
    who && (who.length === 0 ? 'tell nobody' : `tell ${who.join(', ')}`),
    mention && `mentions ${mention}`,
    followUp === undefined ? undefined : `a reminder every ${formatDuration(followUp)}`,
    escalate && `then to ${escalate.channel} after ${formatDuration(escalate.after)}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? severity : `${severity}: ${parts.join(', ')}`;
}

export const sayChannels = (channels: readonly string[]): string =>
  channels.length === 0 ? 'no message' : `to ${channels.join(' and ')}`;

export function sayTiming(timing: Timing): string {
  if (timing.when === 'immediate') return 'at once';
  if (timing.when === 'digest') return 'in the daily digest';
  if (timing.when === 'after') return `after ${formatDuration(timing.delay)}`;
  return `in ${timing.windows.map(({ says }) => says).join('; ')}`;
}

/** How a timing is written, for cures. */
export function writeTiming(timing: Timing): string {
  if (timing.when === 'immediate') return 'Immediate';
  if (timing.when === 'digest') return 'Daily digest';
  if (timing.when === 'after') return `Within ${formatDuration(timing.delay)}`;
  return timing.windows.map(({ says }) => says).join('; ');
}
