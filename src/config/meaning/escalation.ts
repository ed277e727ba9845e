import { type Escalation, type Revision, type Severity, severities, type Timing } from '../revision.ts';
import { compareFields, type Field, type Fields, length, list, nothing, value } from './fields.ts';
import { gravest, type Phrase, rankOf, type Said, sayLength, type Weight } from './said.ts';
import { sayWindow } from './say-window.ts';

/** Where messages go that no line of the policy places. */
const unplaced = 'the fallback channel';

function sayTiming(timing: Timing): string {
  switch (timing.when) {
    case 'immediate':
      return 'at once';
    case 'after':
      return `after ${sayLength(timing.delay)}`;
    case 'hours':
      return `in hours ${[...new Set(timing.windows.map(sayWindow))].sort().join(' and ')}`;
    case 'digest':
      return 'in the daily digest';
  }
}

const slowness: readonly Timing['when'][] = ['immediate', 'after', 'hours', 'digest'];
const weighTimings = (before: Timing, after: Timing): Weight => {
  if (before.when === 'after' && after.when === 'after') return after.delay > before.delay ? 'silences' : 'wakes';
  return slowness.indexOf(after.when) < slowness.indexOf(before.when) ? 'wakes' : 'silences';
};

/** "channel #critical -> #criticl", and what it means where none is left. */
const channels: Field<readonly string[]> = (before, after) => {
  const gone = before.filter((name) => !after.includes(name));
  const come = after.filter((name) => !before.includes(name));
  if (gone.length + come.length === 0) return [];
  if (after.length === 0) return [{ weight: 'silences', says: `no channel any more, was ${before.join(', ')}` }];
  if (before.length === 0) return [{ weight: 'wakes', says: `channel none -> ${after.join(', ')}` }];
  if (gone.length === 1 && come.length === 1)
    return [{ weight: 'silences', says: `channel ${gone.join()} -> ${come.join()}` }];
  return list('channel', 'wakes')(before, after);
};

const fields: Fields<Escalation> = {
  severity: nothing,
  channels,
  who: list('who to alert', 'rest'),
  timing: value('timing', sayTiming, { weighs: weighTimings }),
  mention: value('mention', String),
  followUp: length('follow-up', 'silences', { unsetAs: Number.POSITIVE_INFINITY }),
  settle: length('settle', 'silences', { unset: 'the usual' }),
  escalate: value('escalate', ({ channel, after }) => `to ${channel} after ${sayLength(after)}`, {
    weighs: (before, after) => (after && (!before || after.after < before.after) ? 'wakes' : 'silences'),
  }),
  at: nothing,
};

/** What holds for a severity: where the policy has no line, the fallback channel at once, and for SEV-4 the digest. */
export function escalationOf({ escalation }: Revision, severity: Severity): Escalation {
  const written = escalation.find((one) => one.severity === severity);
  if (written) return written;
  const isLast = severity === severities.at(-1);
  return {
    severity,
    channels: isLast ? [] : [unplaced],
    who: [],
    timing: { when: isLast ? 'digest' : 'immediate' },
    at: { file: 'CLAUDE.md', line: 1, column: 1 },
  };
}

/** "channel of SEV-1 #critical -> #criticl"; the first word of a phrase says what of the severity it is. */
function sayOne(severity: Severity, phrases: readonly Phrase[]): string {
  const [first, ...more] = phrases;
  if (first && more.length === 0) {
    const [, word, rest] = /^(channel|timing|mention|follow-up|settle) (.*)$/s.exec(first.says) ?? [];
    if (word !== undefined) return `${word} of ${severity} ${rest}`;
  }
  return `${severity}: ${phrases.map(({ says }) => says).join('; ')}`;
}

/** What an edit does to the Escalation Policy. */
export const compareEscalation = (before: Revision, after: Revision): Said[] =>
  severities.flatMap((severity): Said[] => {
    const phrases = compareFields(fields, escalationOf(before, severity), escalationOf(after, severity));
    if (phrases.length === 0) return [];
    return [{ weight: gravest(phrases), rank: rankOf(severity), says: sayOne(severity, phrases) }];
  });
