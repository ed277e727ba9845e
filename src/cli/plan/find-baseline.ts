import type { Connection } from '../../cluster/api/connection.ts';
import { hasErrors } from '../../config/compile.ts';
import type { Revision, SourceFile } from '../../config/revision.ts';
import { readSettings } from '../../settings.ts';
import { loadConfiguration } from '../load-revision.ts';
import type { Output } from '../output.ts';
import { compileSaved, findInForce } from '../saved-revisions.ts';
import { hasRecord, withRecord } from '../with-record.ts';
import { readCandidate } from './read-candidate.ts';

export type Baseline = { revision: Revision; files: readonly SourceFile[]; from: string };

/** What the edit is compared with: what was given, else what the record has in force, else what the cluster's ConfigMaps hold. */
export async function findBaseline(
  { against, recording }: { against?: string[]; recording?: string },
  connection: Connection | undefined,
  output: Output,
): Promise<Baseline> {
  if (against && against.length > 0) {
    const { revision, files } = await readCandidate(against);
    if (hasErrors(revision))
      output.warn(`${against.join(', ')} would be refused itself: it is compared as far as it can be read`);
    return { revision, files, from: against.join(', ') };
  }
  const saved = hasRecord() ? await withRecord(findInForce) : undefined;
  if (saved) return { revision: compileSaved(saved), files: saved.files, from: `in force, from ${saved.from}` };
  if (!connection)
    throw new Error(
      `there is nothing to compare ${recording ?? 'it'} with: give --against DIR, or set K8S_MONITOR_DATA_DIR to the data folder of \`k8s-monitor run\``,
    );
  const found = await loadConfiguration(undefined, connection, readSettings(), output);
  return { ...found, from: 'the cluster' };
}
