import type { Revision } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import type { Judgement } from '../triage/incident.ts';
import type { ChannelTable } from './channels.ts';
import type { Delivery, OutboxEntry, Withheld } from './delivery.ts';
import type { Rule, Situation } from './rules.ts';
import type { TemplateFault } from './templates.ts';

/** What the record knows of the last day, for the digest: sentences, each once. */
export type LastDay = { ended: string[]; suppressed: string[]; held: string[] };

export type PlanInput = {
  revision: Revision;
  judgement: Judgement;
  past: readonly OutboxEntry[];
  now: Millis;
  cycle: string;
  channels: ChannelTable;
  /** An empty record: old faults are told as one summary. */
  firstContact: boolean;
  /** When the cluster was first looked at: what began later is news, first contact or not. `now` without it. */
  firstCycleAt?: Millis;
  /** Everything is decided and recorded, nothing is sent but the daily summary. */
  observe?: boolean;
  /** What the record knows of the last day, for the digest; without it the digest tells of this cycle. */
  lastDay?: LastDay;
};

export type Plan = {
  deliveries: Delivery[];
  withheld: Withheld[];
  /** The next moment at which this plan can change while the cluster does not: a hold that ends, a reminder, the digest. */
  nextAt?: Millis;
  /** Templates of the Markdown that did not render. */
  faults: TemplateFault[];
};

/** A message decided for one incident and channel, not rendered yet: in a storm most never are. */
export type Decided = { rule: Rule; situation: Situation; channel: string; because: string };
