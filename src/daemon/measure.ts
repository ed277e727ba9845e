import type { Keeper } from '../config/keep.ts';
import { severities } from '../config/revision.ts';
import type { CycleResult } from '../cycle.ts';
import type { Metrics } from '../dashboard/metrics.ts';
import { type Millis, second } from '../lib/clock.ts';
import type { SendReport } from '../notify/send.ts';
import type { SourceStatus } from './config-source.ts';

/** Puts a kept cycle into the metrics. */
export function measureCycle(
  metrics: Metrics,
  result: CycleResult,
  run: { trigger: string; exit: number; took: number },
): void {
  metrics.cycles.inc({ trigger: run.trigger, result: run.exit === 0 ? 'completed' : 'unseen' });
  metrics.cycleSeconds.observe(run.took / 1000);
  metrics.lastCycle.set(result.now / 1000);
  const open = result.incidents.filter(({ state }) => state !== 'resolved' && state !== 'absorbed');
  for (const severity of severities)
    metrics.incidents.set({ severity }, open.filter((incident) => incident.severity === severity).length);
  metrics.findings.reset();
  const states = Map.groupBy(result.findings, ({ ignored, pending }) =>
    ignored ? 'ignored' : pending ? 'pending' : 'open',
  );
  for (const [state, findings] of states)
    for (const [check, same] of Map.groupBy(findings, (finding) => finding.check))
      metrics.findings.set({ check, state }, same.length);
  metrics.services.reset();
  for (const { priority, state } of result.services) metrics.services.inc({ priority, state });
  for (const { source, state } of result.snapshot.coverage)
    metrics.sources.set({ source }, state === 'complete' || state === 'absent' ? 1 : 0);
}

/** Puts what is in force, refused and waiting into the metrics, each a series of its own. */
export function measureConfiguration(
  metrics: Metrics,
  { keeper, status, now, running }: { keeper: Keeper; status: SourceStatus; now: Millis; running: string | undefined },
): void {
  const { revision, kind, halves, at } = keeper.inForce();
  const refusal = keeper.refusal();
  const candidate = keeper.candidate();
  const pin = keeper.pin();
  metrics.configActive.reset();
  metrics.configActive.set(
    {
      revision: revision.id,
      source: kind,
      orchestrator_version: halves.orchestrator?.version ?? '',
      agents_version: halves.agents?.version ?? '',
    },
    1,
  );
  metrics.configAccepted.set(at / second);
  metrics.configSuccessful.set(refusal ? 0 : 1);
  metrics.configRefused.reset();
  if (refusal) metrics.configRefused.set({ revision: refusal.id }, 1);
  metrics.configPinned.reset();
  if (pin) metrics.configPinned.set({ revision: pin.revision, instead: pin.instead, by: pin.by }, 1);
  metrics.configCandidateAge.set(candidate ? (now - candidate.since) / second : 0);
  metrics.configCycles.reset();
  if (running !== undefined) metrics.configCycles.set({ revision: running }, 1);
  const { watchConnected, watchLastByte, fileLagSeconds } = status;
  if (watchConnected !== undefined) metrics.configWatchConnected.set(watchConnected ? 1 : 0);
  if (watchLastByte !== undefined) metrics.configWatchByte.set(watchLastByte / second);
  if (fileLagSeconds !== undefined) metrics.configFileLag.set(fileLagSeconds);
}

/** Puts what became of messages into the metrics. */
export function measureReport(metrics: Metrics, report: SendReport): void {
  if (report.sent > 0) metrics.deliveries.inc({ result: 'sent' }, report.sent);
  for (const { channel } of report.failed) metrics.deliveries.inc({ channel, result: 'failed' });
  for (const { channel } of report.undelivered) metrics.deliveries.inc({ channel, result: 'undelivered' });
}
