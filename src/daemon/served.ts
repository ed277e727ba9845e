import type { Keeper } from '../config/keep.ts';
import { type CycleResult, unseenSources } from '../cycle.ts';
import type { Metrics } from '../dashboard/metrics.ts';
import type { Served } from '../dashboard/serve.ts';
import type { Clock, Millis } from '../lib/clock.ts';
import { toRfc3339 } from '../lib/duration.ts';
import { loadWaiting } from '../notify/outbox.ts';
import type { MonitorRecord } from '../record/open-record.ts';
import type { CycleLoop } from './cycle-loop.ts';
import { judgeHealth, judgeReadiness } from './health.ts';
import { measureConfiguration } from './measure.ts';

/** What the HTTP endpoints tell of the daemon. */
export function makeServed(state: {
  clock: Clock;
  startedAt: Millis;
  source: string;
  keeper: Keeper;
  loop: CycleLoop;
  metrics: Metrics;
  record: MonitorRecord;
  last: () => CycleResult | undefined;
}): Served {
  const { clock, startedAt, source, keeper, loop, metrics } = state;
  const unseen = (): string[] => {
    const last = state.last();
    return last ? unseenSources(last).map(({ source: name }) => name) : [];
  };
  return {
    health: () =>
      judgeHealth({
        now: clock.now(),
        startedAt,
        completedAt: loop.completedAt(),
        runningSince: loop.runningSince(),
        frequency: keeper.active().cluster.frequency,
        unseen: unseen(),
      }),
    ready: () =>
      judgeReadiness({ seen: state.last()?.snapshot.coverage, unseen: unseen(), revision: keeper.active().id }),
    configuration() {
      const { id, problems } = keeper.active();
      const refusal = keeper.refusal();
      return {
        source,
        active: { revision: id, since: toRfc3339(keeper.acceptedAt()), problems },
        refused: refusal ? { revision: refusal.id, since: toRfc3339(refusal.at), problems: refusal.problems } : null,
      };
    },
    requestCycle: () => loop.request('request'),
    measure() {
      measureConfiguration(metrics, keeper, source);
      const due = loadWaiting(state.record.db).map(({ notBefore }) => notBefore);
      metrics.outboxOldest.set(due.length > 0 ? Math.max(0, clock.now() - Math.min(...due)) / 1000 : 0);
    },
  };
}
