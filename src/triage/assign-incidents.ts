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
  for (const trouble of troubles) {
    const parts = [...free]
      .filter((incident) => isPartOf(incident, trouble))
      .sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
    for (const part of parts) {
      if (assignment.goesOn.has(trouble)) assignment.absorbed.set(part, trouble);
      else assignment.goesOn.set(trouble, part);
      free.delete(part);
    }
  }
  for (const trouble of troubles) {
    const ended = assignment.goesOn.has(trouble) ? undefined : endedLately(trouble, previous, now);
    if (ended) assignment.goesOn.set(trouble, ended);
  }
  return assignment;
}

function take({ goesOn }: Assignment, trouble: Trouble, incident: Incident, free: Set<Incident>): void {
  goesOn.set(trouble, incident);
  free.delete(incident);
}

/** Its object is a victim now, or its findings are among those explained. An incident whose root is well again keeps its end. */
function isPartOf(incident: Incident, trouble: Trouble): boolean {
  if (incident.state === 'recovering') return false;
  const key = refKey(incident.subject);
  return (
    trouble.victims.some((ref) => refKey(ref) === key) || incident.findings.some((id) => trouble.findings.includes(id))
  );
}

function endedLately(trouble: Trouble, previous: readonly Incident[], now: Millis): Incident | undefined {
  return previous
    .filter(
      ({ state, subject, endedAt }) =>
        state === 'resolved' && refKey(subject) === refKey(trouble.root) && now - (endedAt ?? 0) < reopensWithin,
    )
    .sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0];
}
