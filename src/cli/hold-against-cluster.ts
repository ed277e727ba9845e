import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorld } from '../cluster/make-world.ts';
import { readRecording } from '../cluster/recording/read-recording.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { takeSnapshot } from '../cluster/take-snapshot.ts';
import type { Problem, Revision } from '../config/revision.ts';
import { type Millis, systemClock } from '../lib/clock.ts';
import { openRecord, recordFile } from '../record/open-record.ts';
import { findUnmatchedIssues } from '../record/unmatched-issues.ts';
import { readSettings } from '../settings.ts';
import { findMatchProblems } from '../triage/match-problems.ts';
import { connectCluster } from './connect.ts';

/** What a configuration is held against: a recording, the cluster of the kubeconfig, or nothing. */
export type ClusterChoice = { recording?: string; cluster?: boolean };

/** The chosen cluster as it is now, or as it was recorded; undefined where none was chosen. Rejects with a sentence where it cannot be read. */
export async function readChosenCluster({ recording, cluster }: ClusterChoice): Promise<Snapshot | undefined> {
  if (recording !== undefined) return readRecording(recording);
  if (!cluster) return undefined;
  const connection = await connectCluster(readSettings());
  try {
    const snapshot = await takeSnapshot(connection, { now: systemClock.now() });
    const [first] = snapshot.coverage;
    if (!snapshot.coverage.some(({ state }) => state === 'complete'))
      throw new Error(
        `the cluster ${connection.name} at ${connection.server} could not be seen at all: ${first?.reason ?? 'no answer'}`,
      );
    return snapshot;
  } finally {
    await connection.close();
  }
}

/** The problems of a configuration with those that only the cluster, the clock and the record can show, by file and line. */
export function withMatchProblems(
  revision: Revision,
  now: Millis,
  snapshot: Snapshot | undefined,
  files: readonly string[],
): Problem[] {
  const unmatched = snapshot ? askRecord(revision, snapshot.cluster.id, now) : [];
  const found = findMatchProblems({ revision, now, unmatched, ...(snapshot && { world: makeWorld(snapshot) }) });
  if (found.length === 0) return revision.problems;
  const placeOf = ({ file }: Problem): number => (files.includes(file) ? files.indexOf(file) : files.length);
  return [...revision.problems, ...found].sort(
    (a, b) => placeOf(a) - placeOf(b) || a.line - b.line || a.column - b.column,
  );
}

/** Known issues that silenced nothing, as the record of this machine has it; none where there is no record. */
function askRecord({ knownIssues }: Revision, cluster: string, now: Millis): string[] {
  const path = join(readSettings().K8S_MONITOR_DATA_DIR, recordFile);
  if (!existsSync(path)) return [];
  const record = openRecord(path, { now });
  try {
    const titles = knownIssues.map(({ title }) => title);
    return findUnmatchedIssues(record, cluster, titles, now);
  } finally {
    record.close();
  }
}
