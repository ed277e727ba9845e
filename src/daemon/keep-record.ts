import type { CycleResult } from '../cycle.ts';
import { unseenSources } from '../cycle.ts';
import type { Millis } from '../lib/clock.ts';
import { commitCycle } from '../record/commit-cycle.ts';
import { takeCycleRecord } from '../record/cycle-record.ts';
import { writeIncidentFiles } from '../record/incident-file.ts';
import type { MonitorRecord } from '../record/open-record.ts';

export type Kept = { changed: string[]; exit: number; fileFault?: string };

/**
 * Keeps a cycle: incidents and messages in one transaction, then the readable files of the incidents that changed.
 * A file that cannot be written loses nothing, the database has it; it is said in `fileFault`.
 */
export function keepCycle(
  record: MonitorRecord,
  result: CycleResult,
  run: { trigger: string; took: Millis; folder: string },
): Kept {
  const exit = unseenSources(result).length > 0 ? 3 : 0;
  const changed = commitCycle(record, {
    cycle: takeCycleRecord(result, { trigger: run.trigger, took: run.took, exit }),
    memory: result.memory,
    findings: result.findings,
    events: result.events,
    deliveries: result.deliveries,
  });
  const fileFault = writeStories(record, changed, run.folder, result.revision.cluster.timezone);
  return { changed, exit, ...(fileFault ? { fileFault } : {}) };
}

/** Rewrites the files of these incidents; returns what went wrong. */
export function writeStories(
  record: MonitorRecord,
  changed: readonly string[],
  folder: string,
  zone: string,
): string | undefined {
  try {
    writeIncidentFiles(record, folder, changed, zone);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
