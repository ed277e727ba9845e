import { fields, isFields } from '../project/read.ts';
import { apiVersionOf, listPath } from '../sources.ts';
import type { Connection } from './connection.ts';
import { findResource } from './discover.ts';
import { ApiFailure } from './failure.ts';
import { listAll } from './list.ts';

export type RawWish = {
  /** As kubectl takes it: `pods`, `po`, `deployments.apps`. */
  resource: string;
  /** Absent: all namespaces. */
  namespace?: string;
  /** A label selector. */
  selector?: string;
  /** More than so many bytes of JSON are refused; 64 MiB unless told. */
  maxBytes?: number;
  signal?: AbortSignal;
};

/** Whatever group it is in: a resource of that name holds secrets. */
const secrets = /^secrets?(\.|$)/i;

const namespaceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Objects as the API prints them, each with its kind, as `kubectl get -o json` gives them; for custom checks. Secrets are never
 * read. Throws ApiFailure with a sentence.
 */
export async function listRaw(connection: Connection, wish: RawWish): Promise<unknown[]> {
  refuseSecrets(wish.resource);
  if (wish.namespace !== undefined && !namespaceName.test(wish.namespace)) {
    throw new ApiFailure('invalid', `"${wish.namespace}" is no name of a namespace`);
  }
  const found = await findResource(connection, wish.resource);
  refuseSecrets(found.resource);
  refuseSecrets(found.kind);
  const most = wish.maxBytes ?? 64 * 1024 * 1024;
  const of = { apiVersion: apiVersionOf(found), kind: found.kind };
  let objects: unknown[] = [];
  let bytes = 0;
  const sink = {
    begin: () => {
      objects = [];
      bytes = 0;
    },
    add: (raw: unknown) => {
      if (!isFields(raw)) return;
      // kubectl leaves it out, too: it is half of many objects.
      const { managedFields: _, ...metadata } = fields(raw['metadata']);
      const object = { ...of, ...raw, metadata };
      bytes += JSON.stringify(object).length;
      if (bytes > most) {
        throw new ApiFailure('invalid', `${wish.resource}: more than ${most} bytes; name a namespace or a selector`);
      }
      objects.push(object);
    },
  };
  const namespace = found.namespaced && wish.namespace !== undefined ? { namespace: wish.namespace } : {};
  await listAll(connection, {
    path: listPath({ group: found.group, version: found.version, resource: found.resource, ...namespace }),
    sink,
    signal: wish.signal,
    ...(wish.selector && { query: { labelSelector: wish.selector } }),
  });
  return objects;
}

function refuseSecrets(name: string): void {
  if (secrets.test(name)) throw new ApiFailure('denied', 'secrets are never read');
}
