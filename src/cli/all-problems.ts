import type { Snapshot } from '../cluster/snapshot.ts';
import type { World } from '../cluster/world.ts';
import type { Problem, Revision, SourceFile } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import { findMatchProblems } from '../triage/match-problems.ts';

/** What a configuration is held against: a recording, the cluster of the kubeconfig, or nothing. */
export type ClusterChoice = { recording?: string; cluster?: boolean };

export type ChosenCluster = {
  snapshot: Snapshot;
  world: World;
  /** Titles of known issues that silenced nothing for a month, as far as a record here knows. */
  unmatched: (revision: Revision, now: Millis) => string[];
};

/** Reads what was chosen; its file is loaded only then. */
export async function readChoice(choice: ClusterChoice): Promise<ChosenCluster | undefined> {
  if (choice.recording === undefined && !choice.cluster) return undefined;
  return (await import('./hold-against-cluster.ts')).readChosenCluster(choice);
}

/** The problems of a configuration with those that only the cluster, the clock and the record can show, by file and line. */
export function allProblems(
  revision: Revision,
  sources: readonly SourceFile[],
  now: Millis,
  cluster: ChosenCluster | undefined,
): Problem[] {
  const found = findMatchProblems({
    revision,
    now,
    ...(cluster && { world: cluster.world, unmatched: cluster.unmatched(revision, now) }),
  });
  if (found.length === 0) return revision.problems;
  const files = [...new Set(sources.map(({ file }) => file))];
  const placeOf = ({ file }: Problem): number => (files.includes(file) ? files.indexOf(file) : files.length);
  return [...revision.problems, ...found].sort(
    (a, b) => placeOf(a) - placeOf(b) || a.line - b.line || a.column - b.column,
  );
}
