import { refKey } from '../cluster/world.ts';
import { severities } from '../config/revision.ts';
import { day, minute, second } from '../lib/clock.ts';
import { mapInTurns, runToEnd, type Work } from '../lib/turns.ts';
import { reopensWithin } from './assign-incidents.ts';
import { findBlindTroubles, makeUnseen, rememberBlind } from './blindness.ts';
import { isHeard, isHeardWithout, sayEdit } from './edit.ts';
import { homeOf } from './explain.ts';
import { findRoots } from './find-roots.ts';
import { makeTrouble, type TroubleInput } from './find-troubles.ts';
import { coveredBy, rememberHidden, unhiddenIn } from './hidden.ts';
import type { Incident, JudgedFinding, Judgement, Memory } from './incident.ts';
import { liveIncidents } from './incident-life.ts';
import { isActive } from './incident-times.ts';
import type { JudgeInput } from './judge-input.ts';
import { judgeServices } from './judge-services.ts';
import { findAllExpected } from './known-issues.ts';
import { findMute, sayEnded } from './mutes.ts';
import { nextMoment } from './next-moment.ts';
import { judgeRollouts, rememberedChanges } from './rollouts.ts';
import { auditServices } from './service-faults.ts';
import { listSuppressed, suppress } from './suppress.ts';
import { tellRollouts } from './tell-rollouts.ts';
import { makeTwins } from './twins.ts';
import { makeBehind } from './workloads-behind.ts';

/** Ended incidents are remembered for as long as they can come back or flap, with room; ended mutes until a digest says so. */
const remembersEnded = day;

/** Findings -> services -> known issues -> severity -> incidents. Pure: what must be remembered is in the returned memory. */
export const judge = (input: JudgeInput): Judgement => runToEnd(judgeInTurns(input));

/** The same as work that can be interrupted. */
export function* judgeInTurns(input: JudgeInput): Work<Judgement> {
  const { revision, world, memory, now, edit, oneShot = false } = input;
  const behind = makeBehind(world);

  const blind = rememberBlind(world, memory, now);

  // Services: what they match, which findings are theirs and since when they count, how they stand.
  const { services, named, classes, findings, standings, standingsOf } = yield* judgeServices(input, behind, blind);

  // Known issues: what is expected now.
  const watched = findings.filter(({ ignored }) => !ignored);
  yield;
  const { expected, capped } = findAllExpected(watched, { revision, world, classes, incidents: memory.incidents, now });

  // Roots: what explains what. A root that is expected still explains its victims.
  const groups = yield* findRoots({
    findings: watched,
    world,
    behind,
    services: named,
    incidents: memory.incidents,
    now,
  });
  const priorities = new Map(revision.services.map(({ name, priority }) => [name, priority]));
  const atHome = Map.groupBy(watched, (finding) => refKey(homeOf(finding, world)));
  const parts = yield* mapInTurns(groups, (group) => suppress(group, expected, atHome, priorities, world));
  const hidden = new Map(parts.flatMap((part) => [...part.hidden]));

  // Severity: what each root amounts to.
  const troubleInput: TroubleInput = {
    revision,
    world,
    changes: rememberedChanges(input.changes, memory),
    twins: makeTwins(world),
    standings,
    standingsOf,
    capped,
    unhidden: unhiddenIn(memory, hidden, revision),
    now,
  };
  const made = yield* mapInTurns(parts, ({ left }) => makeTrouble(left, troubleInput), 4);
  const troubles = made.filter((one) => one !== undefined);
  const audited = auditServices(services, findings, now);
  for (const finding of audited) {
    const group = { root: finding.subject, findings: [finding], victims: [], because: [], isWell: false };
    troubles.push(...[makeTrouble(group, troubleInput)].filter((one) => one !== undefined));
  }
  troubles.push(...findBlindTroubles({ world, blind, standings, revision, now, oneShot }));

  // Rollouts: what each turned out to be.
  yield;
  const rollouts = judgeRollouts({ ...input, services, troubles, findings });

  // Incidents: how their lives go on.
  yield;
  const lived = yield* liveIncidents({
    troubles,
    previous: memory.incidents,
    covered: coveredBy(hidden, findings),
    unseen: makeUnseen(world),
    settle: (severity) =>
      revision.escalation.find((one) => one.severity === severity)?.settle ??
      (severity === severities[0] ? 15 * second : minute),
    mute: (incident) => findMute(incident, memory.mutes, now),
    endOfMute: (id) => memory.mutes.filter((one) => one.id === id).map(sayEnded)[0] ?? 'the mute has ended',
    acknowledged: memory.acknowledged,
    isHeard: (severity) => isHeard(severity, revision),
    ...(edit && {
      edit: {
        ...(edit.author !== undefined && { by: edit.author }),
        says: (incident) => sayEdit(edit, revision.id, incident),
        silences: (incident) => isHeardWithout(edit, incident),
      },
    }),
    now,
    oneShot,
    revision: revision.id,
    newId: input.newId,
  });
  const { incidents: all, events } = tellRollouts(rollouts, lived, now);
  const incidents = all.filter((incident) => isActive(incident) || now - (incident.endedAt ?? 0) < reopensWithin);
  const judged = [...findings, ...audited];
  yield;
  const suppressed = listSuppressed(hidden, findings, incidents);
  const nextAt = yield* nextMoment({
    revision,
    findings: watched,
    services,
    standings,
    standingsOf,
    incidents,
    suppressed,
    classes,
    blind,
    due: rollouts.moments,
    now,
  });
  return {
    services: services.map(({ state }) => state),
    findings: judged,
    incidents: incidents.sort(bySeverity),
    suppressed,
    events,
    memory: {
      firstSeen: rememberFirstSeen(judged, memory, Object.keys(blind).length > 0),
      services: Object.fromEntries(services.map(({ entry, remembered }) => [entry.name, remembered])),
      incidents: all.filter((incident) => isActive(incident) || now - (incident.endedAt ?? 0) < remembersEnded),
      mutes: memory.mutes.filter(({ until }) => until > now - remembersEnded),
      acknowledged: Object.fromEntries(
        incidents.filter(isActive).flatMap(({ id, acknowledged }) => (acknowledged ? [[id, acknowledged]] : [])),
      ),
      blind,
      hidden: rememberHidden(hidden, watched, memory, now),
      ...(Object.keys(rollouts.watched).length > 0 && { rollouts: rollouts.watched }),
      lastCycleAt: now,
    },
    ...(rollouts.verdicts.length > 0 && { verdicts: rollouts.verdicts }),
    ...(nextAt !== undefined && { nextAt }),
  };
}

/** First sights of what no object dates. While something is not seen, what is missing may only be hidden. */
function rememberFirstSeen(findings: readonly JudgedFinding[], memory: Memory, isBlind: boolean): Memory['firstSeen'] {
  const fresh = findings.filter(({ sinceFrom }) => sinceFrom === 'record').map(({ id, since }) => [id, since]);
  return { ...(isBlind ? memory.firstSeen : {}), ...Object.fromEntries(fresh) };
}

const bySeverity = (a: Incident, b: Incident): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1);
