import type { SourceName } from '../cluster/snapshot.ts';
import { refName } from '../cluster/world.ts';
import type { Severity } from '../config/revision.ts';
import { hour, type Millis } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { mapInTurns, type Work } from '../lib/turns.ts';
import { announce, isCrowded, type Tell, tellRevisions } from './announce.ts';
import { assignIncidents } from './assign-incidents.ts';
import type { Incident, IncidentEvent } from './incident.ts';
import { calmFor, isActive } from './incident-times.ts';
import { isWorse } from './severity.ts';
import type { Trouble } from './trouble.ts';

export type LifeInput = {
  troubles: readonly Trouble[];
  previous: readonly Incident[];
  /** Findings that configuration keeps from people now, and by what: they did not go away. */
  covered: ReadonlyMap<string, string>;
  /** In words which of these sources is not seen. */
  unseen: (reads: readonly SourceName[]) => string | undefined;
  settle: (severity: Severity) => Millis;
  mute: (incident: Incident) => { id: string; until: Millis; severity?: Severity } | undefined;
  /** In words that the mute of this id is over. */
  endOfMute: (id: string) => string;
  /** Whether people hear of that severity. */
  isHeard: (severity: Severity) => boolean;
  /** The edit since the last cycle: in words for an incident, and whether it is what silences it. */
  edit?: { by?: string; says: (incident: Incident) => string; silences: (incident: Incident) => boolean };
  acknowledged: Readonly<Record<string, { by: string; at: Millis }>>;
  now: Millis;
  oneShot: boolean;
  revision: string;
  newId: () => string;
};

/** The next state of every incident, and what happened to it. The same input again changes nothing and tells nothing. */
export function* liveIncidents(input: LifeInput): Work<{ incidents: Incident[]; events: IncidentEvent[] }> {
  const { now, previous, troubles } = input;
  const events: IncidentEvent[] = [];
  const tell: Tell = (incident, event) => events.push({ ...event, incident: incident.id, at: now });
  const { goesOn, absorbed } = assignIncidents(troubles, previous, now);
  yield;
  const going = new Map<Trouble, Incident>();
  for (const trouble of troubles) {
    yield;
    const before = goesOn.get(trouble);
    if (before) going.set(trouble, advance(before, trouble, input, tell));
    else if (trouble.isReady && !trouble.isWell) going.set(trouble, open(trouble, input, tell));
  }
  const kept = new Set(goesOn.values());
  const left = previous.filter((incident) => !kept.has(incident));
  const rest = yield* mapInTurns(left, (incident) => {
    if (!isActive(incident)) return incident;
    const into = absorbed.get(incident);
    const other = into && going.get(into);
    return other ? absorb(incident, other, input, tell) : calm(incident, input, tell);
  });
  const all = [...going.values(), ...rest];
  const isCrowd = isCrowded(all, now);
  const incidents = yield* mapInTurns(all, (incident) =>
    isActive(incident) ? announce(incident, isCrowd, input, tell) : incident,
  );
  return { incidents, events };
}

function factsOf({ root, isReady: _ready, isWell: _well, atOnce: _once, unhidden: _hidden, ...facts }: Trouble) {
  return { ...facts, subject: root };
}

function open(trouble: Trouble, { now, newId, revision }: LifeInput, tell: Tell): Incident {
  const incident: Incident = {
    ...factsOf(trouble),
    id: newId(),
    state: 'settling',
    openedAt: now,
    settlesAt: now,
    settlingSince: trouble.atOnce === undefined ? now : 0,
    told: false,
    reopened: [],
    flapping: false,
    revision,
  };
  tell(incident, { type: 'opened', says: `${refName(trouble.root)}: ${trouble.says}` });
  if (trouble.unhidden) tell(incident, { type: 'unhidden', says: trouble.atOnce ?? 'no longer hidden' });
  return incident;
}

/** An incident whose trouble is there in this cycle too. */
function advance(before: Incident, trouble: Trouble, input: LifeInput, tell: Tell): Incident {
  const { now, revision } = input;
  const reads = [...new Set([...(isActive(before) ? before.reads : []), ...trouble.reads])];
  const unseen = input.unseen(reads);
  // What is not seen whole may look better than it is; what is young again may look worse.
  const keeps = !trouble.isReady || (unseen !== undefined && !isWorse(trouble.severity, before.severity));
  const { cause: seenCause, ...facts } = factsOf(trouble);
  const cause = seenCause ?? before.cause;
  const { unseen: _old, cause: _cause, ...rest } = before;
  const incident: Incident = {
    ...rest,
    ...facts,
    ...(keeps && { severity: before.severity, because: before.because }),
    ...(cause !== undefined && { cause }),
    ...(unseen !== undefined && { unseen }),
    since: Math.min(before.since, trouble.since),
    // Who suffered before may do so unseen.
    ...(unseen !== undefined && { reads, services: [...new Set([...before.services, ...trouble.services])] }),
    revision,
  };
  if (!isActive(before)) return trouble.isReady ? comeBack(incident, trouble, input, tell) : before;
  if (trouble.isWell) {
    // Its victims are still there and still its own; what a known issue says of one of them ends nothing.
    const findings = [...new Set([...before.findings, ...trouble.findings])];
    return calm({ ...incident, reads, findings }, { ...input, covered: new Map() }, tell);
  }
  const isSilent = !trouble.isReady || !input.isHeard(incident.severity);
  if (before.silenced) return isSilent ? { ...incident, state: 'open' } : watchAgain(incident, trouble, input, tell);
  if (isSilent && before.told && input.edit?.silences(before)) return silence(incident, trouble, input, tell);
  if (before.state === 'recovering') {
    return trouble.isReady ? comeBack(incident, trouble, input, tell) : { ...incident, recoveringSince: now };
  }
  if (before.told) tellRevisions(before, incident, tell);
  return incident;
}

