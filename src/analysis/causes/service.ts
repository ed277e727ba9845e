import type { Container, Labels, Pod, Ref, Service, Workload } from '../../cluster/objects.ts';
import { uniqueRefs } from '../../cluster/ref-index.ts';
import { matches } from '../../cluster/select.ts';
import { refName, refOf, type World } from '../../cluster/world.ts';
import type { CauseId } from '../../config/checks.ts';
import type { Evidence } from '../finding.ts';

/** Why a Service reaches nothing: `says` continues "Service shop/web has no ready endpoint: ...". */
export type ServiceCause = {
  cause?: CauseId;
  says: string;
  evidence: Omit<Evidence, 'id'>[];
  related: Ref[];
  pods: Ref[];
  /** It never heals alone: the selector and the pods will not find each other. */
  lasting?: boolean;
};

/** Why no pod stands behind a Service, from its selector, ports and the pods and workloads of its namespace. */
export function findServiceCause(world: World, service: Service): ServiceCause {
  const pods = world.podsOfService(service);
  if (pods.length === 0) return noPods(world, service, service.selector ?? {});
  return findPortCause(world, service) ?? notReady(world, pods);
}

function notReady(world: World, pods: readonly Pod[]): ServiceCause {
  const owners = uniqueRefs(pods.map((pod) => world.topOwner(pod)));
  return {
    says: pods.length === 1 ? 'its only pod is not ready' : `none of its ${pods.length} pods is ready`,
    evidence: owners.map((owner) => ({ text: `its pods belong to ${refName(owner)}`, object: owner })),
    related: owners,
    pods: pods.map(refOf),
  };
}

function noPods(world: World, service: Service, selector: Labels): ServiceCause {
  const candidates = indexOf(world);
  const [[key, value] = ['', '']] = Object.entries(selector);
  const behind = (candidates.byLabel.get(`${service.namespace}/${key}=${value}`) ?? []).filter(({ templateLabels }) =>
    matches(selector, templateLabels),
  );
  const related = behind.map(refOf);
  if (behind.length > 0) {
    const zero = behind.every(({ wanted }) => wanted === 0);
    const names = behind.map(refName).join(', ');
    return {
      ...(zero && { cause: 'scaled-to-zero' as const }),
      says: zero ? `${names} is scaled to zero` : `${names} has no pod`,
      evidence: behind.map((one) => ({ text: `${refName(one)} wants ${one.wanted} replicas`, object: refOf(one) })),
      related,
      pods: [],
    };
  }
  const alike = lookalike(service, selector, candidates);
  const wants = labelText(selector);
  return {
    ...(alike && { cause: 'service-selector' as const, lasting: alike.ready }),
    says: alike
      ? `it selects ${wants}, but ${refName(alike.ref)} has ${labelText(alike.labels)}`
      : `no pod has the labels ${wants}`,
    evidence: [
      { text: `selector: ${wants}`, object: refOf(service) },
      ...(alike
        ? [{ text: `${refName(alike.ref)} has the labels ${labelText(alike.labels)}`, object: alike.ref }]
        : []),
    ],
    related: alike ? [alike.ref] : [],
    pods: [],
  };
}

type Alike = { ref: Ref; labels: Labels; ready: boolean };

/** Whom the selector was probably meant for: what has the Service's name, or all of its labels with one of them a little different. */
function lookalike(service: Service, selector: Labels, { byNamespace }: Index): Alike | undefined {
  const keys = Object.keys(selector);
  let best: { alike: Alike; score: number } | undefined;
  for (const alike of byNamespace.get(service.namespace ?? '') ?? []) {
    const same = keys.filter((key) => alike.labels[key] === selector[key]).length;
    const near = keys.filter((key) => nearly(alike.labels[key], selector[key])).length;
    const named = alike.ref.name === service.name;
    const score = same + near === keys.length || named ? (named ? 3 : 0) + 2 * same + near : 0;
    if (score > (best?.score ?? 0)) best = { alike, score };
  }
  return best && { ...best.alike, labels: pick(best.alike.labels, keys) };
}

/** `checkout` and `checkout-v2`: one begins with the other, up to a separator. */
function nearly(a: string | undefined, b: string | undefined): boolean {
  if (!a || !b || a === b) return false;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return long.startsWith(short) && /^[-_.]/.test(long.slice(short.length));
}

/** The labels that were asked for where they are there, else all of them. */
function pick(labels: Labels, keys: readonly string[]): Labels {
  const asked = Object.entries(labels).filter(([key]) => keys.includes(key));
  return asked.length > 0 ? Object.fromEntries(asked) : labels;
}

