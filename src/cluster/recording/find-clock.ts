import type { Millis } from '../../lib/clock.ts';
import { isFields, time } from '../project/read.ts';

/** Fields that say when something happened. Those that say when something will (a deletion, an expiry) are not among them. */
const happened = new Set([
  'creationTimestamp',
  'completionTime',
  'eventTime',
  'finishedAt',
  'firstTimestamp',
  'lastHeartbeatTime',
  'lastObservedTime',
  'lastProbeTime',
  'lastScheduleTime',
  'lastSuccessfulTime',
  'lastTimestamp',
  'lastTransitionTime',
  'lastUpdateTime',
  'renewTime',
  'startTime',
  'startedAt',
  'time',
  'timestamp',
]);

/** The newest moment that objects tell of: when they were recorded, as nearly as can be known. */
export function findClock(value: unknown): Millis | undefined {
  let newest: Millis | undefined;
  const visit = (inner: unknown): void => {
    if (Array.isArray(inner)) inner.forEach(visit);
    else if (isFields(inner)) {
      for (const key in inner) {
        const at = happened.has(key) ? time(inner[key]) : undefined;
        if (at === undefined) visit(inner[key]);
        else if (newest === undefined || at > newest) newest = at;
      }
    }
  };
  visit(value);
  return newest;
}
