import type { CustomResult, ProbeResult } from '../cluster/beside.ts';
import type { Ref } from '../cluster/objects.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import type { World } from '../cluster/world.ts';
import type { CauseId, CheckId } from '../config/checks.ts';
import type { Position, Severity, Thresholds } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';

/** Something seen that supports a finding. `text` may come from the cluster: data, cleaned and capped, never markup. */
export type Evidence = { id: string; text: string; object?: Ref; at?: Millis };

/** What a check returns: a finding before it has an id, a grace and a record. */
export type Observation = {
  cause?: CauseId;
  /** The top owner (Deployment, not its pods). */
  subject: Ref;
  /** From when the cluster shows it; absent where no object says. */
  since?: Millis;
  evidence: Omit<Evidence, 'id'>[];
  /** One sentence a tired person understands at 3 AM. */
  says: string;
  /** The command to run next. */
  next: string;
  /** `warning`: worth knowing, makes no service degraded. */
  level: 'error' | 'warning';
  /** Replaces the check's grace: 0 for what never heals alone. */
  grace?: Millis;
  /** Pods it was seen on. */
  pods: Ref[];
  /** What it points at and a root may be found in: nodes, claims, configuration, Services, dependencies named in logs. */
  related: Ref[];
  /** Only `custom`: what its section says. */
  severity?: Severity;
  /** Held by an expected disruption (rolling update, drain, young pods) until then. */
  expectedUntil?: Millis;
  /** Two of the same check on the same subject are kept apart by this (a container, a row, a heading). */
  part?: string;
};

export type Finding = Omit<Observation, 'since' | 'evidence' | 'grace'> & {
  /** `check/Kind/namespace/name[/part]`: stable over cycles and restarts, no counters. */
  id: string;
  check: CheckId;
  since: Millis;
  /** `record`: no object says when; first seen by us then. */
  sinceFrom: 'cluster' | 'record';
  evidence: Evidence[];
  grace: Millis;
  /** Sources its check read: while one is not seen it cannot be resolved. */
  reads: readonly SourceName[];
  /** An `ignore` of the Markdown covers it: recorded, never told. */
  ignored?: { because: string; at: Position };
};

/** What checks see. Everything in it is a value. */
export type CheckInput = {
  world: World;
  now: Millis;
  thresholds: Thresholds;
  probes: readonly ProbeResult[];
  customResults: readonly CustomResult[];
};

/** A check is one file that introduces itself. `checks/index.ts` is the ordered list. */
export type Check = {
  id: CheckId;
  title: string;
  reads: readonly SourceName[];
  /** An observation may set its own. */
  grace: Millis;
  /** What it saw; an iterator where it is worth looking only as far as somebody asks, so that others can have a turn meanwhile. */
  find(input: CheckInput): Iterable<Observation>;
};
