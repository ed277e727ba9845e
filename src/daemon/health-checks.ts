import { type ProbeMemory, probeServices } from '../cluster/beside/probe-services.ts';
import type { ProbeResult } from '../cluster/beside.ts';
import type { Service } from '../cluster/objects.ts';
import type { Revision } from '../config/revision.ts';
import { type Clock, type Millis, minute } from '../lib/clock.ts';

export type HealthCheckLoop = { results(): readonly ProbeResult[]; stop(): void };

export type HealthCheckOptions = {
  clock: Clock;
  /** The configuration in force at each round. */
  revision: () => Revision;
  services: () => readonly Service[];
  /** The API server, whose port tells whether the network works at all; absent outside a cluster, where nothing is asked. */
  control?: { host: string; port: number };
  /** After a round in which a row began or ceased to fail. */
  onResult: () => void;
};

/** Rows of Health Check Patterns are asked every minute. */
const every: Millis = minute;

/** Asks the rows of Health Check Patterns beside the cycles; a cycle uses the last answers. */
export function loopHealthChecks({
  clock,
  revision,
  services,
  control,
  onResult,
}: HealthCheckOptions): HealthCheckLoop {
  let results: readonly ProbeResult[] = [];
  let memory: ProbeMemory = new Map();
  let stopped = false;
  let cancel = (): void => undefined;

  const round = async (): Promise<void> => {
    const { healthChecks, services: entries } = revision();
    const before = failingOf(results);
    const answer = await probeServices(healthChecks, { entries, services: services() }, memory, {
      now: clock.now(),
      inCluster: control !== undefined,
      control: control ?? { host: '', port: 0 },
    });
    if (stopped) return;
    ({ results, memory } = answer);
    if (failingOf(results) !== before) onResult();
    cancel = clock.wakeAt(clock.now() + every, () => void round());
  };
  cancel = clock.wakeAt(clock.now(), () => void round());
  return {
    results: () => results,
    stop() {
      stopped = true;
      cancel();
    },
  };
}

const failingOf = (results: readonly ProbeResult[]): string =>
  JSON.stringify(results.filter(({ result }) => result === 'failing').map(({ service, target }) => [service, target]));
