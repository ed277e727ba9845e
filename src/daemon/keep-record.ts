import { setImmediate } from 'node:timers/promises';
import type { CycleResult } from '../cycle.ts';
import { unseenSources } from '../cycle.ts';
import type { Millis } from '../lib/clock.ts';
import { commitCycle } from '../record/commit-cycle.ts';
import { takeCycleRecord } from '../record/cycle-record.ts';
import { mostFlushed, writeIncidentFiles } from '../record/incident-file.ts';
import type { MonitorRecord } from '../record/open-record.ts';

export type Kept = { changed: string[]; exit: number };

/** Keeps a cycle: incidents and messages in one transaction. Returns the incidents that changed: their stories are to be written. */
export function keepCycle(record: MonitorRecord, result: CycleResult, run: { trigger: string; took: Millis }): Kept {
  const exit = unseenSources(result).length > 0 ? 3 : 0;
  const changed = commitCycle(record, {
    cycle: takeCycleRecord(result, { trigger: run.trigger, took: run.took, exit }),
    memory: result.memory,
    findings: result.findings,
    events: result.events,
    deliveries: result.deliveries,
  });
  return { changed, exit };
}

/** Nobody waits longer than this for the main loop while a storm of stories is written. */
const longestTurn: Millis = 10;

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
  let began = performance.now();
  try {
    for (const id of changed) {
      writeIncidentFiles(record, folder, [id], zone, { flush });
      if (performance.now() - began < longestTurn) continue;
      await setImmediate();
      began = performance.now();
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
