import type { ConfigMap } from '../../cluster/api/config-maps.ts';
import type { HalfName, Offer } from '../../config/keep.ts';
import { isError } from '../../config/problems.ts';
import { filesOfHalf, halfNames } from '../../config/source/halves.ts';
import { type Millis, minute } from '../../lib/clock.ts';
import { toRfc3339 } from '../../lib/duration.ts';
import type { ApiFault, ConfigMapNames } from './api-side.ts';

/** What is known of both sides of a source. */
export type SourceView = {
  names: ConfigMapNames;
  api: {
    connected: boolean;
    fault: ApiFault | undefined;
    /** Since when it counts as away; absent while it does not. */
    awaySince: Millis | undefined;
    map(half: HalfName): ConfigMap | undefined;
    offer: Offer | undefined;
  };
  files?: {
    name: string;
    offer: Offer | undefined;
    /** Which halves were there at any time. */
    had: ReadonlySet<HalfName>;
    /** Halves whose files hold what the API had replaced. */
    older: readonly HalfName[];
    lag: Millis | undefined;
  };
};

type ConditionRow = { name: string; says: (view: SourceView) => string[] };

/** kubelet takes 91 s at worst, and 2 m 2 s more after a failed try. */
const longLag: Millis = 5 * minute;
const stays = 'What was in force stays.';

const mapName = ({ names }: SourceView, half: HalfName): string => `ConfigMap ${names.namespace}/${names[half]}`;
const holds = (offer: Offer | undefined, half: HalfName): boolean => filesOfHalf(offer?.files ?? [], half).length > 0;
const isUnauthorized = ({ reason }: ApiFault): boolean => /answered 401\b/.test(reason);
const place = (half: HalfName): string => (half === 'orchestrator' ? 'CLAUDE.md' : 'agents');

/** Every condition of a source, in the order in which they are told. */
const rows: readonly ConditionRow[] = [
  {
    name: 'Forbidden',
    says: ({ names, api: { fault } }) =>
      fault?.is === 'denied' && !isUnauthorized(fault)
        ? [
            `the ConfigMaps in ${names.namespace} may not be read (${fault.reason}). Give the Role get, list and watch on both names; it is tried again by itself.`,
          ]
        : [],
  },
  {
    name: 'Unauthorized',
    says: ({ api: { fault } }) =>
      fault?.is === 'denied' && isUnauthorized(fault)
        ? [`the API server does not take our token (${fault.reason}). Its file is read again at every try.`]
        : [],
  },
  {
    name: 'ApiAway',
    says: ({ api: { fault, awaySince } }) =>
      awaySince !== undefined && fault?.is !== 'denied'
        ? [
            `the ConfigMaps are not watched since ${toRfc3339(awaySince)} (${fault?.reason ?? 'the API server does not answer'}). It is tried again by itself.`,
          ]
        : [],
  },
  {
    name: 'ConfigMissing',
    says: (view) =>
      halfNames
        .filter((half) => view.api.offer && view.api.connected && !view.api.map(half))
        .map((half) => `the ${mapName(view, half)} is not there. ${stays} Apply it again.`),
  },
  {
    name: 'ConfigEmpty',
    says: (view) =>
      halfNames
        .filter((half) => view.api.map(half) && !holds(view.api.offer, half))
        .map((half) => `the ${mapName(view, half)} has no Markdown for ${place(half)}. ${stays}`),
  },
  {
    name: 'Immutable',
    says: (view) =>
      halfNames
        .filter((half) => view.api.map(half)?.immutable)
        .map(
          (half) =>
            `the ${mapName(view, half)} cannot be edited, and kubelet does not look for changes of it. Delete it and apply it without \`immutable\`.`,
        ),
  },
  {
    name: 'FilesUnreadable',
    says: ({ files }) =>
      (files?.offer?.problems ?? [])
        .filter((problem) => isError(problem) && !['no-configuration', 'file-missing'].includes(problem.code))
        .slice(0, 1)
        .map(({ file, message, cure }) => `${files?.name}, ${file}: ${message} ${cure}`),
  },
  {
    name: 'FilesMissing',
    says: ({ files }) =>
      halfNames
        .filter((half) => files?.offer && files.had.has(half) && !holds(files.offer, half))
        .map(
          (half) =>
            `${files?.name}: ${place(half)} was there and is gone. ${stays} kubelet empties a mount when the disk is full or the ConfigMap was deleted.`,
        ),
  },
  {
    name: 'MountNotLive',
    says: ({ files }) =>
      halfNames
        .filter((half) => holds(files?.offer, half) && !files?.offer?.halves[half]?.version)
        .map(
          (half) =>
            `${files?.name}: no \`..data\` beside ${place(half)}, so kubelet never updates it. Mount the ConfigMap as a directory, without subPath.`,
        ),
  },
  {
    name: 'FilesOlder',
    says: ({ files }) =>
      (files?.older ?? []).map(
        (half) => `${files?.name}: ${place(half)} holds what the API had replaced. It is not taken back into force.`,
      ),
  },
  {
    name: 'FilesBehind',
    says: ({ files }) =>
      files?.lag !== undefined && files.lag > longLag
        ? [
            `${files.name} is behind the API for longer than kubelet takes. Look at the node's disk and its kubelet; the API is in force.`,
          ]
        : [],
  },
];

export const conditionNames: readonly string[] = rows.map(({ name }) => name);

/** What is wrong with a source, each as `Name: what that means and what to do`; `[]` when all is well. */
export function findConditions(view: SourceView): string[] {
  return rows.flatMap(({ name, says }) => says(view).map((text) => `${name}: ${text}`));
}
