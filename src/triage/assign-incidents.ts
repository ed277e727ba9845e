import { refKey } from '../cluster/world.ts';
import { type Millis, minute } from '../lib/clock.ts';
import type { Incident } from './incident.ts';
import { isActive } from './incident-times.ts';
import type { Trouble } from './trouble.ts';

/** An incident that comes back within this is the same one. */
export const reopensWithin = 30 * minute;

export type Assignment = {
  /** The incident each trouble goes on with; without one it is new. */
  goesOn: Map<Trouble, Incident>;
  /** Incidents that turned out to be part of another trouble. */
  absorbed: Map<Incident, Trouble>;
};

/** Which trouble is which incident: by its root; else the oldest whose findings it explains now (a better root); else one that ended a short while ago. */
export function assignIncidents(troubles: readonly Trouble[], previous: readonly Incident[], now: Millis): Assignment {
  const assignment: Assignment = { goesOn: new Map(), absorbed: new Map() };
  const free = new Set(previous.filter(isActive));
  const byRoot = new Map<string, Incident>();
  for (const incident of free)
    if (!byRoot.has(refKey(incident.subject))) byRoot.set(refKey(incident.subject), incident);
  for (const trouble of troubles) {
    const own = byRoot.get(refKey(trouble.root));
    if (own) take(assignment, trouble, own, free);
  }
  const partsOf = indexParts([...free]);
  for (const trouble of troubles) {
    const parts = partsOf(trouble)
      .filter((incident) => free.has(incident))
      .sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
    for (const part of parts) {
      if (assignment.goesOn.has(trouble)) assignment.absorbed.set(part, trouble);
      else assignment.goesOn.set(trouble, part);
      free.delete(part);
    }
  }
  const ended = endedLately(previous, now);
  for (const trouble of troubles) {
    const before = assignment.goesOn.has(trouble) ? undefined : ended.get(refKey(trouble.root));
    // Later only what an edit silenced and what never went away.
    const isSame = before && (now - (before.endedAt ?? 0) < reopensWithin || trouble.since <= (before.endedAt ?? 0));
    if (isSame) assignment.goesOn.set(trouble, before);
  }
  return assignment;
}

function take({ goesOn }: Assignment, trouble: Trouble, incident: Incident, free: Set<Incident>): void {
  goesOn.set(trouble, incident);
  free.delete(incident);
}

/** Incidents that are part of a trouble: their object is a victim now, or their findings are among those explained. One whose root is well again keeps its end. */
function indexParts(incidents: readonly Incident[]): (trouble: Trouble) => Incident[] {
  const parts = new Map<string, Incident[]>();
  const add = (key: string, incident: Incident): void => {
    const known = parts.get(key);
    if (known) known.push(incident);
    else parts.set(key, [incident]);
  };
  for (const incident of incidents) {
    if (incident.state === 'recovering') continue;
    add(`object ${refKey(incident.subject)}`, incident);
    for (const id of incident.findings) add(`finding ${id}`, incident);
  }
  return ({ victims, findings }) => {
    const keys = [...victims.map((ref) => `object ${refKey(ref)}`), ...findings.map((id) => `finding ${id}`)];
    return [...new Set(keys.flatMap((key) => parts.get(key) ?? []))];
  };
}

/** By their root, the incidents that were resolved a short while ago or that an edit silenced; of several the last. */
function endedLately(previous: readonly Incident[], now: Millis): Map<string, Incident> {
  const ended = new Map<string, Incident>();
  for (const incident of previous) {
    const { state, subject, endedAt = 0, silenced } = incident;
    if (state !== 'resolved' || (now - endedAt >= reopensWithin && !silenced)) continue;
    const key = refKey(subject);
    if (endedAt > (ended.get(key)?.endedAt ?? Number.NEGATIVE_INFINITY)) ended.set(key, incident);
  }
  return ended;
}
