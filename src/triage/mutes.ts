import type { Millis } from '../lib/clock.ts';
import type { Incident, Mute } from './incident.ts';

/** The mute that keeps an incident from people now; of several the one that lasts longest. Another service's share in it is not muted by one's own. */
export function findMute(incident: Incident, mutes: readonly Mute[], now: Millis): Mute | undefined {
  const fitting = mutes.filter((mute) => mute.until > now && covers(mute, incident));
  return fitting.reduce<Mute | undefined>((a, b) => (!a || b.until > a.until ? b : a), undefined);
}

/** A mute that is over, in words. */
export const sayEnded = ({ what, name, why, by }: Mute): string =>
  `the mute of ${what} ${name} has ended (${why}, by ${by})`;

function covers({ what, name }: Mute, { id, services, subject, check, victims }: Incident): boolean {
  const wanted = name.toLowerCase();
  switch (what) {
    case 'incident':
      return id === name;
    case 'service':
      return services.length > 0 && services.every((service) => service.toLowerCase() === wanted);
    case 'namespace':
      return [subject, ...victims].every(({ namespace }) => namespace === name);
    case 'node':
      return subject.kind === 'Node' && subject.name === name;
    case 'check':
      return check === wanted;
  }
}
