import { type Millis, minute, second } from '../../lib/clock.ts';
import { fields, list, text, texts } from '../project/read.ts';
import { atMost } from './at-most.ts';
import { type Connection, readJson } from './connection.ts';
import { ApiFailure } from './failure.ts';

/** A kind as the API server offers it. */
export type Resource = {
  group: string;
  version: string;
  /** `deployments` */
  resource: string;
  kind: string;
  namespaced: boolean;
  singular: string;
  shortNames: string[];
};

type Discovered = { at: Millis; resources: Promise<Resource[]> };

/** Kinds are installed rarely and asked for often. */
const goodFor: Millis = 10 * minute;
const discovered = new WeakMap<Connection, Discovered>();

/**
 * The resource that kubectl would mean by a name: `pods`, `po`, `pod`, `deployments.apps`, `deployments.v1.apps`. The core group comes
 * first, the others in the server's order. Throws ApiFailure `absent` where none has that name.
 */
export async function findResource(connection: Connection, name: string): Promise<Resource> {
  const wanted = name.toLowerCase();
  const found = (await readResources(connection)).find((resource) => isCalled(resource, wanted));
  if (!found) throw new ApiFailure('absent', `the cluster has no resource "${name}"`);
  return found;
}

function isCalled({ resource, singular, shortNames, kind, group, version }: Resource, wanted: string): boolean {
  const names = [resource, singular, kind.toLowerCase(), ...shortNames];
  return names.some(
    (name) => wanted === name || (group && (wanted === `${name}.${group}` || wanted === `${name}.${version}.${group}`)),
  );
}

async function readResources(connection: Connection): Promise<Resource[]> {
  const now = connection.clock.now();
  const known = discovered.get(connection);
  if (known && now - known.at < goodFor) return known.resources;
  const resources = readAllGroups(connection);
  discovered.set(connection, { at: now, resources });
  // What failed is asked again by the next one.
  resources.catch(() => discovered.delete(connection));
  return resources;
}

async function readAllGroups(connection: Connection): Promise<Resource[]> {
  const answer = await readJson(connection, { path: '/apis', within: 10 * second });
  const versions = list(fields(answer)['groups']).flatMap((item) => {
    const preferred = fields(fields(item)['preferredVersion']);
    return text(preferred['groupVersion']) ?? [];
  });
  const byVersion = new Map<string, Resource[]>();
  await atMost(8, ['v1', ...versions], async (version) => {
    try {
      byVersion.set(version, await readGroup(connection, version));
    } catch {
      // An extension server that is down takes only its own kinds along.
    }
  });
  if (!byVersion.has('v1')) throw new ApiFailure('broken', 'the API server does not say which kinds it has');
  return ['v1', ...versions].flatMap((version) => byVersion.get(version) ?? []);
}

async function readGroup(connection: Connection, groupVersion: string): Promise<Resource[]> {
  const [group = '', version = ''] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  const base = group ? `/apis/${encodeURIComponent(group)}` : '/api';
  const path = `${base}/${encodeURIComponent(version)}`;
  const answer = fields(await readJson(connection, { path, within: 10 * second }));
  return list(answer['resources']).flatMap((item) => {
    const from = fields(item);
    const resource = text(from['name']) ?? '';
    // `pods/log` is a part of a resource, and what cannot be listed is of no use here.
    if (!resource || resource.includes('/') || !texts(from['verbs']).includes('list')) return [];
    const shortNames = texts(from['shortNames']);
    const kind = text(from['kind']) ?? '';
    const singular = text(from['singularName']) ?? kind.toLowerCase();
    return [{ group, version, resource, kind, namespaced: from['namespaced'] === true, singular, shortNames }];
  });
}
