import type { VolumeUsage } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';
import type { Thresholds } from '../../config/revision.ts';
import { formatBytes } from '../causes/claim.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const volumeFilling: Check = {
  id: 'volume-filling',
  title: 'A volume is nearly full',
  reads: ['volumestats'],
  grace: 0,
  find: ({ world, thresholds }: CheckInput): Observation[] =>
    world.snapshot.volumeUsage.flatMap((usage) => judge(world, usage, thresholds) ?? []),
};

function judge(world: World, usage: VolumeUsage, { volumeFree }: Thresholds): Observation | undefined {
  // Only claims have a size of their own; other volumes show the node's disk, which is the node's story.
  if (usage.claim === undefined || usage.capacity <= 0) return undefined;
  const bytes = {
    free: usage.available / usage.capacity,
    says: `${formatBytes(usage.available)} of ${formatBytes(usage.capacity)} free`,
  };
  const inodes = usage.inodes
    ? { free: (usage.inodesFree ?? 0) / usage.inodes, says: `${usage.inodesFree ?? 0} of ${usage.inodes} inodes free` }
    : undefined;
  const worst = inodes && inodes.free < bytes.free ? inodes : bytes;
  if (worst.free > volumeFree.warning) return undefined;
  const full = worst.free <= volumeFree.error;
  const pod = world.pod(usage.namespace, usage.pod);
  const subject = { kind: 'PersistentVolumeClaim', namespace: usage.namespace, name: usage.claim };
  return observe({
    subject,
    cause: full ? 'disk-full' : undefined,
    level: full ? 'error' : 'warning',
    says: `Volume of claim ${usage.namespace}/${usage.claim} is ${full ? 'full' : 'filling up'}: ${percent(worst.free)} free`,
    evidence: [{ text: worst.says, object: subject }],
    next: describeCommand(subject),
    pods: pod ? [refOf(pod)] : [],
    related: pod ? [world.topOwner(pod)] : [],
  });
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
