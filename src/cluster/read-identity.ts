import { second } from '../lib/clock.ts';
import { oneLine } from '../lib/text.ts';
import { type Connection, readJson } from './api/connection.ts';
import type { Namespace } from './objects.ts';
import { fields, text } from './project/read.ts';
import type { ClusterIdentity } from './snapshot.ts';

/** The API server's version, such as `v1.35.4`. Throws ApiFailure: the quickest way to learn whether there is a cluster at all. */
export async function readVersion(connection: Connection): Promise<string | undefined> {
  const answer = await readJson(connection, { path: '/version', within: 10 * second });
  const version = text(fields(answer)['gitVersion']);
  return version === undefined ? undefined : oneLine(version, 60);
}

/** The UID of the kube-system namespace, by which a cluster is known; `unknown` where it was not seen and may not be asked for. */
export async function readClusterId(connection: Connection, namespaces: readonly Namespace[]): Promise<string> {
  const seen = namespaces.find(({ name }) => name === 'kube-system');
  if (seen?.uid) return seen.uid;
  try {
    const answer = await readJson(connection, { path: '/api/v1/namespaces/kube-system', within: 10 * second });
    return text(fields(fields(answer)['metadata'])['uid']) ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

/** Who the cluster is; never throws. */
export async function readIdentity(connection: Connection, namespaces: readonly Namespace[]): Promise<ClusterIdentity> {
  const [version, id] = await Promise.all([
    readVersion(connection).catch(() => undefined),
    readClusterId(connection, namespaces),
  ]);
  return { id, name: connection.name, ...(version && { version }) };
}
