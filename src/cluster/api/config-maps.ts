import { type Millis, second } from '../../lib/clock.ts';
import { authorOf, metaOf } from '../project/meta.ts';
import { fields, list, text } from '../project/read.ts';
import { listPath } from '../sources.ts';
import { type Connection, readJson } from './connection.ts';
import { ApiFailure } from './failure.ts';

/** A ConfigMap with what stands in it: only ours are read so. */
export type ConfigMap = {
  namespace: string;
  name: string;
  uid: string;
  resourceVersion: string;
  annotations: Readonly<Record<string, string>>;
  /** As it was written: neither cleaned nor cut. */
  data: Readonly<Record<string, string>>;
  /** What is no UTF-8 text, in base64. */
  binaryData: Readonly<Record<string, string>>;
  immutable: boolean;
  /** Who changed the data last, and when; of an object whose data nobody owns, who changed anything. */
  changedBy?: { manager: string; at: Millis };
};

/** Where the ConfigMaps of a namespace are. */
export const configMapsPath = (namespace: string): string =>
  listPath({ group: '', version: 'v1', resource: 'configmaps', namespace });

/** The ConfigMap; undefined where there is none of that name. Throws ApiFailure. */
export async function getConfigMap(
  connection: Connection,
  namespace: string,
  name: string,
  signal?: AbortSignal,
): Promise<ConfigMap | undefined> {
  try {
    const path = `${configMapsPath(namespace)}/${encodeURIComponent(name)}`;
    return readConfigMap(await readJson(connection, { path, within: 10 * second, signal }));
  } catch (error) {
    if (error instanceof ApiFailure && error.kind === 'absent') return undefined;
    throw error;
  }
}

/** A raw ConfigMap as the few fields that are used. */
export function readConfigMap(raw: unknown): ConfigMap {
  const from = fields(raw);
  const metadata = fields(from['metadata']);
  const meta = metaOf(from, 'ConfigMap', 'v1');
  const changedBy = authorOfData(metadata['managedFields']) ?? meta.changedBy;
  return {
    namespace: meta.namespace ?? '',
    name: meta.name,
    uid: meta.uid,
    resourceVersion: text(metadata['resourceVersion']) ?? '',
    annotations: meta.annotations,
    data: textsAsWritten(from['data']),
    binaryData: textsAsWritten(from['binaryData']),
    immutable: from['immutable'] === true,
    ...(changedBy && { changedBy }),
  };
}

/** A label or a note that somebody put on it later is not what the configuration is judged by. */
function authorOfData(managedFields: unknown): ConfigMap['changedBy'] {
  const entries = list(managedFields)
    .map(fields)
    .filter((entry) => {
      const owned = fields(entry['fieldsV1']);
      return 'f:data' in owned || 'f:binaryData' in owned;
    });
  return authorOf(entries);
}

function textsAsWritten(value: unknown): Record<string, string> {
  const pairs = Object.entries(fields(value));
  return Object.fromEntries(pairs.flatMap(([key, held]) => (typeof held === 'string' ? [[key, held]] : [])));
}
