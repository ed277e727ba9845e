import type { Revision } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import type { Incident, Judgement } from '../triage/incident.ts';
import type { ChannelTable } from './channels.ts';
import type { Delivery, OutboxEntry, Withheld } from './delivery.ts';
import type { Rule } from './rules.ts';
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

/** A message decided for one incident and channel, before summaries are made of some. */
export type Decided = { incident: Incident; rule: Rule; delivery: Delivery };
