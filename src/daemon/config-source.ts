import { type ConfigMap, getConfigMap } from '../cluster/api/config-maps.ts';
import type { Connection } from '../cluster/api/connection.ts';
import { watchConfigMaps } from '../cluster/api/watch-config-maps.ts';
import type { Offer } from '../config/keep.ts';
import type { SourceFile } from '../config/revision.ts';
import { filesOfConfigMaps } from '../config/source/config-maps.ts';
import { readConfigFolder } from '../config/source/read-folder.ts';
import { watchFolder } from '../config/watch-folder.ts';
import type { Clock, Millis } from '../lib/clock.ts';
import type { SpeakingSource } from './source/speaker.ts';

/** How a source is doing; what stands in `conditions` is over when it is not there any more. */
export type SourceStatus = {
  speaking: SpeakingSource;
  /** Why it is that one, as a sentence. */
  why: string;
  /** Of the API watch on both ConfigMaps; absent where there is none. */
  watchConnected?: boolean;
  /** When the API watch last brought a byte. */
  watchLastByte?: Millis;
  /** For how long the mounted files have been behind what the API gave; absent without both. */
  fileLagSeconds?: number;
  /** `Forbidden: what that means and what to do`, the name first; `[]` when all is well. */
  conditions: string[];
};

/** Where the configuration comes from; every kind hands over the same thing. */
export type ConfigSource = {
  /** For people: `folder config`, `ConfigMaps k8s-monitor/...`. */
  name: string;
  /** What the source has now. */
  read(): Promise<Offer>;
  /** Hands over what the source has whenever it may have changed, and its status when who speaks or a condition changed, until stopped. */
  watch(offer: (offer: Offer) => void, onStatus?: (status: SourceStatus) => void): { stop(): void };
  status(): SourceStatus;
  /**
   * Tells, before the first `read`, which contents were in force earlier, newest first: mounted files that still hold an older one
   * do not bring it back.
   */
  remember?(earlier: readonly EarlierContent[]): void;
};

/** A content that was in force before a restart, and the name of the source it came from. */
export type EarlierContent = { from: string; files: readonly SourceFile[] };

/** A folder with CLAUDE.md and agents/*.md. */
export function folderSource(path: string, clock: Clock): ConfigSource {
  const name = `folder ${path}`;
  const read = async (): Promise<Offer> => ({
    ...(await readConfigFolder(path)),
    from: name,
    kind: 'files',
    halves: {},
  });
  return {
    name,
    read,
    watch(offer) {
      const watching = watchFolder(path, { clock, onChange: () => void read().then(offer) });
      // An edit between the first reading and now was seen by nobody.
      void read().then(offer);
      return watching;
    },
    status: () => ({ speaking: 'files', why: `The ${name} is the only source.`, conditions: [] }),
  };
}

export type ConfigMapNames = { namespace: string; orchestrator: string; agents: string };

/** The two ConfigMaps, by name, through the API. */
export function configMapSource(connection: Connection, names: ConfigMapNames): ConfigSource {
  const { namespace, orchestrator, agents } = names;
  const name = `ConfigMaps ${namespace}/${orchestrator} and ${namespace}/${agents}`;
  const toOffer = (maps: ReadonlyMap<string, ConfigMap>): Offer => ({
    ...filesOfConfigMaps(maps.get(orchestrator), maps.get(agents)),
    from: name,
    kind: 'api',
    halves: {},
  });
  return {
    name,
    async read() {
      const found = await Promise.all([orchestrator, agents].map((one) => getConfigMap(connection, namespace, one)));
      return toOffer(new Map(found.flatMap((map) => (map ? [[map.name, map]] : []))));
    },
    watch(offer) {
      const maps = new Map<string, ConfigMap>();
      const watching = watchConfigMaps(
        connection,
        namespace,
        [orchestrator, agents],
        ({ type, name: changed, map }) => {
          if (type === 'DELETED') maps.delete(changed);
          else maps.set(changed, map);
          // Half a pair at the start is not what anybody wrote: the other one is on its way.
          void watching.ready().then(() => offer(toOffer(maps)));
        },
      );
      return { stop: () => void watching.stop() };
    },
    status: () => ({ speaking: 'api', why: `The ${name} are the only source.`, conditions: [] }),
  };
}
