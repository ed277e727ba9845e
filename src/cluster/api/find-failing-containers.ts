import { type Millis, minute } from '../../lib/clock.ts';
import type { ContainerStatus, Pod } from '../objects.ts';
import type { Snapshot } from '../snapshot.ts';

/** One run of a container whose log is wanted. */
export type WantedLog = { namespace: string; pod: string; container: string; previous: boolean };

/** Runs of a container in one cycle; what is left out waits for the next. */
const most = 50;
/** A container that is not ready for so long has something to say. */
const patience = 2 * minute;
/** A container that was restarted so long ago has got over it. */
const recent = 60 * minute;

/**
 * The containers whose logs may say why they fail: waiting to be started again, ended with an error, restarted within the hour, or
 * running but not ready. The worst first, at most 50, one pod of each owner before the second of any.
 */
export function findFailingContainers(snapshot: Snapshot): WantedLog[] {
  const found: { wanted: WantedLog; weight: number; turn: number }[] = [];
  const turns = new Map<string, number>();
  /** How many there are of each turn. */
  const counts: number[] = [];
  for (const pod of snapshot.pods) {
    const failing = pod.statuses.flatMap((status) => {
      const weight = weightOf(pod, status, snapshot.at);
      return weight > 0 ? [{ status, weight }] : [];
    });
    if (failing.length === 0) continue;
    // Forty replicas of one broken Deployment say forty times the same.
    const owner = `${pod.namespace}/${pod.owners[0]?.uid ?? pod.name}`;
    const turn = turns.get(owner) ?? 0;
    turns.set(owner, turn + 1);
    // Enough others come before it: where everything fails there is nothing to sort.
    if (counts.slice(0, turn).reduce((sum, count) => sum + count, 0) >= most) continue;
    for (const { status, weight } of failing) {
      for (const previous of runsOf(status)) {
        const wanted = { namespace: pod.namespace ?? '', pod: pod.name, container: status.name, previous };
        found.push({ wanted, weight, turn });
        counts[turn] = (counts[turn] ?? 0) + 1;
      }
    }
  }
  found.sort((a, b) => a.turn - b.turn || b.weight - a.weight);
  return found.slice(0, most).map(({ wanted }) => wanted);
}

/** 0: has nothing to say. */
function weightOf(pod: Pod, status: ContainerStatus, now: Millis): number {
  const { state, last } = status;
  if (state?.is === 'waiting') return last?.is === 'terminated' ? 4 : 0;
  if (state?.is === 'terminated') return state.exitCode === 0 ? 0 : 4;
  if (state?.is !== 'running') return 0;
  const endedBadly = last?.is === 'terminated' && last.exitCode !== 0 && now - (last.finishedAt ?? now) < recent;
  if (endedBadly) return status.ready ? 2 : 3;
  const running = now - (state.since ?? pod.started ?? now);
  return !status.ready && !status.init && running >= patience ? 1 : 0;
}

/** Which runs are worth reading: a container that waits has only a previous one, one that runs may have both. */
function runsOf({ state, last }: ContainerStatus): boolean[] {
  if (state?.is === 'waiting') return [true];
  return last?.is === 'terminated' ? [false, true] : [false];
}
