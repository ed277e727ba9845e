import type { Claim, Pod, Ref } from '../../cluster/objects.ts';
import type { World } from '../../cluster/world.ts';
import type { FoundCause } from './cause.ts';
import { findClaimCause } from './claim.ts';

/** Why the claims of a pod hold it up: the first that is missing or unbound. Undefined where all are bound. */
export function findPodClaimCause(world: World, pod: Pod): FoundCause | undefined {
  if (!world.seen('persistentvolumeclaims')) return undefined;
  for (const { claim: name } of pod.volumes) {
    if (!name) continue;
    const namespace = pod.namespace ?? '';
    const ref: Ref = { kind: 'PersistentVolumeClaim', namespace, name };
    const claim = world.find(ref);
    if (!claim) {
      const text = `PersistentVolumeClaim ${name} is not among the claims of ${namespace}`;
      const because = `its claim ${name} does not exist`;
      return { cause: 'volume-binding', because, related: [ref], grace: 0, evidence: [{ text, object: ref }] };
    }
    if (isClaim(claim) && claim.phase !== 'Bound') return whyUnbound(world, claim, ref);
  }
  return undefined;
}

function whyUnbound(world: World, claim: Claim, ref: Ref): FoundCause {
  const { cause, says, evidence, lasting } = findClaimCause(world, claim);
  const state = { text: `claim ${claim.name} is ${claim.phase || 'Pending'}`, object: ref };
  return {
    cause: cause ?? 'volume-binding',
    because: `its claim ${claim.name} is not bound: ${says}`,
    related: [ref],
    evidence: [state, ...evidence],
    ...(lasting && { grace: 0 }),
  };
}

const isClaim = (object: Ref): object is Claim => object.kind === 'PersistentVolumeClaim';
