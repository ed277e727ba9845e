import type { Labels, Ref, Workload } from './objects.ts';
import type { World } from './world.ts';

type Owned = Parameters<World['topOwner']>[0];
type FindWorkload = (ref: Ref) => Workload | undefined;

/** People name these; who made them (an operator's resource, a CronJob, a Helm chart) is another story. */
const named = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);

/** A hash in a ReplicaSet's name, by the label that repeats it, and the kind that puts it there. */
const hashLabels = [
  ['pod-template-hash', 'Deployment'],
  ['rollouts-pod-template-hash', 'Rollout'],
] as const;

/**
 * The function behind `World.topOwner`. Owners of other kinds (custom resources) are taken by their word. What an owner that was seen
 * leads to is looked up once: its pods are many.
 */
export function makeTopOwner(workload: FindWorkload): (object: Owned) => Ref {
  const tops = new Map<Workload, Ref>();
  return function topOwner(object) {
    const owner = object.owners[0];
    if (!hasNamedOwner(object.kind, owner)) return refTo(object.kind, object.namespace, object.name);
    const seen = workload(refTo(owner.kind, object.namespace, owner.name));
    const known = seen && tops.get(seen);
    if (known) return known;
    const top = climb(object, workload);
    if (seen) tops.set(seen, top);
    return top;
  };
}

/** From owner to owner, as far as they were seen. Real chains have three links; owners that own each other must not hang us. */
function climb(object: Owned, workload: FindWorkload): Ref {
  let top = refTo(object.kind, object.namespace, object.name);
  let owner = object.owners[0];
  for (let links = 0; links < 5 && hasNamedOwner(top.kind, owner); links++) {
    top = refTo(owner.kind, object.namespace, owner.name);
    const seen = workload(top);
    if (!seen) return owner.kind === 'ReplicaSet' ? ownerByName(top, labelsOf(object), workload) : top;
    owner = seen.owners[0];
  }
  return top;
}

/** Whether people name the owner rather than the object. A static pod's owner is its node. */
const hasNamedOwner = <O extends { kind: string }>(kind: string, owner: O | undefined): owner is O =>
  owner !== undefined && owner.kind !== 'Node' && !named.has(kind);

/** `web-7c9f` belongs to Deployment `web` where a label says that `7c9f` is a hash, or where such a Deployment exists. */
function ownerByName(set: Ref, labels: Labels, workload: FindWorkload): Ref {
  const cut = set.name.lastIndexOf('-');
  if (cut < 1) return set;
  const [name, hash] = [set.name.slice(0, cut), set.name.slice(cut + 1)];
  const kind = hashLabels.find(([label]) => labels[label] === hash)?.[1];
  const deployment = refTo(kind ?? 'Deployment', set.namespace, name);
  return kind || workload(deployment) ? deployment : set;
}

function labelsOf(object: Owned & { labels?: Labels }): Labels {
  return object.labels ?? {};
}

function refTo(kind: string, namespace: string | undefined, name: string): Ref {
  return namespace ? { kind, namespace, name } : { kind, name };
}
