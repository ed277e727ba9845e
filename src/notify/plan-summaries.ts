import { severities } from '../config/revision.ts';
import { hashOf } from '../lib/hash.ts';
import { count, oneLine } from '../lib/text.ts';
import type { Incident } from '../triage/incident.ts';
import type { Delivery } from './delivery.ts';
import { evidenceHashOf, keyOf } from './make-delivery.ts';
import { inOneLine } from './message-context.ts';
import type { Decided, PlanInput } from './plan-input.ts';
import { deadlineOf } from './retry.ts';
import { storm } from './rules.ts';

/** A summary lists so many incidents; the rest are a number and in `k8s-monitor incidents`. */
const longestList = 40;

/**
 * First messages that would be a flood become one per channel: at first contact with a cluster all but SEV-1 and SEV-2,
 * in a storm all but SEV-1. Everything else passes as it is.
 */
export function gatherSummaries(
  decided: readonly Decided[],
  input: PlanInput,
): { single: Decided[]; summaries: Delivery[] } {
  const { past, now, firstContact, firstCycleAt = now } = input;
  const firsts = decided.filter(({ rule }) => rule.kind === 'first');
  const fresh = new Set(firsts.map(({ situation }) => situation.incident.id));
  for (const entry of past) {
    if (entry.plannedAt <= now - storm.within) continue;
    if (entry.kind === 'first' && entry.incident) fresh.add(entry.incident);
    for (const covered of entry.covers ?? []) fresh.add(covered);
  }
  const stormy = fresh.size > storm.above;
  const alone = ({ severity, since }: Incident): boolean => {
    if (stormy) return severity === 'SEV-1';
    return !firstContact || since > firstCycleAt || severity === 'SEV-1' || severity === 'SEV-2';
  };
  const together = firsts.filter(({ situation }) => !alone(situation.incident));
  // One incident needs no summary.
  const groups = [...Map.groupBy(together, ({ channel }) => channel)].filter(([, here]) => here.length > 1);
  const gathered = new Set(groups.flatMap(([, here]) => here));
  return {
    single: decided.filter((one) => !gathered.has(one)),
    summaries: groups.map(([channel, here]) => summarise(here, channel, stormy, input)),
  };
}

function summarise(here: readonly Decided[], channel: string, stormy: boolean, input: PlanInput): Delivery {
  const { now, revision, cycle } = input;
  const sorted = here
    .map(({ situation }) => situation.incident)
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const ids = sorted.map(({ id }) => id);
  const worst = sorted[0]?.severity;
  const because = stormy
    ? `storm: more than ${storm.above} new incidents within a minute share one message`
    : 'first contact: what was broken before this monitor came shares one message';
  const lines = sorted.slice(0, longestList).map((incident) => `- ${oneLine(inOneLine(incident, now), 300)}`);
  const more = sorted.length - lines.length;
  const tail = more > 0 ? [`- and ${more} more: \`k8s-monitor incidents\``] : [];
  const mention = here.find(({ situation }) => situation.escalation?.mention)?.situation.escalation?.mention;
  return {
    key: keyOf(`summary-${hashOf([...ids].sort())}`, 'baseline', '1', channel),
    kind: 'baseline',
    channel,
    ...(worst ? { severity: worst } : {}),
    because,
    title: `${count(sorted.length, stormy ? 'new incident' : 'incident')} ${stormy ? 'within a minute' : 'found at first contact'}`,
    text: [...lines, ...tail, `Told because: ${because}`, `Revision ${revision.id} | cycle ${cycle}`].join('\n'),
    // Nobody is called by name for old faults.
    ...(mention && stormy ? { mention } : {}),
    covers: ids,
    revision: revision.id,
    cycle,
    evidenceHash: hashOf(sorted.map(evidenceHashOf)),
    plannedAt: now,
    notBefore: now,
    deadline: deadlineOf(worst, now),
  };
}
