import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '../lib/clock.ts';
import { type MonitorRecord, openRecord, recordFile } from '../record/open-record.ts';
import { readSettings } from '../settings.ts';

/**
 * Opens the record of the data folder for one command and closes it again. Throws where there is none and where it cannot be had at
 * present (a disk that refuses, a lock): an empty one would say that nothing ever was.
 */
export async function withRecord<Result>(use: (record: MonitorRecord) => Result | Promise<Result>): Promise<Result> {
  const folder = readSettings().K8S_MONITOR_DATA_DIR;
  if (!hasRecord())
    throw new Error(
      `there is no record in ${resolve(folder)}: set K8S_MONITOR_DATA_DIR to the data folder of \`k8s-monitor run\` or \`cycle --notify\``,
    );
  const record = openRecord(join(folder, recordFile), { now: systemClock.now() });
  try {
    if (record.inMemory) throw new Error(record.trouble.map(({ says }) => says.replace(/;.*$/, '')).join('; '));
    return await use(record);
  } finally {
    record.close();
  }
}

/** Whether a monitor has kept anything in the data folder. */
export const hasRecord = (): boolean => existsSync(join(readSettings().K8S_MONITOR_DATA_DIR, recordFile));
