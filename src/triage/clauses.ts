import type { Clause, Severity, SeverityRule } from '../config/revision.ts';
import { severities } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { dueOfEnough, type Field, makeField, type Others, withoutOne } from './clause-field.ts';
import type { Standing } from './standing.ts';

/** A criterion that decides about something, or will at `at` if nothing changes. */
export type Verdict = { severity: Severity; because: string };

/** Whether a clause speaks of it. */
function isAbout({ subject, quantifier }: Clause, one: Standing): boolean {
  switch (subject.of) {
    case 'services':
      // What is not listed is judged as a service is, but is none where services are counted.
      return (
        (one.kind === 'service' || (one.kind === 'unlisted' && quantifier === 1)) &&
        subject.priorities.includes(one.priority)
      );
    case 'named':
      return (
        one.service !== undefined && subject.names.some((name) => name.toLowerCase() === one.service?.toLowerCase())
      );
    case 'class':
      return one.classes.some((each) => subject.classes.includes(each));
    case 'nodes':
      return one.kind === 'node';
    case 'control-plane':
      return one.kind === 'control-plane';
    case 'infrastructure':
      return one.isInfrastructure;
    case 'any':
      return one.kind === 'service';
  }
}

/** When the clause's state will have lasted long enough; undefined where it is not in that state. */
function dueAt(clause: Clause, one: Standing): Millis | undefined {
  const since = one.states[clause.state];
  if (since === undefined || !isAbout(clause, one)) return undefined;
  const limit = limitOf(clause, one);
  return limit === undefined ? undefined : since + limit;
}

/** How long it must last: the clause's `for`; from the service's own max downtime on, which one without cannot exceed. */
function limitOf({ state, for: lasts = 0 }: Clause, { maxDowntime }: Standing): Millis | undefined {
  if (state !== 'max-downtime-exceeded') return lasts;
  return maxDowntime === undefined ? undefined : maxDowntime + lasts;
}

/** The moment from which every clause of a group holds, the thing itself being one of those it speaks of. */
function groupDueAt(group: readonly Clause[], one: Standing, all: readonly Standing[]): Millis | undefined {
  let due = 0;
  let concerns = false;
  for (const clause of group) {
    const own = dueAt(clause, one);
    if (own !== undefined) concerns = true;
    const others = othersOf(clause, one, all);
    const at = dueOfEnough(needed(clause, one, others), own, others);
    if (at === undefined) return undefined;
    // A single clause about "any" must hold for this one, not for another.
    due = Math.max(
      due,
      group.length === 1 && clause.quantifier === 1 && !isEvery(clause)
        ? (own ?? Number.POSITIVE_INFINITY)
        : Math.max(at, own ?? at),
    );
  }
  return concerns ? due : undefined;
}

const isEvery = ({ subject }: Clause): boolean => subject.of === 'named' && subject.every;

/** A clause against everything that stands: the same for each thing that is judged by it in a cycle. */
const fields = new WeakMap<readonly Standing[], Map<Clause, Field>>();

function othersOf(clause: Clause, one: Standing, all: readonly Standing[]): Others {
  const known = fields.get(all) ?? new Map<Clause, Field>();
  fields.set(all, known);
  const field = known.get(clause) ?? fieldOf(clause, all);
  known.set(clause, field);
  return withoutOne(field, one.key);
}

function fieldOf(clause: Clause, all: readonly Standing[]): Field {
  const counted = clause.subject.of === 'infrastructure' ? all : all.filter(({ kind }) => kind !== 'unlisted');
  return makeField(
    counted.filter((each) => isAbout(clause, each)),
    (each) => dueAt(clause, each),
  );
}

/** How many must be in the state: a number, all there are, every named one. */
function needed(clause: Clause, one: Standing, others: Others): number {
  if (clause.subject.of === 'named' && clause.subject.every) return clause.subject.names.length;
  if (clause.quantifier !== 'all') return clause.quantifier;
  return Math.max(1, others.concerned + (isAbout(clause, one) ? 1 : 0));
}

/** The most severe criterion that holds for it now, with its reason. */
export function findVerdict(
  rules: readonly SeverityRule[],
  one: Standing,
  all: readonly Standing[],
  now: Millis,
): Verdict | undefined {
  let best: Verdict | undefined;
  for (const rule of rules) {
    if (best && severities.indexOf(rule.severity) >= severities.indexOf(best.severity)) continue;
    const group = rule.anyOf.find((clauses) => (groupDueAt(clauses, one, all) ?? Number.POSITIVE_INFINITY) <= now);
    if (group) best = { severity: rule.severity, because: sayReason(group, one, rule.severity, now) };
  }
  return best;
}

/**
 * When the first single criterion about its state holds, which replaces the check's grace: the clause's `for` from the state's since.
 * Criteria that count several, or that only speak of a long outage, escalate: they hold nothing back.
 */
export function heldUntil(
  rules: readonly SeverityRule[],
  one: Standing,
): { until: Millis; clause: Clause } | 'graced' | undefined {
  let held: { until: Millis; clause: Clause } | undefined;
  for (const { anyOf } of rules) {
    for (const [clause, ...more] of anyOf) {
      if (!clause || more.length > 0 || clause.quantifier !== 1 || isEvery(clause) || escalates.has(clause.state))
        continue;
      const until = dueAt(clause, one);
      if (until === undefined) continue;
      if (clause.for === undefined) return 'graced';
      if (!held || until < held.until) held = { until, clause };
    }
  }
  return held;
}

const escalates = new Set<Clause['state']>(['outage', 'max-downtime-exceeded', 'flapping', 'healthy', 'expected']);

/** Moments after `now` at which a criterion about it begins to hold. */
export function dueMoments(
  rules: readonly SeverityRule[],
  one: Standing,
  all: readonly Standing[],
  now: Millis,
): Millis[] {
  return rules
    .flatMap(({ anyOf }) => anyOf.map((group) => groupDueAt(group, one, all)))
    .filter((at) => at !== undefined)
    .filter((at) => at > now && Number.isFinite(at));
}

function sayReason(group: readonly Clause[], one: Standing, severity: Severity, now: Millis): string {
  const clause = group.find((each) => dueAt(each, one) !== undefined) ?? group[0];
  if (!clause) return severity;
  const since = one.states[clause.state] ?? now;
  const limit = limitOf(clause, one);
  const said = `${one.name}${one.kind === 'unlisted' ? ` (unlisted, as ${one.priority})` : ''} ${stateWords[clause.state] ?? clause.state} for ${formatDuration(now - since)}`;
  const text = group.map((each) => each.text).join(' and ');
  return `${said}${limit ? `, limit ${formatDuration(limit)}` : ''} (${severity}: ${text})`;
}

const stateWords: Partial<Record<Clause['state'], string>> = {
  'not-ready': 'not ready',
  'at-risk': 'at risk',
  warnings: 'warned about',
  'max-downtime-exceeded': 'down',
  outage: 'down',
  expected: 'as expected',
};
