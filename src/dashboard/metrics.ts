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
      help: 'The revision in force, where it came from, and the resourceVersions of its ConfigMaps',
      labelNames: ['revision', 'source', 'orchestrator_version', 'agents_version'],
      registers,
    }),
    configRefused: new Gauge({
      name: `${prefix}_config_refused_info`,
      help: 'The revision that is refused at present',
      labelNames: ['revision'],
      registers,
    }),
    configPinned: new Gauge({
      name: `${prefix}_config_pinned_info`,
      help: 'The rollback in force: what runs, and what it runs instead of',
      labelNames: ['revision', 'instead', 'by'],
      registers,
    }),
    configReloads: new Counter({
      name: `${prefix}_config_reloads_total`,
      help: 'Candidates accepted, refused and rolled back; the reason of a refusal is the code of its first error',
      labelNames: ['result', 'reason'],
      registers,
    }),
    configSuccessful: new Gauge({
      name: `${prefix}_config_last_reload_successful`,
      help: '1 where what the source has now is in force, 0 where it is refused',
      registers,
    }),
    configAccepted: new Gauge({
      name: `${prefix}_config_last_reload_success_timestamp_seconds`,
      help: 'When the revision in force was accepted',
      registers,
    }),
    configLatency: new Histogram({
      name: `${prefix}_config_reload_latency_seconds`,
      help: 'From the edit (as its manager dates it, in whole seconds), or from its arrival, until it was in force',
      labelNames: ['from'],
      buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60, 120],
      registers,
    }),
    configCandidateAge: new Gauge({
      name: `${prefix}_config_candidate_age_seconds`,
      help: 'For how long an offered configuration has been waiting to be decided; 0 without one',
      registers,
    }),
    configFileLag: new Gauge({
      name: `${prefix}_config_file_lag_seconds`,
      help: 'For how long the mounted files have been behind what the API gave',
      registers,
    }),
    configWatchConnected: new Gauge({
      name: `${prefix}_config_watch_connected`,
      help: '1 while the API watch on both ConfigMaps is connected',
      registers,
    }),
    configWatchByte: new Gauge({
      name: `${prefix}_config_watch_last_byte_timestamp_seconds`,
      help: 'When the API watch on the ConfigMaps last brought a byte',
      registers,
    }),
    configCycles: new Gauge({
      name: `${prefix}_config_in_flight_cycles`,
      help: 'Cycles that run at present, by the revision that they began with',
      labelNames: ['revision'],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof makeMetrics>;
