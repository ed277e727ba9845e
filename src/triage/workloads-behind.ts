import type { Autoscaler, Budget, Ingress, Job, Pod, Ref, Service } from '../cluster/objects.ts';
import { uniqueRefs } from '../cluster/ref-index.ts';
import { matches } from '../cluster/select.ts';
import { refKey, refOf, type World } from '../cluster/world.ts';

/** The workloads that stand behind an object: of a Service those it selects, of a claim those that mount it. A workload is its own. */
export type Behind = (ref: Ref) => readonly Ref[];

/** Lookups from objects to the workloads behind them, remembered for one cycle. */
export function makeBehind(world: World): Behind {
  const known = new Map<string, readonly Ref[]>();
  let byClaim: Map<string, Ref[]> | undefined;
  const find = (ref: Ref): readonly Ref[] => {
    switch (ref.kind) {
      case 'Pod': {
        const pod = ref.namespace ? world.pod(ref.namespace, ref.name) : undefined;
        return pod ? [ownerOf(pod, world)] : [ref];
      }
      case 'Service': {
        const service = findOf<Service>(world, ref);
        if (!service) return [];
        const owners = ownersOf(world.podsOfService(service), world);
        return owners.length > 0 ? owners : withoutPods(service, world);
      }
      case 'Ingress':
        return unique(
          (findOf<Ingress>(world, ref)?.backends ?? []).flatMap((backend) =>
            find(named('Service', ref.namespace, backend.service)),
          ),
        );
      case 'HorizontalPodAutoscaler': {
        const scaler = findOf<Autoscaler>(world, ref);
        return scaler ? [named(scaler.target.kind, ref.namespace, scaler.target.name)] : [];
      }
      case 'PodDisruptionBudget': {
        const budget = findOf<Budget>(world, ref);
        return budget?.selector ? ownersOf(world.podsMatching(ref.namespace ?? '', budget.selector), world) : [];
      }
      case 'PersistentVolumeClaim':
        byClaim ??= ownersByClaim(world);
        return byClaim.get(`${ref.namespace}/${ref.name}`) ?? [];
      case 'Job':
        return [cronJobOf(ref, world) ?? ref];
      default:
        return [ref];
    }
  };
  return (ref) => {
    const key = refKey(ref);
    const before = known.get(key);
    if (before) return before;
    const found = find(ref);
    known.set(key, found);
    return found;
  };
}

/** The workloads that would stand behind a Service if they had pods: scaled to zero, or refused theirs. */
function withoutPods({ namespace, selector }: Service, world: World): Ref[] {
  if (!selector || Object.keys(selector).length === 0) return [];
  return world.snapshot.workloads
    .filter((one) => one.namespace === namespace && one.owners.length === 0 && matches(selector, one.templateLabels))
    .map(refOf);
}

/** The CronJob that made a Job: the same failure has a new Job's name each night, and one name it is known by. */
export function cronJobOf(ref: Ref, world: World): Ref | undefined {
  const owner = findOf<Job>(world, ref)?.owners.find(({ kind }) => kind === 'CronJob');
  return owner ? named('CronJob', ref.namespace, owner.name) : undefined;
}

/** The top owner of a pod, a CronJob's Jobs counted as the CronJob. */
export function ownerOf(pod: Pod, world: World): Ref {
  const top = world.topOwner(pod);
  return top.kind === 'Job' ? (cronJobOf(top, world) ?? top) : top;
}

/** The object of a reference as its kind's type; the kind in the reference is what makes it that type. */
export function findOf<T extends Ref & object>(
  world: World,
  ref: T extends { kind: infer K } ? Ref & { kind: K | string } : Ref,
): T | undefined {
  const object = world.find(ref);
  return object && object.kind === ref.kind ? (object as T) : undefined;
}

function ownersByClaim(world: World): Map<string, Ref[]> {
  const owners = new Map<string, Ref[]>();
  for (const pod of world.snapshot.pods) {
    for (const { claim } of pod.volumes) {
      if (!claim) continue;
      const key = `${pod.namespace}/${claim}`;
      owners.set(key, unique([...(owners.get(key) ?? []), ownerOf(pod, world)]));
    }
  }
  return owners;
}

const ownersOf = (pods: readonly Pod[], world: World): Ref[] => unique(pods.map((pod) => ownerOf(pod, world)));

export function unique(refs: readonly Ref[]): Ref[] {
  return uniqueRefs(refs).map(refOf);
}

export function named(kind: string, namespace: string | undefined, name: string): Ref {
  return namespace ? { kind, namespace, name } : { kind, name };
}
