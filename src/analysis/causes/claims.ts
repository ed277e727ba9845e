import type { Claim, PersistentVolume, Pod, Ref } from '../../cluster/objects.ts';
import { matches } from '../../cluster/select.ts';
import type { World } from '../../cluster/world.ts';
import type { FoundCause } from './cause.ts';
import { bytes } from './scheduling.ts';

/** Why the claims of a pod hold it up: the first that is missing or unbound. Undefined where all are bound. */
export function findClaimCause(world: World, pod: Pod): FoundCause | undefined {
  if (!world.seen('persistentvolumeclaims')) return undefined;
  for (const { claim: name } of pod.volumes) {
    if (!name) continue;
    const ref: Ref = { kind: 'PersistentVolumeClaim', namespace: pod.namespace ?? '', name };
    const claim = world.find(ref);
    if (!claim) {
      return {
        cause: 'volume-binding',
        because: `PersistentVolumeClaim ${name} does not exist`,
        related: [ref],
        grace: 0,
        evidence: [
          { text: `PersistentVolumeClaim ${name} is not among the claims of ${pod.namespace ?? ''}`, object: ref },
        ],
      };
    }
    if (isClaim(claim) && claim.phase !== 'Bound') {
      return { ...whyUnbound(world, claim), related: [ref] };
    }
  }
  return undefined;
}

function whyUnbound(world: World, claim: Claim): FoundCause {
  const about = (cause: NonNullable<FoundCause['cause']>, because: string, text: string): FoundCause => ({
    cause,
    because,
    evidence: [{ text, object: { kind: claim.kind, namespace: claim.namespace ?? '', name: claim.name } }],
  });
  const { name, storageClass } = claim;
  const classes = world.snapshot.storageClasses;
  const volumes = world.snapshot.volumes.filter(
    ({ phase, storageClass: other }) => phase === 'Available' && (other ?? '') === (storageClass ?? ''),
  );
  if (
    storageClass &&
    volumes.length === 0 &&
    world.seen('storageclasses') &&
    !classes.some((one) => one.name === storageClass)
  ) {
    return {
      ...about(
        'volume-storage-class',
        `the storage class ${storageClass} of its claim ${name} does not exist`,
        `claim ${name} asks for StorageClass ${storageClass}, which is not among the classes`,
      ),
      grace: 0,
    };
  }
  if (
    storageClass === undefined &&
    volumes.length === 0 &&
    world.seen('storageclasses') &&
    !classes.some(({ isDefault }) => isDefault)
  ) {
    return about(
      'volume-storage-class',
      `its claim ${name} names no storage class and none is the default`,
      `claim ${name} has no StorageClass, and no class is marked as the default`,
    );
  }
  const why = volumes.length > 0 && world.seen('persistentvolumes') ? misfit(claim, volumes) : undefined;
  return why
    ? about(...why)
    : about(
        'volume-binding',
        `its claim ${name} is not bound to a volume`,
        `claim ${name} is ${claim.phase || 'Pending'}`,
      );
}

/** What keeps the free volumes of the class from fitting, the first of selector, access mode and size that rules out all. */
function misfit(
  claim: Claim,
  volumes: readonly PersistentVolume[],
): [NonNullable<FoundCause['cause']>, string, string] | undefined {
  const { name, selector, accessModes, requested = 0 } = claim;
  const listed = volumes
    .slice(0, 3)
    .map(
      ({ name: volume, capacity, accessModes: modes }) =>
        `${volume} (${capacity === undefined ? 'size unknown' : bytes(capacity)}, ${modes.join(', ')})`,
    );
  const text = (asks: string): string => `claim ${name} asks for ${asks}; free volumes: ${listed.join('; ')}`;
  const selected = selector ? volumes.filter(({ labels }) => matches(selector, labels)) : volumes;
  if (selected.length === 0)
    return [
      'volume-selector',
      `no free volume has the labels that its claim ${name} selects`,
      text('labels that none of them has'),
    ];
  const accessible = selected.filter((volume) => accessModes.every((mode) => volume.accessModes.includes(mode)));
  if (accessible.length === 0)
    return [
      'volume-access-mode',
      `no free volume offers ${accessModes.join(' and ')}, which its claim ${name} asks for`,
      text(accessModes.join(', ')),
    ];
  if (accessible.every(({ capacity }) => capacity !== undefined && capacity < requested)) {
    return [
      'volume-capacity',
      `no free volume is as large as its claim ${name} asks for (${bytes(requested)})`,
      text(bytes(requested)),
    ];
  }
  return undefined;
}

const isClaim = (object: Ref): object is Claim => object.kind === 'PersistentVolumeClaim';
