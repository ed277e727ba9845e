import { refKey, refName } from '../cluster/world.ts';
import { hour, type Millis, minute } from '../lib/clock.ts';
import type { Incident, IncidentEvent } from './incident.ts';
import type { LifeInput } from './incident-life.ts';
import { comebacks, isActive } from './incident-times.ts';
import { isWorse } from './severity.ts';

export type Tell = (incident: Incident, event: WithoutAddress<IncidentEvent>) => void;
type WithoutAddress<E> = E extends IncidentEvent ? Omit<E, 'incident' | 'at'> : never;

/** While so many settle at once, all wait for the slowest: they may be one. */
const crowd = 3;
const crowdSettles = minute;

/** Whether three or more began to settle within the last minute: those told or well meanwhile were part of it. */
export function isCrowded(incidents: readonly Incident[], now: Millis): boolean {
  const young = incidents.filter((one) => isActive(one) && now - (one.settlingSince ?? one.openedAt) < crowdSettles);
  return young.length >= crowd;
}

/** Tells what has settled and is not muted, and that it flaps. */
export function announce(incident: Incident, isCrowd: boolean, input: LifeInput, tell: Tell): Incident {
  const { now } = input;
  let next = mark(incident, input);
  if (next.unmuted?.at === now) tell(next, { type: 'unmuted', says: next.unmuted.says });
  const isFlapping = comebacks(next, hour, now) >= 3;
  const settles = input.oneShot ? 0 : Math.max(input.settle(next.severity), isCrowd ? crowdSettles : 0);
  if (next.state === 'settling') {
    const settlesAt = Math.max(now, (next.settlingSince ?? next.openedAt) + settles);
    next = settlesAt <= now || isFlapping ? { ...next, state: 'open', settlesAt: now } : { ...next, settlesAt };
  }
  if (next.state === 'open' && !next.told && !next.muted) {
    const again = next.toldAt !== undefined;
    tell(next, again ? { type: 'reopened', says: `it is back: ${next.says}` } : { type: 'told', says: next.says });
    next = { ...next, told: true, toldAt: next.toldAt ?? now };
  }
  if (isFlapping && !next.flapping)
    tell(next, { type: 'flapping', says: `came back ${comebacks(next, hour, now)} times within an hour` });
  return next.flapping === isFlapping ? next : { ...next, flapping: isFlapping };
}

/** Sets what people said about it: acknowledged, muted, until when. A mute does not hold what got worse than it was when muted. */
function mark(incident: Incident, { acknowledged, mute, endOfMute, now }: LifeInput): Incident {
  const { acknowledged: _ack, muted: before, unmuted, ...rest } = incident;
  const ack = acknowledged[incident.id];
  const by = mute(incident);
  const severity = before?.by === by?.id ? before?.severity : undefined;
  const base = by?.severity ?? severity ?? incident.severity;
  const holds = by !== undefined && !isWorse(incident.severity, base);
  const ended = before && !by && rest.state !== 'recovering' ? { at: now, says: endOfMute(before.by) } : unmuted;
  return {
    ...rest,
    ...(ack && { acknowledged: ack }),
    ...(ended && !holds && { unmuted: ended }),
    ...(holds && { muted: { by: by.id, until: by.until, severity: base } }),
  };
}

/** What is different for people who were told of an incident before. */
export function tellRevisions(before: Incident, incident: Incident, tell: Tell): void {
  if (refKey(before.subject) !== refKey(incident.subject)) {
    const says = `the root is ${refName(incident.subject)}, not ${refName(before.subject)}`;
    tell(incident, { type: 'root-revised', from: before.subject, to: incident.subject, says });
  }
  if (before.cause !== incident.cause || before.family !== incident.family) {
    const says = `cause revised: ${incident.cause ?? incident.check}, not ${before.cause ?? before.check}`;
    tell(incident, {
      type: 'cause-revised',
      says,
      ...(before.cause !== undefined && { from: before.cause }),
      ...(incident.cause !== undefined && { to: incident.cause }),
    });
  }
  if (before.severity === incident.severity) return;
  const says = `${before.severity} is ${incident.severity} now: ${incident.because}`;
  const step = { from: before.severity, to: incident.severity, says };
  tell(
    incident,
    isWorse(incident.severity, before.severity) ? { type: 'worse', ...step } : { type: 'better', ...step },
  );
}
