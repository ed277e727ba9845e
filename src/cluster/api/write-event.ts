import { type Millis, second } from '../../lib/clock.ts';
import { toRfc3339 } from '../../lib/duration.ts';
import { cleanText } from '../../lib/text.ts';
import { listPath } from '../sources.ts';
import { type Connection, readJson } from './connection.ts';

/** What `kubectl describe` shall tell about an object. */
export type EventToWrite = {
  about: {
    apiVersion: string;
    kind: string;
    namespace: string;
    name: string;
    uid?: string;
    resourceVersion?: string;
  };
  type: 'Normal' | 'Warning';
  /** One word in capitals: `ConfigRejected`. */
  reason: string;
  message: string;
  now: Millis;
};

/** The API refuses an Event with a longer message. */
const longestMessage = 1024;

/** Writes an Event on an object. Throws ApiFailure; whoever may not write Events gets `denied`. */
export async function writeEvent(connection: Connection, event: EventToWrite): Promise<void> {
  const { about, now } = event;
  const at = toRfc3339(now);
  const message = cleanText(event.message);
  await readJson(connection, {
    method: 'POST',
    path: listPath({ group: '', version: 'v1', resource: 'events', namespace: about.namespace }),
    within: 10 * second,
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${about.name.slice(0, 200)}.`, namespace: about.namespace },
      involvedObject: about,
      type: event.type,
      reason: event.reason,
      message: message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message,
      source: { component: 'k8s-monitor' },
      reportingComponent: 'k8s-monitor',
      reportingInstance: 'k8s-monitor',
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
    },
  });
}
