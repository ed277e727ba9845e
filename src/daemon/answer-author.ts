import { getConfigMap } from '../cluster/api/config-maps.ts';
import type { Connection } from '../cluster/api/connection.ts';
import { writeEvent } from '../cluster/api/write-event.ts';
import type { HalfName, Offer } from '../config/keep.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { ConfigMapNames } from './config-source.ts';

/** The reasons that `kubectl describe configmap` shows, and whether they are good news. */
const eventReasons = {
  ConfigAccepted: 'Normal',
  ConfigRejected: 'Warning',
  WaitingForPair: 'Normal',
  RolledBack: 'Warning',
  Flapping: 'Warning',
} as const;
export type EventReason = keyof typeof eventReasons;

/** What became of a configuration, for those who wrote these halves. */
export type Told = { reason: EventReason; says: string; about: readonly HalfName[]; halves: Offer['halves'] };
export type Answer = (told: Told) => void;

/**
 * Answers the author with an Event on each ConfigMap that it is about; `kubectl describe configmap` shows it. Who may not write
 * Events reads the log.
 */
export function answerAuthor(
  connection: Connection,
  names: ConfigMapNames,
  { clock, log }: { clock: Clock; log: Log },
): Answer {
  const { namespace } = names;
  const answer = async ({ reason, says, halves }: Told, half: HalfName): Promise<void> => {
    const name = names[half];
    // `kubectl describe` asks for Events by the uid of what it describes.
    const map = await getConfigMap(connection, namespace, name);
    const version = halves[half]?.version ?? map?.resourceVersion;
    await writeEvent(connection, {
      about: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        namespace,
        name,
        ...(map && { uid: map.uid }),
        ...(version !== undefined && { resourceVersion: version }),
      },
      type: eventReasons[reason],
      reason,
      message: says,
      now: clock.now(),
    });
  };
  return (told) => {
    for (const half of told.about)
      void answer(told, half).catch((error: Error) =>
        log.warn({ error: error.message, reason: told.reason }, 'the Event on the ConfigMap could not be written'),
      );
  };
}
