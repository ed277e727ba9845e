import type { ContainerStatus, Event, Pod, Ref } from '../../cluster/objects.ts';
import { refOf } from '../../cluster/world.ts';
import { bothEnds } from '../../lib/text.ts';
import type { Observation } from '../finding.ts';

type Piece = Observation['evidence'][number];

/** `BackOff: Back-off restarting failed container (12 times)`: the reason first, so that an ignored reason is found. */
export function eventEvidence(event: Event): Piece {
  const times = event.count > 1 ? ` (${event.count} times)` : '';
  return {
    text: `${event.reason}: ${bothEnds(event.message, 240)}${times}`,
    object: refOf(event.about),
    ...(event.last !== undefined && { at: event.last }),
  };
}

/** What kubelet says about a container: `CrashLoopBackOff: container app of web-1, 5 restarts, last exit code 1`. */
export function stateEvidence(pod: Pod, status: ContainerStatus): Piece {
  const { state, last, restarts, name } = status;
  const ended = state?.is === 'terminated' ? state : last?.is === 'terminated' ? last : undefined;
  const word =
    state?.is === 'waiting' ? state.reason : state?.is === 'terminated' ? state.reason || 'Error' : 'Running';
  const parts = [
    `${status.init ? 'init container' : 'container'} ${name || 'without a name'} of ${pod.name}`,
    ...(restarts > 0 ? [`${restarts} restart${restarts === 1 ? '' : 's'}`] : []),
    ...(ended ? [`last exit code ${ended.exitCode}${ended.reason ? ` (${ended.reason})` : ''}`] : []),
    ...(state?.is === 'waiting' && state.message ? [bothEnds(state.message, 200)] : []),
  ];
  return {
    text: `${word}: ${parts.join(', ')}`,
    object: refOf(pod),
    ...(ended?.finishedAt !== undefined && { at: ended.finishedAt }),
  };
}

/** A line that a container wrote: data, never more than a quotation. */
export function logEvidence(pod: Pod, container: string, line: string): Piece {
  return { text: `log of ${container}: ${line}`, object: refOf(pod) };
}

/** `shop/web`, `n1`: an object in a sentence. */
export function called(ref: Ref): string {
  return ref.namespace ? `${ref.namespace}/${ref.name}` : ref.name;
}
