import type { Ref } from '../cluster/objects.ts';
import type { Incident } from './incident.ts';

/** What is wrong at one root in this cycle, before it has an id and a life. The fields are the incident's. */
export type Trouble = Pick<
  Incident,
  | 'severity'
  | 'because'
  | 'family'
  | 'check'
  | 'cause'
  | 'since'
  | 'services'
  | 'findings'
  | 'victims'
  | 'changes'
  | 'candidates'
  | 'says'
  | 'next'
  | 'evidence'
  | 'reads'
> & {
  root: Ref;
  /** A finding's grace is over: it may open an incident. */
  isReady: boolean;
  /** The root is well; what is left are victims that follow. */
  isWell: boolean;
  /** Told without settling, and why: a known issue hid it long enough, or our own audit found it. */
  atOnce?: string;
  /** Something hid it until now. */
  unhidden?: boolean;
};
