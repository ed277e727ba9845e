import type { Clock, Millis } from '../../lib/clock.ts';
import type { Connection } from './connection.ts';
import type { ApiFailure } from './failure.ts';

/** How long to wait before try number `tries` (0 is the first repetition): full jitter under a doubling ceiling, never sooner than the server asks. */
export function backoffOf(
  { backoff, random }: Pick<Connection, 'backoff' | 'random'>,
  tries: number,
  failure?: ApiFailure,
): Millis {
  const ceiling = Math.min(backoff.most, backoff.first * 2 ** Math.min(tries, 20));
  return (failure?.retryAfter ?? 0) + random() * ceiling;
}

/** Resolves after `length`, or at once when the signal is aborted. Leaves no timer behind. */
export function pause(clock: Clock, length: Millis, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal?.aborted) return Promise.resolve();
  const end = (): void => {
    cancel();
    signal?.removeEventListener('abort', end);
    resolve();
  };
  const cancel = clock.wakeAt(clock.now() + length, end);
  signal?.addEventListener('abort', end, { once: true });
  return promise;
}
