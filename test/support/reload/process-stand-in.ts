import type { Connection } from '../../../src/cluster/api/connection.ts';
import { emptySnapshot } from '../../../src/cluster/snapshot.ts';
import type { InForce } from '../../../src/config/keep.ts';
import type { Revision } from '../../../src/config/revision.ts';
import { runCycle } from '../../../src/cycle.ts';
import { configMapSource } from '../../../src/daemon/config-source.ts';
import { type Configuration, startConfiguration } from '../../../src/daemon/configuration.ts';
import { loopCycles } from '../../../src/daemon/cycle-loop.ts';
import { makeRunOnce } from '../../../src/daemon/run-cycles.ts';
import { makeMetrics } from '../../../src/dashboard/metrics.ts';
import { type Clock, type Millis, second } from '../../../src/lib/clock.ts';
import { silentLog } from '../../../src/lib/log.ts';
import type { MonitorRecord } from '../../../src/record/open-record.ts';
import { names } from './api-stand-in.ts';
import { compilePool } from './contents.ts';
import type { DiskStandIn } from './disk-stand-in.ts';
import type { Gate } from './gate.ts';

/** A cycle with the revision that it began under; `took` is what it took from then on. */
export type CycleSeen = { began: string; kept: string };

/** One process of the monitor: everything that has to do with its configuration is real, from the API client to the record. */
export type ProcessStandIn = {
  /** Undefined until it has started. */
  configuration(): Configuration | undefined;
  /** Why it did not start. */
  failed(): Error | undefined;
};

const metrics = makeMetrics();
export const channels = { routes: ['slack'], fallback: '#ops' } as const;
/** Between the moment at which a cycle takes its revision and the judgement lie the logs that it waits for. */
const logsTake: Millis = 300;

export const isPoison = ({ services }: Revision): boolean => services.some(({ name }) => name === 'poison');

/** Starts as `startDaemon` does, without what reads the cluster and what sends. */
export function startProcess(options: {
  gate: Gate;
  clock: Clock;
  connection: Connection;
  disk: DiskStandIn;
  record: MonitorRecord;
  /** Cycles that read and write the record, or only as long as those. */
  cycles: 'real' | 'short';
  onCommitted: (now: InForce) => void;
  onCycle: (cycle: CycleSeen) => void;
}): ProcessStandIn {
  const { gate, clock, connection, record } = options;
  let configuration: Configuration | undefined;
  let failure: Error | undefined;
  const snapshot = (now: Millis) => emptySnapshot(now, { id: 'cluster', name: 'test' });

  const start = async (): Promise<void> => {
    const started = await startConfiguration({
      source: configMapSource(connection, names, { folder: '/mount', disk: options.disk.disk(gate, clock) }),
      async compile(files) {
        await gate.pass();
        return compilePool(files);
      },
      clock,
      tools: { log: silentLog, metrics, record, answer: () => undefined },
      channels,
      observe: false,
      cycle: () => 'c-0',
      snapshot: () => snapshot(clock.now()),
    });
    const { keeper, people } = started;
    let began = '';
    const wait = (): Promise<void> => new Promise((resolve) => void clock.wakeAt(clock.now() + logsTake, resolve));
    const short = async (): Promise<object> => {
      const revision = keeper.active();
      await wait();
      if (isPoison(revision)) {
        const completes = (other: Revision): boolean => !isPoison(other);
        void keeper.cycleFailed({ revision: revision.id, why: 'poison', completes });
        throw new Error('poison');
      }
      keeper.cycleCompleted();
      people.flush();
      return {};
    };
    const real = makeRunOnce({
      bench: {
        record,
        folder: '/nowhere',
        channels,
        observe: false,
        judge(input) {
          if (isPoison(input.revision)) throw new Error('poison');
          return runCycle(input);
        },
        newId: () => 'i-000001',
      },
      clock,
      log: silentLog,
      metrics,
      cluster: {
        ready: async () => undefined,
        snapshot,
        onChange: () => () => undefined,
        coverage: () => [],
        stop: async () => undefined,
      },
      logs: { complete: (seen) => wait().then(() => seen) },
      revision() {
        began = keeper.active().id;
        return keeper.active();
      },
      author: () => keeper.inForce().author,
      customResults: () => [],
      probes: () => [],
      onFailed: (failed) => void keeper.cycleFailed(failed),
      onKept(result) {
        keeper.cycleCompleted();
        people.flush();
        options.onCycle({ began, kept: result.revision.id });
      },
    });
    const loop = loopCycles({
      clock,
      runOnce: options.cycles === 'real' ? real : short,
      frequency: () => keeper.active().cluster.frequency,
      retryAfter: () => (keeper.onProbation() ? second : undefined),
      onFailure: () => undefined,
    });
    started.onCommitted(() => {
      options.onCommitted(keeper.inForce());
      loop.request('config-change');
    });
    started.watch();
    loop.request('start');
    configuration = started;
  };
  void start().catch((error: Error) => {
    failure = error;
  });
  return { configuration: () => configuration, failed: () => failure };
}
