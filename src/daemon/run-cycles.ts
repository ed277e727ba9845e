import type { CustomResult, ProbeResult } from '../cluster/beside.ts';
import type { ClusterWatch } from '../cluster/watch-cluster.ts';
import type { Failure } from '../config/keep.ts';
import type { Revision } from '../config/revision.ts';
import type { CycleResult } from '../cycle.ts';
import type { Metrics } from '../dashboard/metrics.ts';
import { type Clock, day, type Millis, minute } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { nextTurn, runInTurns } from '../lib/turns.ts';
import { prune } from '../record/prune.ts';
import { findUnmatchedIssues } from '../record/unmatched-issues.ts';
import type { Trigger } from './cycle-loop.ts';
import { type Bench, type Judged, judgeAndKeepInTurns, judgeOnly, type Occasion } from './judge-and-keep.ts';
import type { keepLogs } from './keep-logs.ts';
import { writeStories } from './keep-record.ts';
import { measureCycle } from './measure.ts';
import { makeResultsBeside } from './results-beside.ts';
import { makeMatchTeller } from './tell-configuration.ts';

export type CycleRunner = {
  bench: Bench;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  cluster: ClusterWatch;
  logs: ReturnType<typeof keepLogs>;
  revision: () => Revision;
  /** Who made it, where its source knows. */
  author?: () => string | undefined;
  /** The revision of the last cycle before a restart, where it was saved: what an edit meanwhile silenced is told too. */
  before?: Revision;
  customResults: () => readonly CustomResult[];
  probes: () => readonly ProbeResult[];
  /** A cycle could not be judged or kept; it says how to find out whether another revision would have done. */
  onFailed: (failure: Failure) => void;
  /** After a cycle was kept: the outbox may have something to send, and others may look on. */
  onKept: (result: CycleResult, trigger: Trigger) => void;
};

/** How soon a cycle that could not see everything, or could not be written to the disk, is followed by another: no change of the cluster tells that it can be. */
const soonAgain: Millis = minute;

/** Makes the daemon's one cycle: it pins the revision, takes the snapshot that watches keep, judges, keeps, and says so. */
export function makeRunOnce(runner: CycleRunner): (trigger: Trigger) => Promise<{ nextAt?: Millis }> {
  const { bench, clock, log, metrics } = runner;
  const startedAt = clock.now();
  const said = new Set<string>();
  const tellMatches = makeMatchTeller(log, ({ revision, snapshot, now }) => {
    const titles = revision.knownIssues.map(({ title }) => title);
    return findUnmatchedIssues(bench.record, snapshot.cluster.id, titles, now);
  });
  let before = runner.before;
  const beside = makeResultsBeside(() => ({ customResults: runner.customResults(), probes: runner.probes() }));
  let pruneAt = startedAt;
  let cycles = 0;

  const tellOnce = (id: string, says: string): void => {
    if (!said.has(id)) log.error(says);
    said.add(id);
  };
  const tellTrouble = (fileFault: string | undefined, findings: CycleResult['findings']): void => {
    if (fileFault) log.error({ error: fileFault }, 'an incident file could not be written; the database has its story');
    for (const { says } of bench.record.trouble) tellOnce(says, says);
    // A service that is down and that no check explains is a defect of ours.
    for (const { id, part, since, says } of findings) if (part === 'audit') tellOnce(`${id} ${since}`, says);
  };
  const pruneDaily = (): void => {
    if (clock.now() < pruneAt) return;
    prune(bench.record, clock.now());
    pruneAt = clock.now() + day;
  };

  const attempt = async (occasion: Occasion): Promise<Judged> => {
    try {
      return await runInTurns(judgeAndKeepInTurns(bench, occasion));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const completes = (revision: Revision): Promise<boolean> => isJudged(bench, { ...occasion, revision });
      runner.onFailed({ revision: occasion.revision.id, why, completes });
      throw error;
    }
  };

  return async (trigger) => {
    const revision = runner.revision();
    const author = runner.author?.();
    const snapshot = await runner.logs.complete(runner.cluster.snapshot(clock.now()));
    await nextTurn();
    const occasion: Occasion = {
      cycle: `c-${startedAt.toString(36)}-${++cycles}`,
      trigger,
      revision,
      ...(before && { before }),
      ...(author !== undefined && { author }),
      snapshot,
      ...beside(),
      oneShot: false,
    };
    const { result, took, exit, changed } = await attempt(occasion);
    // What an edit took from sight while something was not seen shows when it is seen again.
    if (!result.incidents.some(({ told, unseen }) => told && unseen !== undefined)) before = revision;
    const fileFault = await writeStories(bench.record, changed, bench.folder, revision.cluster.timezone);
    tellTrouble(fileFault, result.findings);
    await nextTurn();
    tellMatches(result);
    await nextTurn();
    pruneDaily();
    measureCycle(metrics, result, { trigger, exit, took });
    const { findings, incidents, deliveries } = result;
    const counts = { findings: findings.length, incidents: incidents.length, deliveries: deliveries.length };
    log.info({ cycle: result.cycle, trigger, revision: revision.id, took, ...counts, exit }, 'cycle completed');
    runner.onKept(result, trigger);
    const again = exit === 0 && !bench.record.inMemory ? undefined : result.now + soonAgain;
    const moments = [result.nextAt, again].filter((at) => at !== undefined);
    return moments.length > 0 ? { nextAt: Math.min(...moments) } : {};
  };
}

async function isJudged(bench: Bench, occasion: Occasion): Promise<boolean> {
  try {
    await runInTurns(judgeOnly(bench, occasion));
    return true;
  } catch {
    return false;
  }
}