/** Ports of a Service which its pods do not have: a name none of them knows, a number or protocol that none of them declares. */
export function findPortCause(world: World, service: Service): ServiceCause | undefined {
  const { ports } = service;
  // Nearly always any pod has them all: one that the endpoints name saves looking for the others.
  const known = servingPod(world, service);
  if (known && ports.every((port) => declares(known, port))) return undefined;
  const pods = world.podsOfService(service);
  if (ports.every((port) => pods.some((pod) => declares(pod, port)))) return undefined;
  const declared = pods.flatMap(({ containers }) => containers.filter(serves).flatMap(({ ports }) => ports));
  if (declared.length === 0) return undefined;
  const shared = (): Pick<ServiceCause, 'related' | 'pods' | 'lasting'> => ({
    related: uniqueRefs(pods.map((pod) => world.topOwner(pod))),
    pods: pods.map(refOf),
    lasting: true,
  });
  for (const { targetPort, protocol, port } of ports) {
    if (
      declared.some((one) => (one.name === targetPort || String(one.port) === targetPort) && one.protocol === protocol)
    )
      continue;
    const other = declared.find((one) => one.name === targetPort || String(one.port) === targetPort);
    const has = [
      ...new Set(declared.map((one) => `${one.port}${one.name ? ` (${one.name})` : ''}/${one.protocol}`)),
    ].join(', ');
    const evidence = [
      { text: `port ${port}/${protocol} goes to target port ${targetPort}`, object: refOf(service) },
      { text: `its pods declare ${has}` },
    ];
    if (other) {
      return {
        ...shared(),
        cause: 'service-protocol',
        says: `its port ${port} speaks ${protocol}, its pods' port ${targetPort} ${other.protocol}`,
        evidence,
      };
    }
    // A number need not be declared: it counts only where every container says what it has, nothing else speaks of this one, and it is the Service's only port.
    if (/^\d+$/.test(targetPort) && (ports.length > 1 || !allDeclare(pods) || mentioned(pods, targetPort))) continue;
    return {
      ...shared(),
      cause: 'service-port',
      says: `its target port ${targetPort} does not exist on its pods, which have ${has}`,
      evidence,
    };
  }
  return undefined;
}

/** A pod behind the Service by the word of its endpoints and of its own labels. */
function servingPod(world: World, service: Service): Pod | undefined {
  for (const { ready } of world.endpointsOf(service)) {
    const target = ready[0]?.target;
    const pod = target?.kind === 'Pod' ? world.pod(target.namespace ?? '', target.name) : undefined;
    if (pod && service.selector && matches(service.selector, pod.labels)) return pod;
  }
  return undefined;
}

const serves = ({ init, sidecar }: Container): boolean => !init || sidecar;

const declares = ({ containers }: Pod, { targetPort, protocol }: Service['ports'][number]): boolean =>
  containers.some(
    (container) =>
      serves(container) &&
      container.ports.some(
        (one) => one.protocol === protocol && (one.name === targetPort || String(one.port) === targetPort),
      ),
  );

/** A container without ports may listen on any. */
const allDeclare = (pods: readonly Pod[]): boolean =>
  pods.every(({ containers }) =>
    containers.every(({ init, sidecar, ports }) => (init && !sidecar) || ports.length > 0),
  );

/** Whether a probe or an argument of the pods names that port. */
function mentioned(pods: readonly Pod[], port: string): boolean {
  const word = new RegExp(`(?<!\\d)${port}(?!\\d)`);
  return pods.some(({ containers }) =>
    containers.some(
      (one) =>
        [one.liveness, one.readiness, one.startup].some((probe) => probe?.port === port) ||
        one.command.some((text) => word.test(text)),
    ),
  );
}

type Index = {
  /** Deployments and their like that nobody owns, by `namespace/key=value` of their pods' labels. */
  byLabel: Map<string, Workload[]>;
  /** The same that want pods, and running pods of nobody, by namespace. */
  byNamespace: Map<string, Alike[]>;
};
const indexes = new WeakMap<object, Index>();

/** Beyond this many in a namespace a lookalike is not worth comparing every broken Service with all of them. */
const mostAlike = 500;

/** Made when the first broken Service of a snapshot asks. */
function indexOf({ snapshot }: World): Index {
  const known = indexes.get(snapshot);
  if (known) return known;
  const index: Index = { byLabel: new Map(), byNamespace: new Map() };
  const add = (namespace: string | undefined, alike: Alike): void => {
    const all = index.byNamespace.get(namespace ?? '') ?? [];
    if (all.length === 0) index.byNamespace.set(namespace ?? '', all);
    if (all.length < mostAlike) all.push(alike);
  };
  for (const one of snapshot.workloads) {
    if (one.owners.length > 0) continue;
    for (const [key, value] of Object.entries(one.templateLabels)) {
      const name = `${one.namespace}/${key}=${value}`;
      const all = index.byLabel.get(name);
      if (all) all.push(one);
      else index.byLabel.set(name, [one]);
    }
    if (one.wanted > 0) add(one.namespace, { ref: refOf(one), labels: one.templateLabels, ready: one.ready > 0 });
  }
  for (const pod of snapshot.pods) {
    if (pod.owners.length === 0 && pod.phase === 'Running')
      add(pod.namespace, { ref: refOf(pod), labels: pod.labels, ready: true });
  }
  indexes.set(snapshot, index);
  return index;
}

const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ') || 'no labels';
