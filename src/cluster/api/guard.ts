import type { Clock, Millis } from '../../lib/clock.ts';
import { formatDuration } from '../../lib/duration.ts';
import { ApiFailure } from './failure.ts';

/** Watches over one request: it is aborted when no byte came for `idle`, or it did not end `within`, or the caller stopped it. */
export type Guard = {
  signal: AbortSignal;
  /** Something came. */
  touch(): void;
  /** Why it was aborted; undefined where it was not. */
  failure(): ApiFailure | undefined;
  /** The request is over: no timer is left. */
  end(): void;
};

export function guardRequest(
  clock: Clock,
  { idle, within, signal }: { idle: Millis; within?: Millis | undefined; signal?: AbortSignal | undefined },
): Guard {
  const controller = new AbortController();
  let lastByte = clock.now();
  let failure: ApiFailure | undefined;
  const abort = (why: ApiFailure): void => {
    failure ??= why;
    controller.abort();
  };
  // One timer that looks when it rings, instead of a new one for every chunk.
  const look = (): void => {
    const quiet = clock.now() - lastByte;
    if (quiet >= idle) abort(new ApiFailure('silent', `no word from the API server for ${formatDuration(quiet)}`));
    else cancelIdle = clock.wakeAt(lastByte + idle, look);
  };
  let cancelIdle = clock.wakeAt(lastByte + idle, look);
  const tooLong = (): void =>
    abort(new ApiFailure('silent', `the API server did not finish within ${formatDuration(within ?? 0)}`));
  const cancelWithin = within === undefined ? undefined : clock.wakeAt(lastByte + within, tooLong);
  const stop = (): void => abort(new ApiFailure('stopped', 'the request was stopped'));
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    touch() {
      lastByte = clock.now();
    },
    failure: () => failure,
    end() {
      cancelIdle();
      cancelWithin?.();
      signal?.removeEventListener('abort', stop);
    },
  };
}
