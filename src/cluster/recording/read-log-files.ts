import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { cleanText } from '../../lib/text.ts';
import type { ContainerLog } from '../objects.ts';
import type { Snapshot } from '../snapshot.ts';

/** As many lines as we take from a live container. */
const mostLines = 200;

/** `logs/NAMESPACE/POD/CONTAINER.log`; the run before is `CONTAINER-previous.log` (troubleshoot.sh) or `CONTAINER.previous.log`. */
const logPath = /(?:^|\/)logs\/([^/]+)\/([^/]+)\/([^/]+?)([.-]previous)?\.log$/;

/** The snapshot with the logs among the files of its folder. Absent stays absent where there are none. */
export async function withLogFiles(snapshot: Snapshot, dir: string, names: readonly string[]): Promise<Snapshot> {
  const logs: ContainerLog[] = [];
  for (const name of names) {
    const [, namespace, pod, container, previous] = logPath.exec(name.replaceAll(sep, '/')) ?? [];
    if (!namespace || !pod || !container) continue;
    const text = cleanText(await readFile(join(dir, name), 'utf8')).trimEnd();
    if (!text) continue;
    logs.push({
      namespace,
      pod,
      container,
      previous: previous !== undefined,
      lines: text.split('\n').slice(-mostLines),
    });
  }
  if (logs.length === 0) return snapshot;
  const coverage = snapshot.coverage.map((one) =>
    one.source === 'logs'
      ? { source: one.source, state: 'complete' as const, count: logs.length, seenAt: snapshot.at }
      : one,
  );
  return { ...snapshot, logs, coverage };
}
