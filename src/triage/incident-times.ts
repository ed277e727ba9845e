import { type Millis, minute } from '../lib/clock.ts';
import type { Incident } from './incident.ts';

/** Whether it still concerns anybody: not resolved, not part of another. */
export const isActive = ({ state }: Incident): boolean =>
  state === 'settling' || state === 'open' || state === 'recovering';

/** How often it came back within that time. */
export const comebacks = ({ reopened }: Incident, within: Millis, now: Millis): number =>
  reopened.filter((at) => now - at < within).length;

/** How long its root must stay well before it is resolved: 3 minutes, doubled per relapse in the last half hour, at most 30. */
export function calmFor(incident: Incident, now: Millis): Millis {
  return Math.min(3 * minute * 2 ** comebacks(incident, 30 * minute, now), 30 * minute);
}
