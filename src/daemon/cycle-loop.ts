import type { Clock, Millis } from '../lib/clock.ts';

/** Why a cycle runs, the same word in records, logs and metrics. */
export type Trigger = 'start' | 'schedule' | 'cluster-change' | 'config-change' | 'deadline' | 'request' | 'signal';

export type CycleLoop = {
  /** Asks for a cycle. Requests that come while one waits or runs share the next one. */
  request(trigger: Trigger): void;
  /** When the last cycle completed; undefined before the first. */
  completedAt(): Millis | undefined;
  /** Since when one runs; undefined when none does. */
  runningSince(): Millis | undefined;
  /** No cycle starts any more; resolves when the running one has ended. */
  stop(): Promise<void>;
};

export type CycleLoopOptions = {
  clock: Clock;
  /** One cycle; returns the next moment at which its answer can change. What it throws is the caller's to tell (`onFailure`). */
  runOnce: (trigger: Trigger) => Promise<{ nextAt?: Millis }>;
  /** The present Monitoring Frequency. */
  frequency: () => Millis;
  /** A change of the cluster waits so long, so that a burst is one cycle. */
  settle?: Millis;
  /** After what time a failed cycle is tried again; 30 s where it says nothing. */
  retryAfter?: () => Millis | undefined;
  onFailure: (error: unknown, trigger: Trigger) => void;
};

/** A failing cycle is tried again after this, so that a passing fault does not blind for an hour. */
const usualRetry: Millis = 30_000;
/** A deadline that is already over (a clock that stepped) must not spin. */
const shortestWait: Millis = 100;

/** Runs cycles one at a time: at start, on schedule, when asked, and at the next moment at which the answer can change. */
export function loopCycles(options: CycleLoopOptions): CycleLoop {
  const { clock, runOnce, frequency, settle = 500, onFailure, retryAfter = () => undefined } = options;
  let wanted: Trigger | undefined;
  let running: Promise<void> | undefined;
  let runningSince: Millis | undefined;
  let completedAt: Millis | undefined;
  let stopped = false;
  let cancelSettle = (): void => undefined;
  let cancelAlarm = (): void => undefined;

  const request = (trigger: Trigger): void => {
    if (stopped) return;
    const waited = wanted;
    // A change of the cluster that waits does not hold up whoever wants a cycle at once.
    if (waited !== undefined && (waited !== 'cluster-change' || trigger === 'cluster-change')) return;
    wanted = trigger;
    cancelSettle();
    if (running) return;
    if (trigger === 'cluster-change') cancelSettle = clock.wakeAt(clock.now() + settle, begin);
    else begin();
  };

  const begin = (): void => {
    if (running || wanted === undefined || stopped) return;
    const trigger = wanted;
    wanted = undefined;
    cancelAlarm();
    runningSince = clock.now();
    running = oneCycle(trigger).finally(() => {
      running = undefined;
      runningSince = undefined;
      const next = wanted;
      wanted = undefined;
      if (next) request(next);
    });
  };

  const oneCycle = async (trigger: Trigger): Promise<void> => {
    const due = clock.now() + frequency();
    try {
      const { nextAt } = await runOnce(trigger);
      completedAt = clock.now();
      setAlarm(
        nextAt !== undefined && nextAt < due ? { at: nextAt, trigger: 'deadline' } : { at: due, trigger: 'schedule' },
      );
    } catch (error) {
      onFailure(error, trigger);
      setAlarm({ at: Math.min(due, clock.now() + (retryAfter() ?? usualRetry)), trigger: 'schedule' });
    }
  };

  const setAlarm = ({ at, trigger }: { at: Millis; trigger: Trigger }): void => {
    cancelAlarm = clock.wakeAt(Math.max(at, clock.now() + shortestWait), () => request(trigger));
  };

  return {
    request,
    completedAt: () => completedAt,
    runningSince: () => runningSince,
    async stop() {
      stopped = true;
      cancelSettle();
      cancelAlarm();
      await running;
      cancelAlarm();
    },
  };
}
