import type { Labels, Pod, Ref } from '../cluster/objects.ts';
import type { World } from '../cluster/world.ts';
import type { ServiceEntry } from '../config/revision.ts';
import { unseenWorkloads } from './match-problems.ts';
import { nameLabels } from './match-services.ts';

/** Whether an object is something that one of the entries stands for. */
type Fits = (ref: Ref, labels?: Labels) => boolean;

/**
 * Whether `matchServices` would find anything for any entry; undefined while the workloads are not all seen, for what is not seen may
 * match. It stops at the first and makes no lookups of the whole cluster: it is asked before an edit takes effect.
 */
export function matchesAnything(services: readonly ServiceEntry[], world: World): boolean | undefined {
  if (unseenWorkloads(world).length > 0) return undefined;
  const { workloads, cronJobs, jobs, services: fronts, pods } = world.snapshot;
  const fits = makeFits(services);
  return (
    workloads.some((one) => one.owners.length === 0 && (fits(one, one.labels) || fits(one, one.templateLabels))) ||
    cronJobs.some((one) => fits(one, one.labels)) ||
    jobs.some((one) => one.owners.length === 0 && fits(one, one.labels)) ||
    services.some((service) => fronts.some((front) => isFront(front, service))) ||
    podOwnersFit(pods, world, fits)
  );
}

function makeFits(services: readonly ServiceEntry[]): Fits {
  const [written, named] = [services.filter(({ workload }) => workload), services.filter(({ workload }) => !workload)];
  const byWorkload = groupBy(written, ({ workload }) => [workload?.name.toLowerCase() ?? '']);
  const byName = groupBy(named, (service) => wordsOf(service).map((word) => word.toLowerCase()));
  const whole = new Set(named.flatMap((service) => service.namespace ?? wordsOf(service).map(lower)));
  const isIn = (namespace: string | undefined, service: ServiceEntry): boolean =>
    service.namespace === undefined || service.namespace === namespace;
  const isNamed = (word: string | undefined, namespace: string | undefined): boolean =>
    word !== undefined && (byName.get(word.toLowerCase())?.some((one) => isIn(namespace, one)) ?? false);
  return ({ kind, namespace, name }, labels = {}) =>
    whole.has((namespace ?? '').toLowerCase()) ||
    isNamed(name, namespace) ||
    nameLabels.some((label) => isNamed(labels[label], namespace)) ||
    (byWorkload.get(name.toLowerCase()) ?? []).some(
      (one) => isIn(namespace, one) && (one.workload?.kind ?? kind).toLowerCase() === kind.toLowerCase(),
    );
}

/** A Kubernetes Service stands for what it selects or for itself: for something in any case. */
function isFront(front: Ref, { workload, namespace, ...service }: ServiceEntry): boolean {
  if (namespace !== undefined && front.namespace !== namespace) return false;
  if (!workload) return wordsOf(service).some((word) => word.toLowerCase() === front.name);
  return front.name === workload.name && (workload.kind ?? front.kind).toLowerCase() === front.kind.toLowerCase();
}

/** Owners that no list shows are known by their pods; pods of one owner are many and alike. */
function podOwnersFit(pods: readonly Pod[], world: World, fits: Fits): boolean {
  const passed = new Set<string>();
  return pods.some((pod) => {
    const owner = pod.owners[0];
    if (!owner) return fits(pod, pod.labels);
    const key = owner.uid || `${pod.namespace}/${owner.kind}/${owner.name}`;
    if (passed.has(key)) return false;
    passed.add(key);
    const top = world.topOwner(pod);
    if (top.kind === 'Job') return false;
    const workload = world.workload(top);
    return workload ? fits(top, workload.labels) || fits(top, workload.templateLabels) : fits(top, pod.labels);
  });
}

const lower = (word: string): string => word.toLowerCase();
const wordsOf = ({ name, aliases }: Pick<ServiceEntry, 'name' | 'aliases'>): string[] => [name, ...aliases];

function groupBy<Item>(items: readonly Item[], keys: (item: Item) => string[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) for (const key of keys(item)) groups.set(key, [...(groups.get(key) ?? []), item]);
  return groups;
}
