import type { Claim, PersistentVolume } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const volumeLost: Check = {
  id: 'volume-lost',
  title: 'A claim lost its volume, or a volume failed',
  reads: ['persistentvolumeclaims', 'persistentvolumes'],
  grace: 0,
  find: ({ world }: CheckInput): Observation[] => [
    ...world.snapshot.claims.flatMap((claim) => judgeClaim(world, claim) ?? []),
    ...world.snapshot.volumes.flatMap((volume) => judgeVolume(volume) ?? []),
  ],
};

function judgeClaim(world: World, claim: Claim): Observation | undefined {
  const volume = claim.volume === undefined ? undefined : { kind: 'PersistentVolume', name: claim.volume };
  const gone = volume && claim.phase === 'Bound' && world.seen('persistentvolumes') && !world.find(volume);
  if (claim.deleting !== undefined || (claim.phase !== 'Lost' && !gone)) return undefined;
  const says = volume ? `its volume ${volume.name} no longer exists` : 'its volume no longer exists';
  return observe({
    subject: refOf(claim),
    says: `Claim ${claim.namespace}/${claim.name} is lost: ${says}`,
    evidence: [{ text: `phase ${claim.phase}; ${says}`, object: refOf(claim) }],
    next: describeCommand(refOf(claim)),
    related: volume ? [volume] : [],
  });
}

function judgeVolume(volume: PersistentVolume): Observation | undefined {
  if (volume.phase !== 'Failed') return undefined;
  const told = [volume.reason, volume.message].filter(Boolean).join(': ') || 'no reason given';
  return observe({
    subject: refOf(volume),
    level: 'warning',
    says: `Volume ${volume.name} failed: ${told}`,
    evidence: [{ text: `phase Failed: ${told}`, object: refOf(volume) }],
    next: describeCommand(refOf(volume)),
    related: volume.claim ? [volume.claim] : [],
  });
}
