import { type Connection, openConnection } from '../../src/cluster/api/connection.ts';
import type { Credentials } from '../../src/cluster/api/credentials.ts';
import type { Clock } from '../../src/lib/clock.ts';

const anonymous: Credentials = { headers: {}, get: async () => ({}) };

/** A connection to a server on loopback; what fails is tried again after a millisecond. */
export function connectTo(url: string, options: { clock?: Clock; credentials?: Credentials } = {}): Connection {
  const { clock, credentials = anonymous } = options;
  const access = { name: 'test', server: url, namespace: 'default', insecure: false, credentials };
  return openConnection(access, { random: () => 0.5, backoff: { first: 2, most: 2 }, ...(clock && { clock }) });
}
