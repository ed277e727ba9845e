import type { Candidate, Decision, InForce } from '../config/keep.ts';
import { type CycleResult, unseenSources } from '../cycle.ts';
import type { Metrics } from '../dashboard/metrics.ts';
import type { Served } from '../dashboard/serve.ts';
import type { Clock, Millis } from '../lib/clock.ts';
import { toRfc3339 } from '../lib/duration.ts';
import { oneLine } from '../lib/text.ts';
import { loadWaiting } from '../notify/outbox.ts';
import type { MonitorRecord } from '../record/open-record.ts';
import type { ConfigSource } from './config-source.ts';
import type { Configuration } from './configuration.ts';
import type { CycleLoop } from './cycle-loop.ts';
import { judgeHealth, judgeReadiness } from './health.ts';
import { measureConfiguration } from './measure.ts';
import { sayRefusal } from './tell-configuration.ts';

/** What the HTTP endpoints tell of the daemon. */
export function makeServed(state: {
  clock: Clock;
  startedAt: Millis;
  source: ConfigSource;
  configuration: Configuration;
  loop: CycleLoop;
  metrics: Metrics;
  record: MonitorRecord;
  last: () => CycleResult | undefined;
  /** The revision of the cycle that runs at present. */
  running: () => string | undefined;
}): Served {
  const { clock, startedAt, source, configuration, loop, metrics } = state;
  const { keeper } = configuration;
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
      const refusal = keeper.refusal();
      const previous = keeper.previous();
      const candidate = keeper.candidate();
      const pin = keeper.pin();
      return {
        source: { name: source.name, ...source.status() },
        active: { ...showInForce(keeper.inForce()), problems: keeper.active().problems },
        previous: previous ? showInForce(previous) : null,
        candidate: candidate ? showCandidate(candidate) : null,
        refused: refusal
          ? { revision: refusal.id, since: toRfc3339(refusal.at), from: refusal.from, problems: refusal.problems }
          : null,
        pinned: pin ? { ...pin, at: toRfc3339(pin.at) } : null,
        pair: candidate?.pair ? { state: 'waiting for the other half', ...candidate.pair } : null,
      };
    },
    requestCycle: () => loop.request('request'),
    async reload() {
      const slow = new Promise<undefined>((resolve) => setTimeout(resolve, patience, undefined).unref());
      const failed = (error: unknown) => ({
        status: 503 as const,
        says: `the configuration could not be read: ${sayError(error)}`,
      });
      const decided = configuration.reload().then((decision) => sayDecision(decision, keeper.active().id), failed);
      return (
        (await Promise.race([decided, slow])) ?? { status: 202, says: 'the configuration is being read; see /configz' }
      );
    },
    measure() {
      const now = clock.now();
      measureConfiguration(metrics, { keeper, status: source.status(), now, running: state.running() });
      const due = loadWaiting(state.record.db).map(({ notBefore }) => notBefore);
      metrics.outboxOldest.set(due.length > 0 ? Math.max(0, now - Math.min(...due)) / 1000 : 0);
    },
  };
}

/** How long an answer to `POST /-/reload` waits for the decision. */
const patience: Millis = 1500;

const showInForce = ({ revision, at, from, kind, author, halves }: InForce): object => ({
  revision: revision.id,
  since: toRfc3339(at),
  from,
  kind,
  ...(author !== undefined && { author }),
  halves,
});

/** Why a candidate waits, in the words of `config status`. */
const waits: Readonly<Record<Candidate['waits'], string>> = {
  settling: 'settling',
  pair: 'waiting for pair',
  flapping: 'held',
  retry: 'tried again later',
};

const showCandidate = ({ waits: why, since, until }: Candidate): object => ({
  state: waits[why],
  since: toRfc3339(since),
  until: toRfc3339(until),
});

function sayDecision(decision: Decision, active: string): { status: 200 | 202 | 422 | 503; says: string } {
  switch (decision.is) {
    case 'accepted':
    case 'same':
      return { status: 200, says: `revision ${active} is in force` };
    case 'pinned':
      return { status: 200, says: `revision ${active} is in force; a rollback holds ${decision.id} back` };
    case 'refused':
      return { status: 422, says: sayRefusal(decision.refusal, { id: active }) };
    case 'waiting':
      return {
        status: 202,
        says: `revision ${active} is in force; the new content is ${waits[decision.candidate.waits]}`,
      };
    case 'stopped':
      return { status: 503, says: 'the monitor is stopping' };
  }
}

const sayError = (error: unknown): string => oneLine(error instanceof Error ? error.message : String(error), 300);
