import type { Claim } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';
import { minute } from '../../lib/clock.ts';
import { findClaimCause, podsOfClaim } from '../causes/claim.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const volumePending: Check = {
  id: 'volume-pending',
  title: 'A claim waits for a volume',
  reads: ['persistentvolumeclaims', 'persistentvolumes', 'storageclasses', 'pods', 'events'],
  grace: 2 * minute,
  find: ({ world }: CheckInput): Observation[] => world.snapshot.claims.flatMap((claim) => judge(world, claim) ?? []),
};

function judge(world: World, claim: Claim): Observation | undefined {
  if (claim.phase !== 'Pending' || claim.deleting !== undefined) return undefined;
  const why = findClaimCause(world, claim);
  if (why.waits) return undefined;
  const users = podsOfClaim(world, claim);
  return observe({
    subject: refOf(claim),
    cause: why.cause,
    since: claim.created,
    ...(why.lasting && { grace: 0 }),
    says: `Claim ${claim.namespace}/${claim.name} waits for a volume: ${why.says}`,
    evidence: [
      { text: `phase Pending, class ${claim.storageClass ?? '(default)'}`, object: refOf(claim) },
      ...why.evidence,
    ],
    next: describeCommand(refOf(claim)),
    pods: users.map(refOf),
    related: users.map((pod) => world.topOwner(pod)),
  });
}
