import type { Claim, PersistentVolume, Pod } from '../../cluster/objects.ts';
import { matches } from '../../cluster/select.ts';
import { refOf, type World } from '../../cluster/world.ts';
import type { CauseId } from '../../config/checks.ts';
import type { Evidence } from '../finding.ts';

/** Why a claim has no volume; `says` continues "claim shop/data waits for a volume: ...". */
export type ClaimCause = {
  cause?: CauseId;
  says: string;
  evidence: Omit<Evidence, 'id'>[];
  /** It waits for a pod, as its class says, and that is fine. */
  waits?: boolean;
  lasting?: boolean;
};

/** What provisioners say, by cause. */
const messages: readonly (readonly [CauseId, RegExp])[] = [
  [
    'volume-storage-class',
    /storageclass(?:\.storage\.k8s\.io)? "[^"]*" not found|no default storage ?class|no storage class is set|no persistent volumes available for this claim and no storage class/i,
  ],
  [
    'volume-capacity',
    /insufficient (?:capacity|free space|space)|not enough (?:free )?(?:capacity|space)|exceed(?:s|ed) .*(?:quota|capacity|limit)|out of (?:capacity|space)|no space left|ResourceExhausted|QuotaExceeded/i,
  ],
  [
    'volume-access-mode',
    /access ?mode[^.]*(?:not supported|unsupported|invalid)|(?:does not support|unsupported|only support)[^.]*(?:access ?mode|ReadWrite|multi.?node)/i,
  ],
];

/** Why a claim that is not bound has no volume: from its class and the volumes there are, then from what the provisioner said. */
export function findClaimCause(world: World, claim: Claim): ClaimCause {
  const fromClass = missingClass(world, claim);
  if (fromClass) return fromClass;
  const failed = world.eventsOf(refOf(claim)).find(({ type, reason }) => type === 'Warning' || /Failed/.test(reason));
  const storageClass = classOf(world, claim);
  const used = podsOfClaim(world, claim).length > 0;
  if (failed) {
    const cause = messages.find(([, pattern]) => pattern.test(failed.message))?.[0] ?? fromVolumes(world, claim)?.cause;
    return {
      ...(cause && { cause }),
      says: failed.message || failed.reason,
      evidence: [
        {
          text: `${failed.reason}: ${failed.message}`,
          object: refOf(claim),
          ...(failed.last !== undefined && { at: failed.last }),
        },
      ],
    };
  }
  if (storageClass?.waitForFirstConsumer && !claim.volume && !used)
    return { says: 'no pod uses it yet', evidence: [], waits: true };
  const cause = fromVolumes(world, claim);
  if (cause) return cause;
  // The scheduler picks the node first: the pod's own finding tells why that takes so long.
  if (storageClass?.waitForFirstConsumer) return { says: 'its pod is not scheduled', evidence: [], waits: true };
  return {
    says: claim.storageClass ? `nothing was provisioned by class ${claim.storageClass}` : 'nothing offers one',
    evidence: [],
  };
}

const users = new WeakMap<object, Map<string, Pod[]>>();

/** The pods that mount a claim; sorted by claim when the first one asks. */
export function podsOfClaim({ snapshot }: World, claim: Claim): readonly Pod[] {
  let index = users.get(snapshot);
  if (!index) {
    index = new Map();
    for (const pod of snapshot.pods) {
      for (const { claim: name } of pod.volumes) {
        if (name === undefined) continue;
        const key = `${pod.namespace}/${name}`;
        const all = index.get(key);
        if (all) all.push(pod);
        else index.set(key, [pod]);
      }
    }
    users.set(snapshot, index);
  }
  return index.get(`${claim.namespace}/${claim.name}`) ?? [];
}

function classOf(world: World, claim: Claim): World['snapshot']['storageClasses'][number] | undefined {
  const classes = world.snapshot.storageClasses;
  return claim.storageClass === undefined
    ? classes.find(({ isDefault }) => isDefault)
    : classes.find(({ name }) => name === claim.storageClass);
}

function missingClass(world: World, claim: Claim): ClaimCause | undefined {
  const { storageClass } = claim;
  if (!storageClass || !world.seen('storageclasses') || classOf(world, claim)) return undefined;
  // A class without an object is how volumes made by hand are told apart.
  if (world.snapshot.volumes.some((volume) => volume.storageClass === storageClass)) return undefined;
  return {
    cause: 'volume-storage-class',
    says: `its storage class ${storageClass} does not exist`,
    evidence: [
      { text: `storage class ${storageClass} does not exist`, object: { kind: 'StorageClass', name: storageClass } },
    ],
    lasting: true,
  };
}

/** Volumes made by hand: what the free ones lack, in the order in which the binder looks. */
function fromVolumes(world: World, claim: Claim): ClaimCause | undefined {
  const dynamic = classOf(world, claim);
  if (!world.seen('persistentvolumes') || (dynamic && dynamic.provisioner !== 'kubernetes.io/no-provisioner'))
    return undefined;
  let rest = world.snapshot.volumes.filter(
    ({ phase, storageClass }) => phase === 'Available' && (storageClass ?? '') === (claim.storageClass ?? ''),
  );
  if (rest.length === 0) return undefined;
  const { requested = 0, accessModes, selector } = claim;
  const rules: readonly (readonly [CauseId, string, (volume: PersistentVolume) => boolean])[] = [
    [
      'volume-selector',
      'no free volume has the labels it selects',
      (volume) => !selector || matches(selector, volume.labels),
    ],
    [
      'volume-access-mode',
      `no free volume can be mounted as ${accessModes.join(', ')}`,
      (volume) => accessModes.every((mode) => volume.accessModes.includes(mode)),
    ],
    [
      'volume-capacity',
      `no free volume is as large as the ${formatBytes(requested)} it wants`,
      (volume) => (volume.capacity ?? 0) >= requested,
    ],
  ];
  for (const [cause, says, fits] of rules) {
    const offered = rest.map(
      ({ name, capacity, accessModes: modes }) => `${name} (${formatBytes(capacity ?? 0)}, ${modes.join(', ')})`,
    );
    rest = rest.filter(fits);
    if (rest.length === 0)
      return {
        cause,
        says,
        evidence: [{ text: `free volumes: ${offered.slice(0, 5).join(', ')}`, object: refOf(claim) }],
        lasting: true,
      };
  }
  return undefined;
}

/** `5Gi`, `512Mi`. */
export function formatBytes(bytes: number): string {
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toFixed(1))}${units[unit] ?? ''}`;
}
