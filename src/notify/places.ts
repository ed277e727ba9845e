import type { Escalation } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import type { Incident } from '../triage/incident.ts';
import { defaultChannel, resolveChannel } from './channels.ts';
import type { Withheld } from './delivery.ts';
import type { PlanInput } from './plan-input.ts';
import type { Told } from './told.ts';

/** A channel that an incident concerns; `listed`: the policy names it for this severity, else it only hears the rest of what it was told. */
export type Place = { channel: string; listed: boolean; instead?: string; escalation?: Escalation };

/** The channels an incident concerns: those the policy names for its severity, and those that were told before. */
export function findPlaces(
  incident: Pick<Incident, 'id' | 'severity' | 'state' | 'acknowledged'>,
  known: ReadonlyMap<string, Told>,
  { revision, channels, now }: Pick<PlanInput, 'revision' | 'channels' | 'now'>,
): { channels: Place[]; withheld: Withheld[]; moments: Millis[] } {
  const escalation = revision.escalation.find(({ severity }) => severity === incident.severity);
  const withheld: Withheld[] = [];
  const moments: Millis[] = [];
  const places = new Map<string, Place>();
  const add = (name: string): void => {
    const { channel, instead } = resolveChannel(name, channels);
    if (!places.has(channel)) {
      places.set(channel, {
        channel,
        listed: true,
        ...(instead ? { instead } : {}),
        ...(escalation ? { escalation } : {}),
      });
    }
  };
  if (escalation) for (const name of escalation.channels) add(name);
  else if (incident.severity !== 'SEV-4') {
    const channel = defaultChannel(channels);
    places.set(channel, { channel, listed: true, instead: `the policy has no line for ${incident.severity}` });
  }
  const firstTold = Math.min(...[...known.values()].map(({ fullAt }) => fullAt));
  if (escalation?.escalate && known.size > 0 && !incident.acknowledged && incident.state === 'open') {
    const at = firstTold + escalation.escalate.after;
    if (now >= at) add(escalation.escalate.channel);
    else moments.push(at);
  }
  if (places.size === 0 && incident.state !== 'resolved' && incident.state !== 'absorbed') {
    const digest = incident.severity === 'SEV-4' || escalation?.timing.when === 'digest';
    withheld.push({
      incident: incident.id,
      kind: digest ? 'digest' : 'no-channel',
      because: digest
        ? `${incident.severity} goes to the daily digest`
        : `${incident.severity} is log only by the Escalation Policy`,
    });
  }
  for (const channel of known.keys()) {
    if (!places.has(channel)) places.set(channel, { channel, listed: false, ...(escalation ? { escalation } : {}) });
  }
  return { channels: [...places.values()], withheld, moments };
}
