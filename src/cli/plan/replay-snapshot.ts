import type { CustomResult } from '../../cluster/beside.ts';
import { makeWorld } from '../../cluster/make-world.ts';
import type { Snapshot } from '../../cluster/snapshot.ts';
import { refName } from '../../cluster/world.ts';
import type { CustomCheck, KnownIssue, Revision } from '../../config/revision.ts';
import { type CycleResult, runCycle, unseenSources } from '../../cycle.ts';
import { type ListObjects, runChecks } from '../../daemon/custom-checks.ts';
import { toRfc3339 } from '../../lib/duration.ts';
import type { ChannelTable } from '../../notify/channels.ts';
import { emptyMemory, type Memory } from '../../triage/incident.ts';
import { matchServices } from '../../triage/match-services.ts';
import { compareCycles } from './compare-cycles.ts';
import type { PlanDocument, Replay } from './plan-document.ts';

export type SnapshotReplay = {
  what: 'cluster' | 'recording';
  name: string;
  snapshot: Snapshot;
  /** For the custom checks of both configurations. */
  list: ListObjects;
  home: string;
  path: string;
  /** What the record knows of this cluster: downtimes, first sights, mutes. */
  memory?: Memory;
};

/** Every channel leads where it says, whatever is set up on this machine. */
export const everyChannel: ChannelTable = { routes: ['console', 'slack', 'webhook'] };

/** One cycle over the same cluster under both configurations: exact, for this moment. */
export async function replaySnapshot(before: Revision, after: Revision, seen: SnapshotReplay): Promise<Replay> {
  const { snapshot } = seen;
  const [old, fresh] = await Promise.all([before, after].map((revision) => runUnder(revision, seen)));
  if (!old || !fresh) throw new Error('a cycle has no result');
  const world = makeWorld(snapshot);
  const matches = new Map(
    matchServices(after.services, world).map(({ service, matches: refs }) => [service.name, refs.map(refName)]),
  );
  const at = toRfc3339(snapshot.at);
  return {
    replayed: { what: seen.what, name: seen.name, from: at, to: at, cycles: 1 },
    ...compareCycles(old, fresh),
    matches,
    unmatched: after.services
      .filter(({ name, optional }) => !optional && matches.get(name)?.length === 0)
      .map(({ name }) => name),
    knownIssues: idleIssues(
      after,
      fresh.suppressed.map(({ by }) => by.name),
    ),
    notReplayed: [
      'It is one moment: what lasts longer, comes later or only happens in a window is not in it (--cycles N replays what was recorded).',
      ...(after.healthChecks.length + before.healthChecks.length > 0
        ? ['Health Check Patterns are asked in the cluster only.']
        : []),
    ],
    unseen: unseenNames(old, fresh),
  };
}

/** Known issues of a configuration that suppress, and hid nothing of what was replayed. */
export function idleIssues({ knownIssues }: Revision, hid: Iterable<string>): PlanDocument['knownIssues'] {
  const titles = new Set(hid);
  const isIdle = ({ suppresses, title }: KnownIssue): boolean => suppresses && !titles.has(title);
  return knownIssues.filter(isIdle).map(({ title, at }) => ({ title, file: at.file, line: at.line }));
}

const unseenNames = (...results: CycleResult[]): string[] => [
  ...new Set(results.flatMap(unseenSources).map(({ source }) => source)),
];

async function runUnder(revision: Revision, seen: SnapshotReplay): Promise<CycleResult> {
  const { snapshot, memory = emptyMemory } = seen;
  const customResults = await runCustom(revision.customChecks, seen);
  let ids = 0;
  return runCycle({
    cycle: 'plan',
    now: snapshot.at,
    revision,
    snapshot,
    // Incidents are opened anew under both, so that they are told alike where nothing changes.
    memory: { ...emptyMemory, mutes: memory.mutes, firstSeen: memory.firstSeen, services: memory.services },
    customResults,
    probes: [],
    past: [],
    channels: everyChannel,
    firstContact: false,
    observe: false,
    oneShot: true,
    newId: () => `i-${ids++}`,
  });
}

const runCustom = (checks: CustomCheck[], { list, home, path, snapshot }: SnapshotReplay): Promise<CustomResult[]> =>
  runChecks(checks, { list, home, path, now: snapshot.at });
