import { uniqueRefs } from '../../cluster/ref-index.ts';
import { refOf } from '../../cluster/world.ts';
import type { FoundCause } from '../causes/cause.ts';
import type { Observation } from '../finding.ts';
import { observe, type Seen } from '../observe.ts';
import { relatedOf } from './pod-state.ts';
import type { OwnerTroubles, PodTrouble } from './pod-troubles.ts';

/** These say that something ended, not why. Another cause on a sibling tells more. */
const vague = new Set(['exit-code', 'init-container']);

/** A workload's pods fail alike: so many of them tell the cause. */
const asked = 10;

/** The most telling cause among the pods of an owner, with the pod that shows it. */
export function findLead(
  group: OwnerTroubles,
  find: (trouble: PodTrouble) => FoundCause,
): { trouble: PodTrouble; found: FoundCause } {
  const [first, ...rest] = group.troubles;
  let lead = { trouble: first, found: find(first) };
  for (const trouble of rest.slice(0, asked - 1)) {
    if (weight(lead.found) === 2) break;
    const found = find(trouble);
    if (weight(found) > weight(lead.found)) lead = { trouble, found };
  }
  return lead;
}

const weight = ({ cause }: FoundCause): number => (cause === undefined ? 0 : vague.has(cause) ? 1 : 2);

/** One finding for all pods of an owner: their nodes and claims are related to it, the cause's objects first. */
export function observePods(
  group: OwnerTroubles,
  found: FoundCause,
  seen: Omit<Seen, 'subject' | 'evidence' | 'pods' | 'related' | 'since' | 'cause'>,
): Observation {
  // Two containers of one pod are two troubles of it.
  const pods = [...new Set(group.troubles.map(({ pod }) => pod))];
  const count = pods.length;
  return observe({
    grace: found.grace,
    ...seen,
    subject: group.owner,
    cause: found.cause,
    since: group.since,
    evidence:
      count > 1 ? [...found.evidence, { text: `seen on ${count} pods of ${group.owner.name}` }] : found.evidence,
    pods: pods.map(refOf),
    related: uniqueRefs([...(found.related ?? []), ...pods.flatMap(relatedOf)]),
  });
}
