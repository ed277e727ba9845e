import type { Millis } from '../lib/clock.ts';
import { mapInTurns, runToEnd, type Work } from '../lib/turns.ts';
import { routeOf } from './channels.ts';
import type { Delivery, Withheld } from './delivery.ts';
import { makeDelivery } from './make-delivery.ts';
import { findPlaces } from './places.ts';
import { planDigest } from './plan-digest.ts';
import type { Decided, Plan, PlanInput } from './plan-input.ts';
import { gatherSummaries } from './plan-summaries.ts';
import { rules, type Situation } from './rules.ts';
import type { TemplateFault } from './templates.ts';
import { findTold, type Told } from './told.ts';
import { whyNot } from './withhold.ts';

export type { ChannelTable } from './channels.ts';
export type { LastDay, Plan, PlanInput } from './plan-input.ts';

/**
 * Who is told what now, and who is not and why. Pure: the same judgement over the same past gives the same keys, so a
 * plan made twice is sent once.
 */
export const planDeliveries = (input: PlanInput): Plan => runToEnd(planInTurns(input));

/** The same as work that can be interrupted. */
export function* planInTurns(input: PlanInput): Work<Plan> {
  const { revision, judgement, now } = input;
  const told = findTold(input.past, input.observe ?? false);
  const withheld: Withheld[] = [];
  const moments: Millis[] = [];
  const faults: TemplateFault[] = [];
  const decided: Decided[] = [];
  const happened = Map.groupBy(judgement.events, (event) => event.incident);

  // Ended ones are remembered for a day: an end that nobody was told of yet is told.
  for (const incident of judgement.memory.incidents) {
    yield;
    if (incident.state === 'settling') {
      const because = `settles until its root is known: ${incident.severity}`;
      withheld.push({ incident: incident.id, kind: 'settling', because, until: incident.settlesAt });
      moments.push(incident.settlesAt);
      continue;
    }
    const events = happened.get(incident.id) ?? [];
    const known = told.get(incident.id) ?? new Map<string, Told>();
    const places = findPlaces(incident, known, input);
    withheld.push(...places.withheld);
    moments.push(...places.moments);
    for (const { channel, listed, instead, escalation } of places.channels) {
      const situation: Situation = {
        incident,
        events,
        told: known.get(channel),
        escalation,
        revision,
        now,
        listed,
        edits: routeOf(channel) === 'slack',
      };
      for (const rule of rules) {
        const due = rule.dueAt?.(situation);
        if (due !== undefined && due > now) moments.push(due);
      }
      const rule = rules.find((candidate) => candidate.applies(situation));
      if (!rule) continue;
      const stop = whyNot(rule, situation, input);
      if (stop) {
        withheld.push({ ...stop, incident: incident.id, channel });
        if (stop.until !== undefined) moments.push(stop.until);
        continue;
      }
      const because = rule.because(situation) + (instead ? `; ${instead}, so it comes here` : '');
      decided.push({ rule, situation, channel, because });
    }
  }

  const digest = planDigest(input, withheld);
  faults.push(...digest.faults);
  moments.push(digest.nextAt);
  yield;
  const { single, summaries } = gatherSummaries(decided, input);
  const made = yield* mapInTurns(single, (one) => makeDelivery(one, input), 1);
  faults.push(...made.flatMap((one) => one.faults));
  const deliveries = [...made.map(({ delivery }) => delivery), ...summaries, ...digest.deliveries];
  const later = moments.filter((moment) => moment > now);
  return {
    deliveries: input.observe ? deliveries.map(observeOnly) : deliveries,
    withheld,
    ...(later.length > 0 ? { nextAt: Math.min(...later) } : {}),
    faults: faults.filter((fault, index) => faults.findIndex((other) => other.template === fault.template) === index),
  };
}

/** A digest is sent even then: it says what would have been sent. */
export function observeOnly(delivery: Delivery): Delivery {
  return delivery.kind === 'digest' ? delivery : { ...delivery, observed: true };
}
