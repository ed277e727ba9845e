import type { Container, Event, Job, Pod, Ref } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';

/** Whether the pod takes traffic. Without conditions (trimmed objects) its containers say so, without those its phase. */
export function isReady(pod: Pod): boolean {
  const ready = pod.conditions.find(({ type }) => type === 'Ready');
  if (ready) return ready.status === 'True';
  const apps = pod.statuses.filter(({ init }) => !init);
  return apps.length > 0 ? apps.every((status) => status.ready) : pod.phase === 'Running';
}

/** What the pod template wants of a container, by its name. */
export function containerOf(pod: Pod, name: string): Container | undefined {
  return pod.containers.find((container) => container.name === name);
}

/** Events about this very pod, the newest first. A StatefulSet's next pod has the same name: the UID tells them apart. */
export function eventsOfPod(world: World, pod: Pod): readonly Event[] {
  return world.eventsOf(pod).filter(({ about }) => !about.uid || !pod.uid || about.uid === pod.uid);
}

/** The Job is done, given up or paused: what its pods are left in is nobody's problem. */
export function isOverJob(job: Job): boolean {
  return (
    job.suspended ||
    job.completed !== undefined ||
    job.conditions.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')
  );
}

/** What a root may be found in behind a pod: its node and the claims it mounts. */
export function relatedOf(pod: Pod): Ref[] {
  const claims = pod.volumes.flatMap(({ claim }) =>
    claim ? [refOf({ kind: 'PersistentVolumeClaim', namespace: pod.namespace ?? '', name: claim })] : [],
  );
  return pod.node ? [{ kind: 'Node', name: pod.node }, ...claims] : claims;
}

export const isJob = (object: Ref): object is Job => object.kind === 'Job';
