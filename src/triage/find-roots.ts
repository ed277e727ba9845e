import type { Ref } from '../cluster/objects.ts';
import { refKey, refOf, type World } from '../cluster/world.ts';
import type { Millis } from '../lib/clock.ts';
import { mapInTurns, type Work } from '../lib/turns.ts';
import { type ExplainInput, type Explanation, homeOf, makeExplain } from './explain.ts';
import { byLead } from './families.ts';
import type { Incident, JudgedFinding } from './incident.ts';
import { calmFor, isActive } from './incident-times.ts';

/** Findings that one object explains. */
export type RootGroup = {
  root: Ref;
  /** Its own findings and those it explains, the leading one first. */
  findings: JudgedFinding[];
  /** Objects whose findings it explains. */
  victims: Ref[];
  /** Why each victim hangs under it. */
  because: string[];
  /** The root itself is well again: what is left are victims that have a little time to follow. */
  isWell: boolean;
};

export type RootInput = Omit<ExplainInput, 'findings'> & { findings: readonly JudgedFinding[]; now: Millis };

type Explained = ReadonlyMap<string, Explanation | undefined>;

/** Groups findings by the object that explains them; a victim's finding that the root does not explain stands alone. */
export function* findRoots(input: RootInput): Work<RootGroup[]> {
  const { findings, world } = input;
  const explain = makeExplain(input);
  yield;
  const explanations = yield* mapInTurns(findings, (finding) => [finding.id, explain(finding)] as const);
  const explained: Explained = new Map(explanations);
  const byHome = Map.groupBy(findings, (finding) => refKey(homeOf(finding, world)));
  const active = input.incidents.filter(isActive);
  const activeRoots = new Set(active.map(({ subject }) => refKey(subject)));
  const lately = byFinding(active.filter((incident) => isLatelyWell(incident, byHome, input.now)));
  const victimsOf = groupVictims(explained);
  const groups = new Map<string, RootGroup>();
  const victims = new Set<string>();
  yield;
  for (const finding of findings) {
    yield;
    const home = refOf(homeOf(finding, world));
    const end = follow(finding, home, explained, byHome);
    const held = activeRoots.has(refKey(end))
      ? undefined
      : heldUnder(end, explained, byHome, lately, victimsOf, input.now);
    const root = held?.subject ?? end;
    const group = groups.get(refKey(root)) ?? { root, findings: [], victims: [], because: [], isWell: true };
    groups.set(refKey(root), group);
    group.findings.push(finding);
    if (!held) group.isWell = false;
    if (refKey(home) === refKey(root)) continue;
    const because = explained.get(finding.id)?.because;
    if (because && !group.because.includes(because) && group.because.length < 20) group.because.push(because);
    const victim = `${refKey(root)} ${refKey(home)}`;
    if (!victims.has(victim)) group.victims.push(home);
    victims.add(victim);
  }
  yield;
  for (const group of groups.values())
    group.findings.sort((a, b) => order(group, a, world) - order(group, b, world) || byLead(a, b));
  return [...groups.values()];
}

const order = ({ root }: RootGroup, finding: JudgedFinding, world: World): number =>
  refKey(homeOf(finding, world)) === refKey(root) ? 0 : 1;

/** From victim to cause to its cause; an object with a fault that nothing explains is where it ends, and so is a circle. */
function follow(
  finding: JudgedFinding,
  home: Ref,
  explained: Explained,
  byHome: ReadonlyMap<string, readonly JudgedFinding[]>,
): Ref {
  const passed = new Set<string>([refKey(home)]);
  let root = explained.get(finding.id)?.root;
  if (!root) return home;
  for (;;) {
    const key = refKey(root);
    if (passed.has(key)) return passed.size > 2 ? root : home;
    passed.add(key);
    const own = (byHome.get(key) ?? []).filter(({ level }) => level === 'error').sort(byLead);
    if (own.length === 0 || own.some(({ id }) => !explained.get(id))) return root;
    const next: Ref | undefined = own[0] && explained.get(own[0].id)?.root;
    if (!next) return root;
    root = next;
  }
}

/** Its root shows nothing any more, and it is not resolved yet. */
function isLatelyWell(incident: Incident, byHome: ReadonlyMap<string, unknown>, now: Millis): boolean {
  const { recoveringSince = now, subject, check } = incident;
  return check !== 'blind' && !byHome.has(refKey(subject)) && now - recoveringSince < calmFor(incident, now);
}

/** Incidents by the findings that were theirs, in their order. */
function byFinding(incidents: readonly Incident[]): ReadonlyMap<string, readonly Incident[]> {
  const groups = new Map<string, Incident[]>();
  for (const incident of incidents) {
    for (const id of incident.findings) {
      const group = groups.get(id);
      if (group) group.push(incident);
      else groups.set(id, [incident]);
    }
  }
  return groups;
}

/** Ids of the findings that each object explains. */
function groupVictims(explained: Explained): ReadonlyMap<string, string[]> {
  const victims = new Map<string, string[]>();
  for (const [id, by] of explained) {
    if (!by) continue;
    const key = refKey(by.root);
    const known = victims.get(key);
    if (known) known.push(id);
    else victims.set(key, [id]);
  }
  return victims;
}

/**
 * A victim whose root has just become well stays with it until that incident is resolved: forty pods need a moment to
 * return. Not one that failed anew meanwhile or makes others fail. (That it has no incident of its own is known before.)
 */
function heldUnder(
  end: Ref,
  explained: Explained,
  byHome: ReadonlyMap<string, readonly JudgedFinding[]>,
  lately: ReadonlyMap<string, readonly Incident[]>,
  victimsOf: ReadonlyMap<string, readonly string[]>,
  now: Millis,
): Incident | undefined {
  if (lately.size === 0) return undefined;
  const key = refKey(end);
  const errors = (byHome.get(key) ?? []).filter(({ id, level }) => level === 'error' && !explained.get(id));
  const victims = victimsOf.get(key) ?? [];
  const [first] = errors;
  if (!first) return undefined;
  return lately
    .get(first.id)
    ?.find(
      ({ recoveringSince = now, wellSince = recoveringSince, findings }) =>
        errors.every(({ id, since }) => since <= wellSince && findings.includes(id)) &&
        victims.every((id) => findings.includes(id)),
    );
}
