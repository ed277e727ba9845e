import type { Event, Meta } from '../objects.ts';
import { type Fields, fields, latest, number, present, ref, text, time } from './read.ts';

/** `v1` and `events.k8s.io/v1` Events alike; both forms may come with only some of their times. */
export function event(raw: Fields, meta: Meta): Event {
  const series = fields(raw['series']);
  const about = fields(raw['involvedObject'] ?? raw['regarding']);
  const first = time(raw['firstTimestamp']) ?? time(raw['deprecatedFirstTimestamp']) ?? time(raw['eventTime']);
  const last = latest(
    time(raw['lastTimestamp']),
    time(raw['deprecatedLastTimestamp']),
    time(series['lastObservedTime']),
    time(raw['eventTime']),
  );
  return {
    ...meta,
    kind: 'Event',
    ...present({
      about: { ...ref(about), ...present({ uid: text(about['uid']), fieldPath: text(about['fieldPath']) }) },
      type: text(raw['type']) ?? 'Normal',
      reason: text(raw['reason']) ?? '',
      message: text(raw['message']) ?? text(raw['note']) ?? '',
      count: number(series['count']) ?? number(raw['count']) ?? number(raw['deprecatedCount']) ?? 1,
      first: first ?? meta.created,
      last: last ?? first ?? meta.created,
      component:
        text(raw['reportingController']) ??
        text(raw['reportingComponent']) ??
        text(fields(raw['source'] ?? raw['deprecatedSource'])['component']),
    }),
  };
}
