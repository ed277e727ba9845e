import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { takeSnapshot } from '../../../src/cluster/take-snapshot.ts';
import type { Bed } from './bed.ts';
import { editAgainAndAgain } from './edits.ts';
import { observeDaemon } from './observed-daemon.ts';
import { makePods } from './pods.ts';

const pods = 10_000;
const updatesPerSecond = 500;

export type UnderLoad = { times: number[]; pods: number; lists: number; updates: number };

/** The same as `timeEdits` while this process lists 10,000 pods again and again and the daemon's watch brings 500 changes of pods a second. */
export async function timeEditsUnderLoad(bed: Bed, edits: number): Promise<UnderLoad> {
  const { kubeconfig, names } = bed;
  await makePods(bed.api, names.namespace, pods);
  const observed = await observeDaemon(bed);
  const updater = fork(join(import.meta.dirname, 'update-pods.ts'), [
    ...[kubeconfig, names.namespace],
    ...[`${pods}`, `${updatesPerSecond}`],
  ]);
  let ended = false;
  let lists = 0;
  let listed = 0;
  const listing = (async () => {
    while (!ended) {
      const seen = await takeSnapshot(observed.connection, { now: Date.now(), sources: ['pods'] });
      listed = seen.pods.length;
      lists++;
    }
  })();
  const times = await editAgainAndAgain(bed, observed, edits);
  ended = true;
  await listing;
  const said = once(updater, 'message');
  updater.send('end');
  const [{ rate }] = await said;
  await observed.stop();
  return { times, pods: listed, lists, updates: Number(rate) };
}
