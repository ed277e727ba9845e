import type { Finding } from '../analysis/finding.ts';
import type { Change } from '../changes/change.ts';
import type { World } from '../cluster/world.ts';
import type { Revision } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import type { Edit } from './edit.ts';
import type { Memory } from './incident.ts';

/** What triage judges: the configuration and the cluster, what was found and changed, and what it remembers. */
export type JudgeInput = {
  revision: Revision;
  world: World;
  findings: readonly Finding[];
  changes: readonly Change[];
  memory: Memory;
  now: Millis;
  /** The edit that came into force since the last cycle, where it changes something. */
  edit?: Edit;
  /** There is no later cycle: nothing settles, a blind source is told at once. */
  oneShot?: boolean;
  newId(): string;
};
