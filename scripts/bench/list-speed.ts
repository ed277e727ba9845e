import { join } from 'node:path';
import { connect, readAll } from '../../src/cluster/api/connection.ts';
import { takeSnapshot } from '../../src/cluster/take-snapshot.ts';
import { type Figure, runProcess, timeOf } from './measure.ts';

const root = join(import.meta.dirname, '..', '..');

/** Listing the pods of a real API server, against fetching and parsing the same pages. */
export async function benchList(): Promise<Figure[]> {
  const kubeconfig = process.env['KUBECONFIG'];
  if (!kubeconfig) return [];
  const connection = await connect({ kubeconfig, home: '.' });
  let pods = 0;
  const ours = await timeOf(5, async () => {
    pods = (await takeSnapshot(connection, { now: Date.now(), sources: ['pods'] })).pods.length;
  });
  const bare = await timeOf(5, async () => {
    let next = '';
    do {
      const page: { metadata: { continue?: string } } = JSON.parse(
        await readAll(
          await connection.request({ path: '/api/v1/pods', query: { limit: 500, continue: next || undefined } }),
          2 ** 30,
        ),
      );
      next = page.metadata.continue ?? '';
    } while (next);
  });
  await connection.close();
  // A process of its own: here the garbage of many lists is measured, which no one-shot cycle makes.
  const whole = await runProcess(process.execPath, [
    ...[join(root, 'bin', 'k8s-monitor.js'), 'cycle'],
    ...['--config', join(root, 'examples', 'config')],
  ]);
  if (whole.code !== 0) throw new Error('a cycle on the cluster of KUBECONFIG did not end with 0');
  return [
    { what: `listing ${pods} pods : streaming and parsing the same pages`, value: ours / bare, unit: 'x', limit: 2 },
    { what: `resident memory of a whole \`cycle\` on ${pods} pods`, value: whole.resident, unit: 'MiB', limit: 250 },
  ];
}
