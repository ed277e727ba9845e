import type { Event } from '../../cluster/objects.ts';
import { type CauseRow, type FoundCause, findRow } from './cause.ts';
import { eventEvidence } from './evidence.ts';

type Row = CauseRow & { because: string };

/** Kubelet's and the attach controller's words for volumes that do not come. */
const rows: readonly Row[] = [
  {
    cause: 'volume-in-use',
    pattern:
      /Multi-Attach error|already (?:exclusively )?attached to|volume is already used by pod|is in use by|already mounted by/i,
    because: 'its volume is still attached to another node',
  },
  {
    cause: 'disk-full',
    pattern: /no space left on device|disk quota exceeded/i,
    because: 'there is no space left for its volume',
  },
  {
    cause: 'volume-permission',
    pattern:
      /access denied by server|permission denied|operation not permitted|AccessDenied|not authorized to perform/i,
    because: 'access to its volume is denied',
  },
  {
    cause: 'volume-access-mode',
    pattern:
      /unsupported access mode|access mode.*not supported|cannot be mounted as (?:read-write|rw)|write-protected/i,
    because: 'its volume does not allow this access',
  },
  {
    cause: 'volume-storage-class',
    pattern: /driver name \S+ not found in the list of registered CSI drivers/i,
    because: 'the driver of its volume does not run on the node',
  },
  {
    cause: 'volume-capacity',
    pattern: /exceeds? (?:the )?(?:maximum|max)[^.]*volume|maximum number of volumes|AttachVolumeLimit/i,
    because: 'the node may not attach more volumes',
  },
];

const mountReasons = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume'];

/** Why a pod's volumes do not come, from its events; with no cause where the words are not in the table. Undefined without such events. */
export function findMountCause(events: readonly Event[]): FoundCause | undefined {
  const failed = events.filter(({ reason }) => mountReasons.includes(reason));
  for (const event of failed) {
    const found = findRow(rows, event.message);
    if (found) return { cause: found.row.cause, because: found.row.because, evidence: [eventEvidence(event)] };
  }
  // "timed out waiting for the condition" is the echo of another event.
  const event = failed.find(({ message }) => !/timed out waiting/.test(message)) ?? failed[0];
  return event && { because: 'a volume of it cannot be mounted', evidence: [eventEvidence(event)] };
}
