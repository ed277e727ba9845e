import { compileFiles } from '../config/compile.ts';
import type { Revision } from '../config/revision.ts';
import type { MonitorRecord } from '../record/open-record.ts';
import { findRevision, loadPin, loadRevisions, type SavedRevision } from '../record/revisions.ts';

/** The revision in force, as far as the record knows: the pinned one, else the newest. */
export function findInForce(record: MonitorRecord): SavedRevision | undefined {
  const pin = loadPin(record);
  return (pin && findRevision(record, pin.revision)) ?? loadRevisions(record, 1)[0];
}

/** The time zone that the newest configuration names. */
export function zoneOf(record: MonitorRecord): string {
  const newest = loadRevisions(record, 1)[0];
  return newest ? compileSaved(newest).cluster.timezone : 'UTC';
}

/** A saved revision as this version reads it; it had no error when it was accepted. */
export const compileSaved = ({ files }: SavedRevision): Revision => compileFiles(files);

/** The saved revision that was asked for. Throws a sentence that says where the ids are. */
export function needRevision(record: MonitorRecord, id: string): SavedRevision {
  const found = findRevision(record, id);
  if (!found)
    throw new Error(
      `${id} is no saved revision, or the beginning of several: \`k8s-monitor config history\` lists them`,
    );
  return found;
}
