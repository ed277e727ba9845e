import type { CycleResult } from '../cycle.ts';
import { unseenSources } from '../cycle.ts';
import type { Millis } from '../lib/clock.ts';
import { mapInTurns, runInTurns, runToEnd, type Work } from '../lib/turns.ts';
import { commitInTurns } from '../record/commit-cycle.ts';
import { takeCycleRecord } from '../record/cycle-record.ts';
import { mostFlushed, writeIncidentFiles } from '../record/incident-file.ts';
import type { MonitorRecord } from '../record/open-record.ts';

export type Kept = { changed: string[]; exit: number };
type Run = { trigger: string; took: Millis };

/** Keeps a cycle: incidents and messages in one transaction. Returns the incidents that changed: their stories are to be written. */
export const keepCycle = (record: MonitorRecord, result: CycleResult, run: Run): Kept =>
  runToEnd(keepInTurns(record, result, run));

/** The same as work that can be interrupted. */
export function* keepInTurns(record: MonitorRecord, result: CycleResult, run: Run): Work<Kept> {
  const exit = unseenSources(result).length > 0 ? 3 : 0;
  const changed = yield* commitInTurns(record, {
    cycle: takeCycleRecord(result, { trigger: run.trigger, took: run.took, exit }),
    memory: result.memory,
    findings: result.findings,
    events: result.events,
    deliveries: result.deliveries,
  });
  return { changed, exit };
}

/**
 * Rewrites the readable files of these incidents, a few in each turn of the loop. What cannot be written loses nothing, the database
 * has it: resolves with what went wrong.
 */
export async function writeStories(
  record: MonitorRecord,
  changed: readonly string[],
  folder: string,
  zone: string,
): Promise<string | undefined> {
  const flush = changed.length <= mostFlushed;
  const write = (id: string): string[] => writeIncidentFiles(record, folder, [id], zone, { flush });
  try {
    await runInTurns(mapInTurns(changed, write, 1));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
