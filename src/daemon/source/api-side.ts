import { type ConfigMap, getConfigMap } from '../../cluster/api/config-maps.ts';
import type { Connection } from '../../cluster/api/connection.ts';
import type { FollowState } from '../../cluster/api/follow.ts';
import { type ConfigMapWatch, watchConfigMaps } from '../../cluster/api/watch-config-maps.ts';
import type { HalfFacts, HalfName, Offer } from '../../config/keep.ts';
import { filesOfConfigMaps } from '../../config/source/config-maps.ts';
import { factsInComments, filesOfHalf, halfNames } from '../../config/source/halves.ts';
import type { Millis } from '../../lib/clock.ts';

/** The names of the two ConfigMaps. */
export type ConfigMapNames = { namespace: string } & Record<HalfName, string>;

export type ApiFault = Extract<FollowState, { reason: string }>;

/** The two ConfigMaps as the API has them. */
export type ApiSide = {
  /** For people: `ConfigMaps k8s-monitor/a and k8s-monitor/b`. */
  name: string;
  /** Asks for both now; rejects with an Error where they are not watched either. Resolves to whether the server answered. */
  ask(): Promise<boolean>;
  /** Keeps them as the API has them, until stopped; calls back when that, or whether they are watched, has changed. */
  watch(on: { change(): void; audited(): void }): { ready: Promise<void>; stop(): void };
  /** Whether both are watched now. */
  isConnected(): boolean;
  /** Why one is not watched, where it is not. */
  fault(): ApiFault | undefined;
  lastByte(): Millis | undefined;
  map(half: HalfName): ConfigMap | undefined;
  /** What they hold; with an error for what is missing. Undefined while the API never answered. */
  offer(): Offer | undefined;
  /** Whether both are there with Markdown in them. */
  isWhole(): boolean;
};

export function openApiSide(connection: Connection, names: ConfigMapNames): ApiSide {
  const { namespace, orchestrator, agents } = names;
  const name = `ConfigMaps ${namespace}/${orchestrator} and ${namespace}/${agents}`;
  const asked = new Map<HalfName, ConfigMap>();
  const watched = new Map<HalfName, ConfigMap>();
  /** Whose absence from `watched` means that it is not there. */
  const seen = new Set<HalfName>();
  let answered = false;
  let watching: ConfigMapWatch | undefined;

  const halfOf = (map: string): HalfName => (map === orchestrator ? 'orchestrator' : 'agents');
  const map = (half: HalfName): ConfigMap | undefined =>
    watched.get(half) ?? (seen.has(half) ? undefined : asked.get(half));
  const states = (): FollowState[] => [...(watching?.states().values() ?? [])];
  const isConnected = (): boolean => watching !== undefined && states().every(({ is }) => is === 'seen');
  const fault = (): ApiFault | undefined => states().find((state): state is ApiFault => 'reason' in state);
  const makeOffer = (): Offer => {
    const set = filesOfConfigMaps(map('orchestrator'), map('agents'));
    const halves = halfNames.flatMap((half) => {
      const one = map(half);
      return one ? [[half, factsOf(one, set.files, half)] as const] : [];
    });
    return { ...set, from: name, kind: 'api', halves: Object.fromEntries(halves) };
  };
  /** Asked for several times for each change: read once. */
  let made: { of: (ConfigMap | undefined)[]; offer: Offer } | undefined;
  const offer = (): Offer | undefined => {
    if (!answered) return undefined;
    const of = halfNames.map(map);
    if (!made || made.of.some((one, index) => one !== of[index])) made = { of, offer: makeOffer() };
    return made.offer;
  };

  return {
    name,
    async ask() {
      // The watch knows which answers are older than what it has.
      if (watching) {
        const all = await watching.audit();
        if (!all && !isConnected()) throw new Error(fault()?.reason ?? 'the API server did not answer');
        return all;
      }
      const found = await Promise.all(halfNames.map((half) => getConfigMap(connection, namespace, names[half])));
      answered = true;
      halfNames.forEach((half, index) => {
        const one = found[index];
        if (one) asked.set(half, one);
        else asked.delete(half);
      });
      return true;
    },
    watch(on) {
      let isReady = false;
      const tell = (): void => {
        // Half a pair at the start is not what anybody wrote: the other one is on its way.
        if (isReady) on.change();
      };
      const own = watchConfigMaps(
        connection,
        namespace,
        [orchestrator, agents],
        ({ type, name: changed, map: one }) => {
          if (type === 'DELETED') watched.delete(halfOf(changed));
          else watched.set(halfOf(changed), one);
          answered = true;
          tell();
        },
        {
          onState(changed, state) {
            if (state.is === 'seen') {
              seen.add(halfOf(changed));
              answered = true;
            }
            tell();
          },
          onAudited: on.audited,
          given: [...asked.values()],
        },
      );
      watching = own;
      const ready = own.ready().then(() => {
        isReady = true;
        tell();
      });
      return {
        ready,
        stop() {
          isReady = false;
          void own.stop();
        },
      };
    },
    isConnected,
    fault,
    lastByte: () => watching?.lastByte(),
    map,
    offer,
    isWhole() {
      const files = offer()?.files ?? [];
      return halfNames.every((half) => filesOfHalf(files, half).length > 0);
    },
  };
}

/** Annotations count before comments, which the mounted files have, too. */
function factsOf(map: ConfigMap, files: Offer['files'], half: HalfName): HalfFacts {
  const bundle = map.annotations['k8s-monitor.io/bundle'];
  const confirm = map.annotations['k8s-monitor.io/confirm'];
  return {
    ...factsInComments(files, half),
    ...(bundle && { bundle }),
    ...(confirm && { confirm }),
    ...(map.changedBy && { author: map.changedBy.manager, changedAt: map.changedBy.at }),
    version: map.resourceVersion,
  };
}
