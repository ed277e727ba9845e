import { recordCluster as recordInto } from '../cluster/record-cluster.ts';
import { systemClock } from '../lib/clock.ts';
import { count } from '../lib/text.ts';
import { readSettings } from '../settings.ts';
import { connectCluster } from './connect.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

/** Records the cluster into a folder that `cycle --recording` reads. Exit 3 where a source could not be read. */
export async function recordCluster({ dir }: { dir: string }, output: Output): Promise<number> {
  const connection = await connectCluster(readSettings());
  try {
    const coverage = await recordInto(connection, dir, systemClock.now());
    const total = coverage.reduce((sum, { count: objects }) => sum + objects, 0);
    const unseen = coverage.filter(({ state }) => state === 'partial' || state === 'denied');
    output.print(`${count(total, 'object')} recorded in ${dir}, without secrets, environment values and tokens.`);
    for (const { source, reason } of unseen) output.warn(`not recorded: ${source}${reason ? ` (${reason})` : ''}`);
    return unseen.length > 0 ? exitCodes.unseen : exitCodes.done;
  } finally {
    await connection.close();
  }
}
