import { type Priority, type Revision, type Severity, severities } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { findVerdict, heldUntil, type Verdict } from './clauses.ts';
import type { Standing } from './standing.ts';

type Row = { down: Severity; degraded: Severity; warned: Severity };

/** What holds where no criterion matches (LANGUAGE, "Severity"). A warning is nobody's alarm. */
const byDefault: Record<Priority, Row> = {
  P0: { down: 'SEV-1', degraded: 'SEV-2', warned: 'SEV-4' },
  P1: { down: 'SEV-2', degraded: 'SEV-3', warned: 'SEV-4' },
  P2: { down: 'SEV-3', degraded: 'SEV-4', warned: 'SEV-4' },
  P3: { down: 'SEV-4', degraded: 'SEV-4', warned: 'SEV-4' },
};

/** The severity of one standing and the reason: the most severe criterion that holds, else the default table; never above the cap of its group. */
export function decideSeverity(one: Standing, all: readonly Standing[], revision: Revision, now: Millis): Verdict {
  const verdict = findVerdict(revision.severityRules, one, all, now) ?? defaultVerdict(one, revision, now);
  if (!one.cap || !isWorse(verdict.severity, one.cap)) return verdict;
  return { severity: one.cap, because: `${verdict.because}; capped at ${one.cap} by its group` };
}

function defaultVerdict(one: Standing, revision: Revision, now: Millis): Verdict {
  const state = one.states.down !== undefined ? 'down' : one.states.degraded !== undefined ? 'degraded' : 'warned';
  const since = one.states[state === 'warned' ? 'affected' : state] ?? now;
  // A criterion about this state that only waits for its time: the default must not be faster than what was written.
  const waits = state === 'down' ? heldUntil(revision.severityRules, one) : undefined;
  const row = waits && waits !== 'graced' && waits.until > now ? 'degraded' : state;
  const severity = byDefault[one.priority][row];
  const kind =
    one.kind === 'service'
      ? one.priority
      : one.kind === 'unlisted'
        ? `unlisted, as ${one.priority}`
        : `${one.kind}, as ${one.priority}`;
  const words = state === 'warned' ? 'warned about' : state;
  return {
    severity,
    because: `${one.name} ${words} for ${formatDuration(now - since)} (${severity}: default for ${kind} ${words})`,
  };
}

/** Whether the first is more severe than the second. */
export const isWorse = (a: Severity, b: Severity): boolean => severities.indexOf(a) < severities.indexOf(b);

/** The most severe of several; the first of equals. */
export function worstOf(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.reduce<Verdict | undefined>(
    (worst, one) => (!worst || isWorse(one.severity, worst.severity) ? one : worst),
    undefined,
  );
}
