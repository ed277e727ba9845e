import type { ClusterInfo, Revision } from '../revision.ts';
import { compareFields, type Fields, length, value } from './fields.ts';
import { rankOf, type Said, usualRank } from './said.ts';

const fields: Fields<ClusterInfo> = {
  name: value('cluster name', String),
  type: value('cluster type', String),
  environment: value('environment', String),
  // Windows and business hours move with it.
  timezone: value('time zone', String, { weighs: () => 'silences' }),
  frequency: length('monitoring frequency', 'silences'),
};

/** What an edit does to the facts about the cluster. */
export const compareCluster = (before: Revision, after: Revision): Said[] =>
  compareFields(fields, before.cluster, after.cluster).map((phrase) => ({ ...phrase, rank: usualRank }));

/** What an edit does to how unlisted namespaces count. */
export const compareDefaultPriority = ({ defaultPriority: before }: Revision, { defaultPriority: after }: Revision) =>
  value<Revision['defaultPriority']>('default priority', String, {
    weighs: (old, now) => (rankOf(now) > rankOf(old) ? 'silences' : 'wakes'),
  })(before, after).map((phrase): Said => ({ ...phrase, rank: rankOf(after) }));
