import { severities } from '../config/revision.ts';
import { hashOf } from '../lib/hash.ts';
import { count, oneLine } from '../lib/text.ts';
import type { Delivery } from './delivery.ts';
import { keyOf } from './make-delivery.ts';
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
export function gatherSummaries(decided: readonly Decided[], input: PlanInput): Delivery[] {
  const { past, now, firstContact } = input;
  const fresh = new Set(decided.filter(({ rule }) => rule.kind === 'first').map(({ incident }) => incident.id));
  for (const entry of past) {
    if (entry.plannedAt <= now - storm.within) continue;
    if (entry.kind === 'first' && entry.incident) fresh.add(entry.incident);
    for (const covered of entry.covers ?? []) fresh.add(covered);
  }
  const stormy = fresh.size > storm.above;
  const single = stormy ? ['SEV-1'] : firstContact ? ['SEV-1', 'SEV-2'] : severities;
  const gathered = decided.filter(
    ({ rule, delivery }) => rule.kind === 'first' && delivery.severity && !single.includes(delivery.severity),
  );
  const channels = [...new Set(gathered.map(({ delivery }) => delivery.channel))];
  const summaries = channels.flatMap((channel) => {
    const here = gathered.filter(({ delivery }) => delivery.channel === channel);
    // One incident needs no summary.
    if (here.length === 1) return here.map(({ delivery }) => delivery);
    return [summarise(here, channel, stormy ? 'storm' : 'first contact', input)];
  });
  const kept = decided.filter((one) => !gathered.includes(one)).map(({ delivery }) => delivery);
  return [...kept, ...summaries];
}

function summarise(here: readonly Decided[], channel: string, why: string, input: PlanInput): Delivery {
  const { now, revision, cycle } = input;
  const sorted = [...here].sort(
    (a, b) => severities.indexOf(a.incident.severity) - severities.indexOf(b.incident.severity),
  );
  const ids = sorted.map(({ incident }) => incident.id);
  const because =
    why === 'storm'
      ? `storm: more than ${storm.above} new incidents within a minute share one message`
      : 'first contact: what was broken before this monitor came shares one message';
  const lines = sorted.slice(0, longestList).map(({ incident }) => `- ${oneLine(inOneLine(incident, now), 300)}`);
  const more = sorted.length - lines.length;
  const tail = more > 0 ? [`- and ${more} more: \`k8s-monitor incidents\``] : [];
  const mention = here.find(({ delivery }) => delivery.mention)?.delivery.mention;
  return {
    key: keyOf(`summary-${hashOf([...ids].sort())}`, 'baseline', '1', channel),
    kind: 'baseline',
    channel,
    because,
    title: `${count(sorted.length, why === 'storm' ? 'new incident' : 'incident')} ${why === 'storm' ? 'within a minute' : 'found at first contact'}`,
    text: [...lines, ...tail, `Told because: ${because}`, `Revision ${revision.id} | cycle ${cycle}`].join('\n'),
    // Nobody is called by name for old faults.
    ...(mention && why === 'storm' ? { mention } : {}),
    covers: ids,
    revision: revision.id,
    cycle,
    evidenceHash: hashOf(here.map(({ delivery }) => delivery.evidenceHash)),
    plannedAt: now,
    notBefore: now,
    deadline: deadlineOf(undefined, now),
  };
}
