import type { Connection } from '../cluster/api/connection.ts';
import { listRaw } from '../cluster/api/list-raw.ts';
import { makeWorld } from '../cluster/make-world.ts';
import { listRecorded } from '../cluster/recording/list-recorded.ts';
import type { World } from '../cluster/world.ts';
import { hasErrors } from '../config/compile.ts';
import { describeChange } from '../config/meaning/describe-change.ts';
import { findHarm } from '../config/meaning/find-harm.ts';
import type { Problem, Revision } from '../config/revision.ts';
import { systemClock } from '../lib/clock.ts';
import { loadMemory } from '../record/memory.ts';
import { readSettings } from '../settings.ts';
import { findMatchProblems } from '../triage/match-problems.ts';
import { matchesAnything } from '../triage/matches-anything.ts';
import { connectCluster } from './connect.ts';
import { readCluster } from './cycle.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';
import { type Baseline, findBaseline } from './plan/find-baseline.ts';
import { changesWhatIsTold, type PlanDocument, type Replay } from './plan/plan-document.ts';
import { planMarkdown } from './plan/plan-markdown.ts';
import { printPlan } from './plan/print-plan.ts';
import { type Candidate, readCandidate } from './plan/read-candidate.ts';
import { replayRecord } from './plan/replay-record.ts';
import { replaySnapshot } from './plan/replay-snapshot.ts';
import { hasRecord, withRecord } from './with-record.ts';

export type PlanOptions = {
  paths: string[];
  against?: string[];
  recording?: string;
  cycles?: number;
  now?: string;
  output: string;
};

/** What is missing in an edit of a part is in the part that is in force. */
const missing: readonly string[] = ['agents-missing', 'agent-missing', 'orchestrator-missing'];
const isOwn = ({ code }: Problem): boolean => !missing.includes(code);

/**
 * What would this edit change? Compares it with the revision in force and replays the live cluster, a recording or recorded cycles under
 * both. Exit 0: people are told the same; 2: something else; 1: it would be refused; 3: not everything needed could be seen.
 */
export async function planEdit(options: PlanOptions, output: Output): Promise<number> {
  if (options.recording !== undefined && options.cycles !== undefined)
    throw new Error('replay a recording or recorded cycles, not both: leave out --recording or --cycles');
  const isReplayed = options.recording !== undefined || options.cycles !== undefined;
  // What is wrong in its own lines needs no cluster to be said.
  const own = await readCandidate(options.paths);
  const isBroken = hasErrors({ problems: own.revision.problems.filter(isOwn) });
  const connection = isReplayed || isBroken ? undefined : await connectCluster(readSettings());
  try {
    const baseline = await findBaseline(options, connection, output).catch((error: unknown) => {
      if (isBroken) return { ...own, from: 'nothing, no revision in force is known' };
      throw error;
    });
    const candidate = await readCandidate(options.paths, baseline.files);
    const seen = hasErrors(candidate.revision) ? undefined : await replay(baseline, candidate, options, connection);
    const document = toDocument(options.paths, baseline, candidate, seen);
    if (options.output === 'json') output.print(JSON.stringify(document, null, 2));
    else if (options.output === 'markdown') output.print(planMarkdown(document));
    else printPlan(document, output);
    return exitCodeOf(document);
  } finally {
    await connection?.close();
  }
}

function exitCodeOf(document: PlanDocument): number {
  if (!document.candidate.accepted) return exitCodes.failed;
  if (document.unseen.length > 0) return exitCodes.unseen;
  return changesWhatIsTold(document) ? exitCodes.bad : exitCodes.done;
}

type Seen = { replay: Replay; world?: World };

async function replay(
  { revision: before }: Baseline,
  { revision: after }: Candidate,
  options: PlanOptions,
  connection: Connection | undefined,
): Promise<Seen> {
  const { recording, cycles } = options;
  if (cycles !== undefined)
    return { replay: await withRecord((record) => replayRecord(record, before, after, cycles)) };
  const settings = readSettings();
  const snapshot = await readCluster(options, connection, settings);
  const known = connection && hasRecord();
  const memory = known ? await withRecord((record) => loadMemory(record, snapshot.cluster.id)) : undefined;
  const found = await replaySnapshot(before, after, {
    what: connection ? 'cluster' : 'recording',
    name: recording ?? snapshot.cluster.name,
    snapshot,
    list: (wish) => (connection ? listRaw(connection, wish) : listRecorded(recording ?? '', wish)),
    home: connection?.namespace ?? 'default',
    path: settings.path,
    ...(memory && { memory }),
  });
  return { replay: found, world: makeWorld(snapshot) };
}

function toDocument(paths: string[], baseline: Baseline, candidate: Candidate, seen: Seen | undefined): PlanDocument {
  const { revision: before } = baseline;
  const { revision: after, confirmed } = candidate;
  const problems = seen
    ? [...after.problems, ...harmOf(before, after, confirmed, seen.world), ...clusterProblems(after, seen.world)]
    : after.problems;
  const replayed: Omit<Replay, 'replayed' | 'unmatched' | 'matches'> = seen
    ? seen.replay
    : { incidents: [], messages: [], knownIssues: [], notReplayed: [], unseen: [] };
  const matches = seen?.replay.matches;
  const namesOf = ({ services }: Revision): Set<string> => new Set(services.map(({ name }) => name.toLowerCase()));
  const [old, fresh] = [namesOf(before), namesOf(after)];
  const { incidents, messages, knownIssues, notReplayed, unseen } = replayed;
  return {
    candidate: { revision: after.id, from: paths, added: candidate.added, accepted: !hasErrors({ problems }) },
    against: { revision: before.id, from: baseline.from },
    ...(seen && { replayed: seen.replay.replayed }),
    problems,
    meaning: describeChange(before, after),
    services: {
      added: after.services
        .filter(({ name }) => !old.has(name.toLowerCase()))
        .map(({ name, priority }) => ({ name, priority, ...(matches && { matches: matches.get(name) ?? [] }) })),
      lost: before.services
        .filter(({ name }) => !fresh.has(name.toLowerCase()))
        .map(({ name, priority }) => ({ name, priority })),
      unmatched: seen?.replay.unmatched ?? [],
    },
    incidents,
    messages: joinAlike(messages),
    knownIssues,
    notReplayed,
    unseen,
  };
}

function harmOf(before: Revision, after: Revision, confirmed: readonly string[], world: World | undefined): Problem[] {
  const hash = confirmed.find((one) => one === after.id);
  return findHarm(before, after, {
    ...(hash !== undefined && { confirmed: hash }),
    matchesAnything: ({ services }) => world && matchesAnything(services, world),
  });
}

const clusterProblems = (revision: Revision, world: World | undefined): Problem[] =>
  findMatchProblems({ revision, now: world?.snapshot.at ?? systemClock.now(), ...(world && { world }) });

/** The same message to the same channel is one line with a count. */
function joinAlike(messages: PlanDocument['messages']): PlanDocument['messages'] {
  const joined = new Map<string, PlanDocument['messages'][number]>();
  for (const message of messages) {
    const key = JSON.stringify([message.change, message.channel, message.when, message.severity, message.title]);
    const known = joined.get(key);
    joined.set(key, known ? { ...known, times: known.times + message.times } : message);
  }
  return [...joined.values()];
}
