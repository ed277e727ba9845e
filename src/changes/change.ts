import type { Ref } from '../cluster/objects.ts';
import type { Millis } from '../lib/clock.ts';

/** One difference between two revisions of a workload. Environment values are never shown: names only. */
export type ChangeDetail = {
  what: 'image' | 'env' | 'probe' | 'resources' | 'replicas' | 'command' | 'volumes' | 'other';
  container?: string;
  from?: string;
  to?: string;
  /** "image of app: shop:1.4.1 -> shop:1.4.2" */
  says: string;
};

/** A rollout (later: an Argo CD sync, a commit) that came shortly before. */
export type Change = {
  id: string;
  kind: 'rollout' | 'scale';
  subject: Ref;
  at: Millis;
  /** Names of the ReplicaSets or ControllerRevisions, and their numbers. */
  from?: string;
  to?: string;
  fromRevision?: number;
  revision?: number;
  details: ChangeDetail[];
  says: string;
};

/** A change weighed against what failed: 0 to 1, and why; of a rollout what it was judged to be, in words. */
export type ScoredChange = Change & { score: number; because: string; verdict?: string };
