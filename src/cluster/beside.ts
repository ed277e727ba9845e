import type { Severity } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import type { Ref } from './objects.ts';

/** What a row of Health Check Patterns last answered; run beside cycles, in a cluster only. */
export type ProbeResult = {
  service: string;
  target: Ref;
  /** `not-checked`: outside a cluster, or the control probe failed too. */
  result: 'ok' | 'failing' | 'not-checked';
  failingSince?: Millis;
  detail: string;
  at: Millis;
};

/** What a custom check (`kubectl get ... | jq`) last found; run beside cycles. */
export type CustomResult = {
  name: string;
  /** What its section says; SEV-4 without it. */
  severity?: Severity;
  at: Millis;
  took: Millis;
  /** `unknown` with the reason when it could not run. */
  state: 'ok' | 'unknown';
  reason?: string;
  /** What the filter printed: the object it names, or a plain string. At most 1,000. */
  matches: { object?: Ref; text: string }[];
  /** Objects the filter looked at. */
  looked: number;
  /** More than half of what it looked at matched: one incident with a count instead of many findings. */
  matchesMost: boolean;
};
