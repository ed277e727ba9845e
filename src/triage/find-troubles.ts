import type { Change, ScoredChange } from '../changes/change.ts';
import { scoreChanges } from '../changes/score-changes.ts';
import { refKey, refName, type World } from '../cluster/world.ts';
import type { Revision } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { listWords } from '../lib/text.ts';
import type { Verdict } from './clauses.ts';
import { familyOf } from './families.ts';
import type { RootGroup } from './find-roots.ts';
import type { Incident, JudgedFinding } from './incident.ts';
import type { Expected } from './known-issues.ts';
import { decideSeverity, isWorse, worstOf } from './severity.ts';
import type { Standing } from './standing.ts';
import type { Trouble } from './trouble.ts';
import type { Twins } from './twins.ts';
import { saysNothing } from './what-follows.ts';

export type TroubleInput = {
  revision: Revision;
  world: World;
  changes: readonly Change[];
  twins: Twins;
  standings: readonly Standing[];
  standingsOf: (finding: JudgedFinding) => readonly Standing[];
  /** Findings that an unbounded known issue makes a SEV-4. */
  capped: ReadonlyMap<string, Expected>;
  /** Findings that something hid in the cycle before, and what. */
  unhidden: ReadonlyMap<string, string>;
  now: Millis;
};

/** What the findings of one root amount to: the severity of the worst victim, told by the leading finding. */
export function makeTrouble(group: RootGroup, input: TroubleInput): Trouble | undefined {
  const [lead] = group.findings;
  if (!lead) return undefined;
  const ready = group.findings.filter(({ pending }) => !pending);
  const counted = ready.length > 0 ? ready : group.findings;
  const verdict = worstOf(counted.map((finding) => verdictOf(finding, input)));
  if (!verdict) return undefined;
  const errors = counted.filter(({ level }) => level === 'error');
  const since = Math.min(...(errors.length > 0 ? errors : counted).map((finding) => finding.since));
  const scored = scoreChanges(input.changes, lead.subject, since, input.world, [group.root, ...lead.related]);
  // A cause that is proven needs no comparison.
  const isOpen = lead.level === 'error' && (lead.cause === undefined || saysNothing.has(lead.cause));
  const { says: twins, changes } = isOpen ? input.twins(group.root, scored) : { says: [], changes: scored };
  const hidden = ready.map(({ id }) => input.unhidden.get(id)).find((by) => by !== undefined);
  const audited = ready.some(({ part }) => part === 'audit') ? 'our own audit found it' : undefined;
  const atOnce = hidden ?? audited;
  return {
    ...verdict,
    root: group.root,
    check: lead.check,
    ...(lead.cause !== undefined && { cause: lead.cause }),
    family: familyOf(lead.check),
    since,
    services: [...new Set(group.findings.flatMap(({ services }) => services))],
    findings: group.findings.map(({ id }) => id),
    victims: group.victims,
    changes,
    candidates: lead.cause === undefined ? candidatesFor(group, lead, changes, input) : [],
    says: sayRoot(group, lead),
    next: lead.next,
    evidence: [
      ...lead.evidence,
      ...twins.map((text, index) => ({ id: `t${index + 1}`, text, object: group.root })),
      ...group.because.slice(0, 5).map((text, index) => ({ id: `r${index + 1}`, text, object: group.root })),
    ],
    reads: [...new Set(group.findings.flatMap(({ reads }) => reads))],
    isReady: ready.length > 0,
    isWell: group.isWell,
    ...(atOnce !== undefined && { atOnce }),
    ...(hidden !== undefined && { unhidden: true }),
  };
}

function verdictOf(finding: JudgedFinding, { standings, standingsOf, revision, capped, now }: TroubleInput): Verdict {
  if (finding.check === 'custom') {
    const severity = finding.severity ?? 'SEV-4';
    return {
      severity,
      because: `custom check found it (${severity}: ${finding.severity ? 'its section says so' : 'default for custom checks'})`,
    };
  }
  const verdicts = standingsOf(finding).map((one) => decideSeverity(one, standings, revision, now));
  const verdict = worstOf(verdicts) ?? { severity: 'SEV-4', because: finding.says };
  const issue = capped.get(finding.id)?.issue;
  if (!issue || !isWorse(verdict.severity, 'SEV-4')) return verdict;
  return {
    severity: 'SEV-4',
    because: `${verdict.because}; SEV-4 because known issue "${issue.title}" expects it without saying for how long`,
  };
}

function sayRoot({ root, victims }: RootGroup, lead: JudgedFinding): string {
  if (victims.length === 0) return lead.says;
  const names = listWords(
    victims.map((ref) => refName(ref)),
    2,
  );
  const own = refKey(lead.subject) === refKey(root) || victims.every((ref) => refKey(ref) !== refKey(lead.subject));
  return own ? `${lead.says} (fails with it: ${names})` : `${refName(root)} makes ${names} fail: ${lead.says}`;
}

/** Where the cause is unknown: what changed shortly before, and what it points at. */
function candidatesFor(
  { root }: RootGroup,
  lead: JudgedFinding,
  changes: readonly ScoredChange[],
  { world }: TroubleInput,
): Incident['candidates'] {
  const changed = changes.map(({ subject, because }) => ({ subject, because }));
  const pointed = lead.related
    .filter((ref) => refKey(ref) !== refKey(root) && world.find(ref) !== undefined)
    .map((subject) => ({ subject, because: `${lead.check} points at it` }));
  return [...changed, ...pointed].slice(0, 5);
}
