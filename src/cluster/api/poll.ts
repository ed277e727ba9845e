import type { Millis } from '../../lib/clock.ts';
import { backoffOf, pause } from './backoff.ts';
import type { Connection } from './connection.ts';
import { type ApiFailure, failureOfError } from './failure.ts';
import type { Follow } from './follow.ts';

/** What cannot be watched is read again and again. `read` throws ApiFailure; `told` hears of every end, without a failure where it was read whole. */
export function poll(
  connection: Connection,
  options: { every: Millis; read: (signal: AbortSignal) => Promise<void>; told: (failure?: ApiFailure) => void },
): Follow {
  const { clock } = connection;
  const stop = new AbortController();
  const settled = Promise.withResolvers<void>();
  let lastContact: Millis | undefined;
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      let failure: ApiFailure | undefined;
      try {
        await options.read(stop.signal);
        lastContact = clock.now();
      } catch (error) {
        failure = failureOfError(error, connection.server);
      }
      if (stop.signal.aborted) break;
      options.told(failure);
      settled.resolve();
      await pause(clock, options.every + backoffOf(connection, 0, failure), stop.signal);
    }
    settled.resolve();
  };
  const running = run();
  return {
    settled: settled.promise,
    lastContact: () => lastContact,
    async stop() {
      stop.abort();
      await running;
    },
  };
}
