import { refOf } from '../../cluster/world.ts';
import type { PodTrouble } from '../scope/pod-troubles.ts';
import { type CauseRow, type FoundCause, findRow } from './cause.ts';
import { eventEvidence } from './evidence.ts';

type Row = CauseRow & { because: string };

/** Kubelet's words when it evicts. What one pod used too much of comes before what its node ran out of. */
const rows: readonly Row[] = [
  {
    cause: 'ephemeral-storage',
    pattern:
      /exceeded its local ephemeral storage limit|ephemeral local storage usage exceeds|Usage of EmptyDir volume .* exceeds the limit/i,
    because: 'it wrote more to its local disk than it may',
  },
  { cause: 'pid-pressure', pattern: /low on resource: pids|PIDPressure/i, because: 'the node ran out of process ids' },
  {
    cause: 'memory-pressure',
    pattern: /low on resource: memory|MemoryPressure/i,
    because: 'the node ran out of memory',
  },
  {
    cause: 'disk-pressure',
    pattern: /low on resource: (?:ephemeral-storage|inodes|imagefs|nodefs)|DiskPressure/i,
    because: 'the node ran out of disk',
  },
];

/** Why a node threw the pod out. */
export function findEvictionCause({ pod, events }: PodTrouble): FoundCause {
  const event = events.find(({ reason }) => reason === 'Evicted');
  const message = pod.message ?? event?.message ?? '';
  const row = findRow(rows, message)?.row;
  const evidence = [
    { text: `Evicted: ${message || `${pod.name} without a message`}`, object: refOf(pod) },
    ...(event ? [eventEvidence(event)] : []),
  ];
  return {
    ...(row && { cause: row.cause }),
    because: row?.because ?? 'kubelet gave no reason that is known',
    evidence,
  };
}