/** Back within the calm time (silent for people), or after the end: a new round that settles again. */
function comeBack(incident: Incident, trouble: Trouble, input: LifeInput, tell: Tell): Incident {
  const { now } = input;
  if (incident.silenced) {
    if (input.isHeard(incident.severity)) return watchAgain(incident, trouble, input, tell);
    const { endedAt: _end, ...unheard } = incident;
    return { ...unheard, state: 'open' };
  }
  const { recoveringSince: _calm, wellSince: _well, endedAt, settlingSince: _settling, ...rest } = incident;
  // What a known issue hid was never away.
  const times = trouble.unhidden ? rest.reopened : [...rest.reopened.filter((at) => now - at < hour), now];
  const back: Incident = { ...rest, reopened: times };
  if (trouble.unhidden) tell(back, { type: 'unhidden', says: trouble.atOnce ?? 'no longer hidden' });
  if (endedAt === undefined && back.told) {
    tell(back, { type: 'relapsed', says: `relapsed: ${trouble.says}` });
    return { ...back, state: 'open' };
  }
  return {
    ...back,
    state: 'settling',
    told: false,
    settlesAt: now,
    settlingSince: trouble.atOnce === undefined ? now : 0,
  };
}

function absorb(incident: Incident, into: Incident, { now }: LifeInput, tell: Tell): Incident {
  if (incident.told)
    tell(incident, { type: 'absorbed', into: into.id, says: `part of ${into.id}: ${refName(into.subject)}` });
  const { recoveringSince: _calm, wellSince: _well, ...rest } = incident;
  return { ...rest, state: 'absorbed', absorbedBy: into.id, endedAt: now };
}

/**
 * An edit takes it out of people's sight: said once, and never as an end. It stays open where it is still an incident by
 * the new revision; else it is over, and comes back as the same one.
 */
function silence(
  incident: Incident,
  trouble: Trouble | undefined,
  { now, revision, edit }: LifeInput,
  tell: Tell,
  because?: string,
): Incident {
  const says = edit?.says(incident) ?? because ?? 'an edit';
  const { recoveringSince: _calm, wellSince: _well, ...rest } = incident;
  if (!rest.told) return { ...rest, state: 'resolved', endedAt: now };
  tell(incident, { type: 'not-watched', says: `no longer watched: ${says}` });
  const silenced = { at: now, revision, ...(edit?.by !== undefined && { by: edit.by }), says };
  return trouble?.isReady
    ? { ...rest, state: 'open', silenced }
    : { ...rest, state: 'resolved', endedAt: now, silenced };
}

/** What an edit silenced is told again, as the incident that it was: at once where it never went away, and not as one more time. */
function watchAgain(incident: Incident, trouble: Trouble, { now, edit }: LifeInput, tell: Tell): Incident {
  const { silenced, recoveringSince: _calm, wellSince: _well, endedAt: _end, ...rest } = incident;
  const byEdit = edit !== undefined && !edit.silences(incident);
  const wasAway = !byEdit && trouble.since > (silenced?.at ?? now);
  const outlived = trouble.unhidden ? trouble.atOnce : undefined;
  const says = (byEdit ? undefined : outlived) ?? `watched again: ${byEdit ? edit.says(rest) : rest.because}`;
  if (!wasAway) tell(rest, { type: 'unhidden', says });
  return {
    ...rest,
    reopened: wasAway ? [...rest.reopened.filter((at) => now - at < hour), now] : rest.reopened,
    state: 'settling',
    told: false,
    settlesAt: now,
    settlingSince: wasAway && trouble.atOnce === undefined ? now : 0,
  };
}

/** An incident that shows no trouble: well, hidden by configuration, or not seen. */
function calm(incident: Incident, input: LifeInput, tell: Tell): Incident {
  const { now } = input;
  const unseen = input.unseen(incident.reads);
  if (unseen !== undefined)
    return { ...incident, unseen, ...(incident.state === 'recovering' && { recoveringSince: now }) };
  const { unseen: _seen, recoveringSince, ...seen } = incident;
  const by = incident.findings.map((id) => input.covered.get(id)).find((one) => one !== undefined);
  if (by !== undefined) {
    return silence(seen, undefined, input, tell, by);
  }
  if (seen.told && !seen.silenced && input.edit?.silences(seen)) return silence(seen, undefined, input, tell);
  if (incident.state !== 'recovering') {
    if (seen.told)
      tell(seen, {
        type: 'recovering',
        says: `${refName(seen.subject)} is well; resolved if it stays so for ${formatDuration(calmFor(seen, now))}`,
      });
    return { ...seen, state: 'recovering', recoveringSince: now, wellSince: now };
  }
  const from = recoveringSince ?? now;
  if (now - from < calmFor(seen, now)) return { ...seen, recoveringSince: from };
  if (seen.told)
    tell(seen, { type: 'resolved', says: `${refName(seen.subject)} has been well for ${formatDuration(now - from)}` });
  const { wellSince: _well, ...ended } = seen;
  return { ...ended, state: 'resolved', endedAt: now };
}
