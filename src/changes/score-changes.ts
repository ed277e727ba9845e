import type { Ref } from '../cluster/objects.ts';
import { refKey, refName, type World } from '../cluster/world.ts';
import { hour, type Millis, minute } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import type { Change, ScoredChange } from './change.ts';

/** A change later than the failure did not cause it; two minutes for clocks that differ and conditions that are written late. */
const slack = 2 * minute;
/** Beyond a day before the failure a rollout is history. */
const oldest = 24 * hour;

/**
 * The changes that may explain a failure of `subject` since `since`, best first, each with a score from 0 to 1 and its reason.
 * Closeness in time halves every half hour; the same object counts in full, one it depends on (`related`) less.
 */
export function scoreChanges(
  changes: readonly Change[],
  subject: Ref,
  since: Millis,
  world: World,
  related: readonly Ref[] = [],
): ScoredChange[] {
  const key = refKey(subject);
  const near = new Set(related.map((ref) => refKey(world.workload(ref) ?? ref)));
  near.delete(key);
  return [key, ...near]
    .flatMap((place) => changesBySubject(changes).get(place) ?? [])
    .sort((a, b) => a.turn - b.turn)
    .flatMap(({ change }) => {
      const before = since - change.at;
      if (before < -slack || before > oldest) return [];
      const own = refKey(change.subject) === key;
      const closeness = 0.5 ** (Math.max(0, before) / (30 * minute));
      const weight = change.details.length > 0 ? 1 : 0.5;
      const score = Math.round(100 * (own ? 1 : 0.6) * closeness * weight) / 100;
      const when = before <= 0 ? 'at the same time' : `${formatDuration(before)} before`;
      const where = own ? 'the same object' : `${refName(change.subject)}, which it needs`;
      return score < 0.05 ? [] : [{ ...change, score, because: `changed ${when} it began (${where}): ${change.says}` }];
    })
    .sort((a, b) => b.score - a.score);
}

type Turned = { change: Change; turn: number };
const indexes = new WeakMap<readonly Change[], ReadonlyMap<string, readonly Turned[]>>();

/** Every trouble of a cycle asks: a rollout of everything must not be gone through for each. */
function changesBySubject(changes: readonly Change[]): ReadonlyMap<string, readonly Turned[]> {
  const known = indexes.get(changes);
  if (known) return known;
  const made = Map.groupBy(
    changes.map((change, turn) => ({ change, turn })),
    ({ change }) => refKey(change.subject),
  );
  indexes.set(changes, made);
  return made;
}
