import type { Connection } from '../cluster/api/connection.ts';
import { listRaw } from '../cluster/api/list-raw.ts';
import { runCustomCheck } from '../cluster/beside/run-custom-check.ts';
import type { CustomResult } from '../cluster/beside.ts';
import type { CustomCheck, Revision } from '../config/revision.ts';
import type { Clock, Millis } from '../lib/clock.ts';

export type CustomLoop = {
  /** What each check of the present configuration last found. */
  results(): readonly CustomResult[];
  /** Runs the checks if they are not the ones that ran last, and from now on by this configuration's frequency. */
  configurationChanged(revision: Revision): void;
  stop(): void;
};

export type CustomLoopOptions = {
  connection: Connection;
  clock: Clock;
  /** Where jq is looked for, as in PATH. */
  path: string;
  /** After a run whose answer differs from the last one. */
  onResult: () => void;
  /** What edited checks found the first time: the moment to warn of a filter that matches too much. */
  onEdited?: (results: readonly CustomResult[]) => void;
};

/**
 * Runs the checks that operators wrote (`kubectl get ... | jq`) beside the cycles: when edited, and at the Monitoring Frequency.
 * A cycle uses the last result and is never held up.
 */
export function loopCustomChecks({ connection, clock, path, onResult, onEdited }: CustomLoopOptions): CustomLoop {
  let results: readonly CustomResult[] = [];
  let checks: readonly CustomCheck[] = [];
  let frequency: Millis = 0;
  let running = false;
  let again = false;
  let isEdited = false;
  let stopped = false;
  let cancel = (): void => undefined;

  const run = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    cancel();
    const isFirst = isEdited;
    isEdited = false;
    const before = answerOf(results);
    const list: ListObjects = (wish) => listRaw(connection, wish);
    const found = await runChecks(checks, { list, home: connection.namespace, path, now: clock.now() });
    running = false;
    if (stopped) return;
    results = found;
    if (isFirst) onEdited?.(found);
    if (answerOf(results) !== before) onResult();
    if (again) {
      again = false;
      void run();
    } else if (checks.length > 0) cancel = clock.wakeAt(clock.now() + frequency, () => void run());
  };

  return {
    results: () => results,
    configurationChanged(revision) {
      frequency = revision.cluster.frequency;
      const edited = JSON.stringify(revision.customChecks.map(meaningOf)) !== JSON.stringify(checks.map(meaningOf));
      checks = revision.customChecks;
      if (!edited) return;
      isEdited = true;
      void run();
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}

/** Raw objects of a resource: from the API, or from a recording. */
export type ListObjects = (wish: { resource: string; namespace?: string; selector?: string }) => Promise<unknown[]>;

/**
 * Runs each check over the objects it names; what several ask for is listed once. `home` is the namespace of a check that names
 * none. A kind that cannot be listed makes its checks unknown.
 */
export async function runChecks(
  checks: readonly CustomCheck[],
  options: { list: ListObjects; home: string; path: string; now: Millis },
): Promise<CustomResult[]> {
  const { list, home, path, now } = options;
  const lists = new Map<string, Promise<unknown[]>>();
  const listOnce = (resource: string, { allNamespaces, namespace, selector }: CustomCheck): Promise<unknown[]> => {
    const where = allNamespaces ? undefined : (namespace ?? home);
    const key = [resource, where ?? '*', selector ?? ''].join(' ');
    const objects =
      lists.get(key) ?? list({ resource, ...(where && { namespace: where }), ...(selector && { selector }) });
    lists.set(key, objects);
    return objects;
  };
  const found: CustomResult[] = [];
  for (const check of checks) {
    try {
      const objects = await Promise.all(check.kinds.map((kind) => listOnce(kind, check)));
      found.push(await runCustomCheck(check, objects.flat(), { now, path }));
    } catch (error) {
      found.push({
        name: check.name,
        at: now,
        took: 0,
        state: 'unknown',
        reason: error instanceof Error ? error.message : String(error),
        matches: [],
        looked: 0,
        matchesMost: false,
      });
    }
  }
  return found;
}

/** Where a check stands in its file changes nothing of what it finds. */
const meaningOf = ({ at: _at, ...check }: CustomCheck): object => check;

const answerOf = (results: readonly CustomResult[]): string =>
  JSON.stringify(
    results.map(({ name, state, reason, matches, matchesMost }) => [name, state, reason, matches, matchesMost]),
  );
