import type { Revision, ServiceClass } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { mapInTurns, type Work } from '../lib/turns.ts';
import { blindAfter } from './blindness.ts';
import { dueMoments } from './clauses.ts';
import type { Incident, JudgedFinding, Memory, Suppressed } from './incident.ts';
import { calmFor } from './incident-times.ts';
import { issueMoments } from './known-issues.ts';
import { auditAfter } from './service-faults.ts';
import type { JudgedService } from './service-state.ts';
import type { Standing } from './standing.ts';

export type MomentInput = {
  revision: Revision;
  findings: readonly JudgedFinding[];
  services: readonly JudgedService[];
  standings: readonly Standing[];
  standingsOf: (finding: JudgedFinding) => readonly Standing[];
  incidents: readonly Incident[];
  suppressed: readonly Suppressed[];
  classes: ReadonlyMap<string, readonly ServiceClass[]>;
  blind: Memory['blind'];
  /** When rollouts get their verdicts. */
  due: readonly Millis[];
  now: Millis;
};

/** The earliest moment after `now` at which the same cluster would be judged differently; undefined when only the cluster can change it. */
export function* nextMoment(input: MomentInput): Work<Millis | undefined> {
  const { findings, incidents, suppressed, services, standings, revision, now } = input;
  const troubled = new Set([
    ...findings.flatMap((finding) => finding.services),
    ...services.filter(({ state }) => state.state === 'down').map(({ entry }) => entry.name),
  ]);
  const dues = yield* mapInTurns(findings, (finding) =>
    input.standingsOf(finding).flatMap((one) => dueMoments(revision.severityRules, one, standings, now)),
  );
  const moments: (Millis | undefined)[] = [
    ...findings.map(({ pending }) => pending?.until),
    ...dues.flat(),
    ...incidents.flatMap((incident) => incidentMoments(incident, now)),
    ...suppressed.map(({ until }) => until),
    ...issueMoments(troubled, input),
    ...services.filter(({ state }) => state.state === 'down').map(({ state }) => state.since + auditAfter),
    ...input.due,
    ...Object.values(input.blind).map(({ since }) => since + blindAfter),
  ];
  const coming = moments.filter((at) => at !== undefined).filter((at) => at > now && Number.isFinite(at));
  return coming.length > 0 ? Math.min(...coming) : undefined;
}

function incidentMoments(incident: Incident, now: Millis): (Millis | undefined)[] {
  const { state, settlesAt, recoveringSince, unseen, muted } = incident;
  const calm = state === 'recovering' && recoveringSince !== undefined && unseen === undefined;
  return [
    state === 'settling' ? settlesAt : undefined,
    calm ? recoveringSince + calmFor(incident, now) : undefined,
    muted?.until,
  ];
}
