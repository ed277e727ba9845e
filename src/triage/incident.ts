import type { Finding } from '../analysis/finding.ts';
import type { Change, ScoredChange } from '../changes/change.ts';
import type { Ref } from '../cluster/objects.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import type { CauseId, CheckId } from '../config/checks.ts';
import type { Position, Priority, Severity } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';

export type ServiceStateName = 'healthy' | 'degraded' | 'down' | 'absent' | 'unknown';

/** A listed service as this cycle sees it. */
export type ServiceState = {
  name: string;
  priority: Priority;
  state: ServiceStateName;
  /** Of the present downtime or degradation; ready for less than 5 minutes does not interrupt it. */
  since: Millis;
  because: string;
  /** What it matched. */
  workloads: Ref[];
};

/** A finding with what triage decided about it. */
export type JudgedFinding = Finding & {
  /** Its grace has not ended: recorded, shown with `--all`, not told. */
  pending?: { until: Millis; because: string };
  services: string[];
};

/** The family of failure, so that a cause revised stays one incident: the first word of the check's group. */
export type Family =
  | 'workload'
  | 'configuration'
  | 'image'
  | 'scheduling'
  | 'storage'
  | 'network'
  | 'node'
  | 'control-plane'
  | 'job'
  | 'certificate'
  | 'capacity'
  | 'custom'
  | 'blind';

/** `settling`: recorded, not told yet. `open`. `recovering`: root healthy, not for long enough. `resolved`, `absorbed` (part of another): over. */
export type IncidentStateName = 'settling' | 'open' | 'recovering' | 'resolved' | 'absorbed';

export type Incident = {
  /** Opaque and permanent: `i-7f3a9c`. */
  id: string;
  severity: Severity;
  /** The clause that decided, in words: "P0 shop down for 3m, limit 2m (SEV-1: Any P0 service down for > 2 minutes)". */
  because: string;
  subject: Ref;
  family: Family;
  check: CheckId | 'blind';
  cause?: CauseId;
  state: IncidentStateName;
  since: Millis;
  openedAt: Millis;
  /** When it was or will be told. */
  settlesAt: Millis;
  /** Start of the last settling: of a reopened incident later than `openedAt`, 0 of one that is told at once. */
  settlingSince?: Millis;
  /** From when its calm counts: time in which a source is not seen is no calm. */
  recoveringSince?: Millis;
  /** When its root became well, of one that recovers. */
  wellSince?: Millis;
  endedAt?: Millis;
  /** Whether people were told of this round (a reopened incident begins a new one), so that a blip stays silent. */
  told: boolean;
  /** When they were first told, in any round. */
  toldAt?: Millis;
  /** A mute keeps it from being told until then, unless it gets worse than it was when muted. */
  muted?: { by: string; until: Millis; severity: Severity };
  /** A mute that ended while it was open, in words. */
  unmuted?: { at: Millis; says: string };
  absorbedBy?: string;
  /** An edit took it out of people's sight while it was there; it may still be there. Until it is told again. */
  silenced?: { at: Millis; revision: string; by?: string; says: string };
  services: string[];
  findings: string[];
  /** What suffers under the root without being it. */
  victims: Ref[];
  changes: ScoredChange[];
  /** The revert after which its root became well: that confirms the change. "revision 2 was reverted to revision 1 (image app: 1.4.2 -> 1.4.1)". */
  recoveredAfter?: string;
  /** Where the cause is unknown: who else it could be, with why. */
  candidates: { subject: Ref; because: string }[];
  /** The root's own story: `says` and `next` of its leading finding. */
  says: string;
  next: string;
  evidence: { id: string; text: string; object?: Ref; at?: Millis }[];
  /** Times it came back within 30 minutes; three in an hour is flapping. */
  reopened: Millis[];
  flapping: boolean;
  /** Sources that must be seen before it may resolve. */
  reads: SourceName[];
  /** A source it needs is not seen: what we know is old. */
  unseen?: string;
  acknowledged?: { by: string; at: Millis };
  /** The revision under which it was last judged. */
  revision: string;
};

/** What a known issue, ignore or mute keeps from people. Listed in every cycle's record. */
export type Suppressed = {
  findings: string[];
  subject: Ref;
  by: { kind: 'known-issue' | 'mute' | 'ignore'; name: string; at?: Position };
  until?: Millis;
  services: string[];
  says: string;
};

/** What happened to an incident in this cycle; notify's plan is made of these. */
export type IncidentEvent = { incident: string; at: Millis; says: string } & (
  | { type: 'opened' }
  | { type: 'told' }
  | { type: 'worse'; from: Severity; to: Severity }
  | { type: 'better'; from: Severity; to: Severity }
  | { type: 'cause-revised'; from?: CauseId; to?: CauseId }
  | { type: 'root-revised'; from: Ref; to: Ref }
  | { type: 'absorbed'; into: string }
  | { type: 'recovering' }
  | { type: 'relapsed' }
  | { type: 'reopened' }
  | { type: 'flapping' }
  | { type: 'resolved' }
  | { type: 'not-watched' }
  | { type: 'unhidden' }
  | { type: 'unmuted' }
  | { type: 'rollout' }
);

export type Mute = {
  id: string;
  what: 'incident' | 'service' | 'namespace' | 'node' | 'check';
  name: string;
  until: Millis;
  why: string;
  by: string;
  /** A higher severity than this breaks through. */
  severity?: Severity;
};

/** What a rollout of a listed service turned out to be against the revision before it. */
export type RolloutVerdict = 'healthy' | 'worse' | 'stuck' | 'reverted';

/** A rollout of a listed service, from its beginning until nobody asks for its verdict any more. */
export type WatchedRollout = {
  change: Change;
  services: string[];
  /** How it looked when last seen whole: what counts when another rollout replaces it before its time. */
  looks?: { is: RolloutVerdict; because: string };
  /** Once given it stays; `at`: of the cycle that gave it. */
  verdict?: { is: RolloutVerdict; because: string; at: Millis };
  /** Undone by a later rollout, before or after its verdict. */
  reverted?: { at: Millis; says: string };
};

/** What triage must remember between cycles and over restarts; kept by `record`, changed only by value. */
export type Memory = {
  /** First sight of findings that no object dates. */
  firstSeen: Record<string, Millis>;
  /** Last state of each service, for downtime and "lost its workload". */
  services: Record<string, { state: ServiceStateName; since: Millis; readySince?: Millis; matched: Ref[] }>;
  incidents: Incident[];
  mutes: Mute[];
  acknowledged: Record<string, { by: string; at: Millis }>;
  /** First time and count of cycles in which a source was not seen. */
  blind: Partial<Record<SourceName, { since: Millis; cycles: number }>>;
  /** Known issues that suppressed something in the last cycle, to tell what a removed one hid. */
  hidden: Record<string, { by: string; since: Millis }>;
  /** Rollouts of listed services by the id of their change, with their verdicts. */
  rollouts?: Record<string, WatchedRollout>;
  lastCycleAt?: Millis;
};

export const emptyMemory: Memory = {
  firstSeen: {},
  services: {},
  incidents: [],
  mutes: [],
  acknowledged: {},
  blind: {},
  hidden: {},
};

/** What one cycle decided. */
export type Judgement = {
  services: ServiceState[];
  findings: JudgedFinding[];
  incidents: Incident[];
  suppressed: Suppressed[];
  events: IncidentEvent[];
  memory: Memory;
  /** Rollouts that got their verdict in this cycle. */
  verdicts?: WatchedRollout[];
  /** The next moment at which the answer can change with no change in the cluster. */
  nextAt?: Millis;
};
