import type { Change } from '../changes/change.ts';
import { refKey } from '../cluster/world.ts';
import { day, type Millis, minute } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import type { Memory, WatchedRollout } from './incident.ts';
import { isSeen, type Look, type LookInput, makeLook } from './look-at-rollouts.ts';
import type { JudgedService } from './service-state.ts';
import { sayRevert } from './tell-rollouts.ts';

/** So long after its beginning a rollout has shown what it is. */
export const judgedAfter = 30 * minute;
/** A verdict is remembered until every digest has named it and no failure can be blamed on its rollout any more. */
const remembers = 2 * day;

type Input = LookInput & { changes: readonly Change[]; services: readonly JudgedService[]; now: Millis };
type Rollouts = { watched: Record<string, WatchedRollout>; verdicts: WatchedRollout[]; moments: Millis[] };

/** What the cluster shows, and rollouts it no longer shows because others came after: one that was reverted explains a failure still. */
export function rememberedChanges(changes: readonly Change[], { rollouts = {} }: Memory): Change[] {
  return [...Object.values(rollouts).map(({ change }) => change), ...changes.filter(({ id }) => !rollouts[id])];
}

/** Every rollout of a listed service with what is known of it, those that got their verdict now, and when the next ones will. */
export function judgeRollouts(input: Input): Rollouts {
  const { changes, services, memory, now } = input;
  const before = memory.rollouts ?? {};
  const newest = new Map(changes.filter(({ kind }) => kind === 'rollout').map((one) => [refKey(one.subject), one]));
  const known = Object.values(before).filter(({ verdict }) => now - (verdict?.at ?? now) < remembers);
  const namesOf = indexOwners(services);
  for (const change of newest.values()) {
    // What ended before the monitor knew the cluster is history.
    const isNew = now - change.at < judgedAfter || change.at > (memory.lastCycleAt ?? now);
    const owners = isNew && !before[change.id] ? (namesOf.get(refKey(change.subject)) ?? []) : [];
    if (owners.length > 0) known.push({ change, services: owners });
  }
  const alike = Map.groupBy(known, ({ change }) => refKey(change.subject));
  const lookAt = makeLook(input);
  const next = known.flatMap((one) => {
    const key = refKey(one.change.subject);
    return advance(one, newest.get(key), alike.get(key) ?? [], lookAt, input);
  });
  return {
    watched: Object.fromEntries(next.map((one) => [one.change.id, one])),
    verdicts: next.filter(({ change, verdict }) => verdict && !before[change.id]?.verdict),
    moments: next.flatMap(({ change, verdict }) => (verdict ? [] : change.at + judgedAfter)),
  };
}

/** Names of the listed services by the workloads that they match. */
function indexOwners(services: readonly JudgedService[]): ReadonlyMap<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { entry, state } of services) {
    for (const key of new Set(state.workloads.map(refKey))) names.set(key, [...(names.get(key) ?? []), entry.name]);
  }
  return names;
}

function advance(
  one: WatchedRollout,
  newest: Change | undefined,
  alike: readonly WatchedRollout[],
  lookAt: Look,
  input: Input,
): WatchedRollout[] {
  const { now } = input;
  if (one.reverted) return [one];
  // Nothing more will be seen of it.
  if (!newest) return one.verdict || !isSeen(one.change, input.world) ? [one] : [];
  if (newest.id !== one.change.id) {
    const earlier = alike.find(({ change }) => change.at <= one.change.at && change.from === newest.to);
    const reverted = earlier && { at: newest.at, says: sayRevert(one.change, earlier.change, newest) };
    const after = formatDuration(newest.at - one.change.at);
    const looked = one.looks && { ...one.looks, because: `${one.looks.because}; replaced after ${after}` };
    const verdict = one.verdict ?? (reverted ? { is: 'reverted' as const, because: reverted.says } : looked);
    return verdict ? [{ ...one, verdict: { at: now, ...verdict }, ...(reverted && { reverted }) }] : [];
  }
  const looks = one.verdict ? undefined : lookAt(one.change);
  if (!looks) return [one];
  return [{ ...one, looks, ...(now >= one.change.at + judgedAfter && { verdict: { ...looks, at: now } }) }];
}
