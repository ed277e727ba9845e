import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Everything `/metrics` says. Labels are words of ours (checks, sources, severities, channels), never names from the cluster. */
export function makeMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const prefix = 'k8s_monitor';
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  new Gauge({
    name: `${prefix}_event_loop_delay_max_seconds`,
    help: 'Longest time the main loop stood still since the last scrape',
    registers,
    collect() {
      this.set(loop.max / 1e9);
      loop.reset();
    },
  });
  return {
    registry,
    cycles: new Counter({
      name: `${prefix}_cycles_total`,
      help: 'Cycles by what started them and how they ended',
      labelNames: ['trigger', 'result'],
      registers,
    }),
    cycleSeconds: new Histogram({
      name: `${prefix}_cycle_seconds`,
      help: 'Time of one cycle',
      buckets: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
      registers,
    }),
    lastCycle: new Gauge({
      name: `${prefix}_last_cycle_timestamp_seconds`,
      help: 'When a cycle last completed',
      registers,
    }),
    incidents: new Gauge({
      name: `${prefix}_open_incidents`,
      help: 'Incidents that are not over',
      labelNames: ['severity'],
      registers,
    }),
    findings: new Gauge({
      name: `${prefix}_findings`,
      help: 'Findings of the last cycle',
      labelNames: ['check', 'state'],
      registers,
    }),
    services: new Gauge({
      name: `${prefix}_services`,
      help: 'Listed services by state',
      labelNames: ['priority', 'state'],
      registers,
    }),
    sources: new Gauge({
      name: `${prefix}_source_seen`,
      help: '1 where the source is seen whole or is not installed',
      labelNames: ['source'],
      registers,
    }),
    deliveries: new Counter({
      name: `${prefix}_deliveries_total`,
      help: 'Messages by channel and what became of them',
      labelNames: ['channel', 'result'],
      registers,
    }),
    outboxOldest: new Gauge({
      name: `${prefix}_outbox_oldest_seconds`,
      help: 'For how long the oldest message that waits has been due',
      registers,
    }),
    configActive: new Gauge({
      name: `${prefix}_config_active_info`,
      help: 'The revision in force',
      labelNames: ['revision', 'source'],
      registers,
    }),
    configRefused: new Gauge({
      name: `${prefix}_config_refused_info`,
      help: 'The revision that is refused at present',
      labelNames: ['revision'],
      registers,
    }),
    configReloads: new Counter({
      name: `${prefix}_config_reloads_total`,
      help: 'Candidates accepted and refused',
      labelNames: ['result'],
      registers,
    }),
    configAccepted: new Gauge({
      name: `${prefix}_config_last_accepted_timestamp_seconds`,
      help: 'When the revision in force was accepted',
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof makeMetrics>;
