import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorld } from '../cluster/make-world.ts';
import { readRecording } from '../cluster/recording/read-recording.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import { takeSnapshot } from '../cluster/take-snapshot.ts';
import type { Revision } from '../config/revision.ts';
import { type Millis, systemClock } from '../lib/clock.ts';
import { openRecord, recordFile } from '../record/open-record.ts';
import { findUnmatchedIssues } from '../record/unmatched-issues.ts';
import { readSettings } from '../settings.ts';
import type { ChosenCluster, ClusterChoice } from './all-problems.ts';
import { connectCluster } from './connect.ts';

/** The chosen cluster as it is now, or as it was recorded, with what the record of this machine knows. Rejects with a sentence where it cannot be read. */
export async function readChosenCluster(choice: ClusterChoice): Promise<ChosenCluster> {
  const snapshot = await readSnapshot(choice);
  return {
    snapshot,
    world: makeWorld(snapshot),
    unmatched: (revision, now) => askRecord(revision, snapshot.cluster.id, now),
  };
}

async function readSnapshot({ recording }: ClusterChoice): Promise<Snapshot> {
  if (recording !== undefined) return readRecording(recording);
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
