import { getConfigMap } from '../cluster/api/config-maps.ts';
import type { Connection } from '../cluster/api/connection.ts';
import { writeEvent } from '../cluster/api/write-event.ts';
import { orchestratorName } from '../config/source/source-set.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { ConfigMapNames } from './config-source.ts';

/** What became of a configuration; `file` is the one with the first error. */
export type Answer = (accepted: boolean, says: string, file?: string) => void;

/**
 * Answers the author with an Event on the ConfigMap that holds the file, else on the orchestrator's; `kubectl describe
 * configmap` shows it. Who may not write Events reads the log.
 */
export function answerAuthor(
  connection: Connection,
  { namespace, orchestrator, agents }: ConfigMapNames,
  { clock, log }: { clock: Clock; log: Log },
): Answer {
  const answer = async (accepted: boolean, message: string, file: string): Promise<void> => {
    const name = file.endsWith(orchestratorName) ? orchestrator : agents;
    // `kubectl describe` asks for Events by the uid of what it describes.
    const map = await getConfigMap(connection, namespace, name);
    await writeEvent(connection, {
      about: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        namespace,
        name,
        ...(map && { uid: map.uid, resourceVersion: map.resourceVersion }),
      },
      type: accepted ? 'Normal' : 'Warning',
      reason: accepted ? 'ConfigAccepted' : 'ConfigRejected',
      message,
      now: clock.now(),
    });
  };
  return (accepted, says, file = orchestratorName) =>
    void answer(accepted, says, file).catch((error: Error) =>
      log.warn({ error: error.message }, 'the Event on the ConfigMap could not be written'),
    );
}
