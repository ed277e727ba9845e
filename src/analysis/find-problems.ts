import { redactText } from '../cluster/recording/redact-text.ts';
import type { Snapshot, SourceName } from '../cluster/snapshot.ts';
import { refKey } from '../cluster/world.ts';
import type { CheckId } from '../config/checks.ts';
import type { Ignore } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { oneLine } from '../lib/text.ts';
import { runToEnd, type Work } from '../lib/turns.ts';
import { checks } from './checks/index.ts';
import type { Check, CheckInput, Evidence, Finding, Observation } from './finding.ts';
import { findIgnore } from './ignores.ts';
import { lookAtPods } from './scope/pod-troubles.ts';

export type ProblemInput = CheckInput & {
  ignores: readonly Ignore[];
  /** Finding id -> when it was first seen, for what no object dates. */
  firstSeen: Readonly<Record<string, Millis>>;
};

/** More than this nobody reads, and a noisy tenant must not fill a message. */
const mostEvidence = 12;

/**
 * Every finding about the world, in the order of the checks and then of their ids. Findings that an ignore of the
 * Markdown covers are there too, with `ignored`. A check none of whose sources was seen finds nothing.
 */
export const findProblems = (input: ProblemInput): Finding[] => runToEnd(findProblemsInTurns(input));

/** The same as work that can be interrupted. */
export function* findProblemsInTurns(input: ProblemInput): Work<Finding[]> {
  yield* lookAtPods(input);
  const found: Finding[][] = [];
  for (const check of checks) if (check.reads.some(input.world.seen)) found.push(yield* runCheck(check, input));
  return found.flat();
}

/** The checks that could not see everything, with the sources they miss. A kind that is not installed is missing nowhere. */
export function unreadChecks(snapshot: Snapshot): { check: CheckId; missing: SourceName[] }[] {
  const unseen = new Set(
    snapshot.coverage.filter(({ state }) => state === 'partial' || state === 'denied').map(({ source }) => source),
  );
  if (unseen.size === 0) return [];
  return checks
    .map(({ id, reads }) => ({ check: id, missing: reads.filter((source) => unseen.has(source)) }))
    .filter(({ missing }) => missing.length > 0);
}

function* runCheck(check: Check, input: ProblemInput): Work<Finding[]> {
  const findings = new Map<string, Finding>();
  for (const observation of check.find(input)) {
    const finding = toFinding(check, observation, input);
    const twin = findings.get(finding.id);
    findings.set(finding.id, twin ? join(twin, finding) : finding);
    yield;
  }
  yield;
  return [...findings.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function toFinding(check: Check, observation: Observation, input: ProblemInput): Finding {
  const { since, evidence, grace, ...rest } = observation;
  const id = [check.id, refKey(rest.subject), ...(rest.part === undefined ? [] : [rest.part])].join('/');
  const finding: Finding = {
    ...rest,
    id,
    check: check.id,
    says: oneLine(redactText(rest.says), 300),
    // A clock that runs ahead in the cluster must not date a finding into the future.
    since: Math.min(since ?? input.firstSeen[id] ?? input.now, input.now),
    sinceFrom: since === undefined ? 'record' : 'cluster',
    evidence: numbered(evidence),
    grace: grace ?? input.thresholds.graces[check.id] ?? check.grace,
    reads: check.reads,
  };
  const ignored = findIgnore(finding, input);
  return ignored ? { ...finding, ignored } : finding;
}

/** Two observations of one check on one subject are one finding: the earlier since, the evidence of both. */
function join(first: Finding, second: Finding): Finding {
  return {
    ...first,
    since: Math.min(first.since, second.since),
    grace: Math.min(first.grace, second.grace),
    evidence: numbered([...first.evidence, ...second.evidence]),
    pods: [...first.pods, ...second.pods],
    related: [...first.related, ...second.related],
  };
}

function numbered(evidence: readonly Omit<Evidence, 'id'>[]): Evidence[] {
  const texts = new Set<string>();
  return evidence
    .map((piece) => ({ ...piece, text: oneLine(redactText(piece.text), 300) }))
    .filter(({ text }) => !texts.has(text) && texts.add(text))
    .slice(0, mostEvidence)
    .map((piece, index) => ({ ...piece, id: `e${index + 1}` }));
}
