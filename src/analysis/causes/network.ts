import type { Pod, Ref, Service } from '../../cluster/objects.ts';
import { matches } from '../../cluster/select.ts';
import { refOf, type World } from '../../cluster/world.ts';
import type { Evidence } from '../finding.ts';
import { type DependencyCause, findDependencyCause } from './network-logs.ts';
import { findPortCause } from './service.ts';

/** What a log says of a dependency, held against what the cluster shows of it. */
export type NetworkCause = DependencyCause & { related: Ref[]; evidence: Omit<Evidence, 'id'>[] };

/**
 * Why a process does not reach what it needs: its own words first, then the Service they name (missing, or one that selects
 * nothing or leads to the wrong port), then a policy that lets this pod talk to nobody.
 */
export function findNetworkCause(world: World, pod: Pod, lines: readonly string[]): NetworkCause | undefined {
  const found = findDependencyCause(lines);
  if (!found) return undefined;
  const service = found.target === undefined ? undefined : serviceAt(world, pod, found.target);
  return (
    policyCause(world, pod, found, service) ??
    serviceCause(world, found, service) ??
    addressCause(world, pod, found) ?? { ...found, related: service ? [refOf(service)] : [], evidence: [] }
  );
}

/** Failures in which no answer came back; a refusal has an answer, and a policy gives none. */
const silence = /time[d ]?-?out|timeout|deadline exceeded|unreachable|no route to host/i;

function policyCause(
  world: World,
  pod: Pod,
  found: DependencyCause,
  service: Service | undefined,
): NetworkCause | undefined {
  const fits = found.cause === 'dependency-unreachable' || found.cause === 'network-delay' || found.cause === 'dns';
  if (!fits || !silence.test(found.line)) return undefined;
  const out = denying(world, pod, 'Egress');
  const target = service && world.podsOfService(service)[0];
  const into = target && denying(world, target, 'Ingress');
  const policy = out ?? into;
  if (!policy) return undefined;
  const text = `NetworkPolicy ${policy.name} lets ${out ? `${pod.name} talk to nobody` : `nobody talk to ${service?.name}`}`;
  return {
    ...found,
    cause: 'network-policy',
    related: [refOf(policy), ...(service ? [refOf(service)] : [])],
    evidence: [{ text, object: refOf(policy) }],
  };
}

/** A policy that selects the pod and allows nothing, with no other policy that allows something. */
function denying(
  world: World,
  pod: Pod,
  type: 'Ingress' | 'Egress',
): World['snapshot']['networkPolicies'][number] | undefined {
  const policies = world.snapshot.networkPolicies.filter(
    ({ namespace, types, podSelector }) =>
      namespace === pod.namespace && types.includes(type) && matches(podSelector, pod.labels),
  );
  const rules = policies.map(({ ingressRules, egressRules }) => (type === 'Ingress' ? ingressRules : egressRules));
  return rules.every((count) => count === 0) ? policies[0] : undefined;
}

function serviceCause(world: World, found: DependencyCause, service: Service | undefined): NetworkCause | undefined {
  if (!service || found.cause !== 'dependency-unreachable') return undefined;
  const port = portOf(found.target ?? '');
  if (port !== undefined && service.ports.length > 0 && !service.ports.some((one) => String(one.port) === port)) {
    const has = service.ports.map((one) => one.port).join(', ');
    return {
      ...found,
      cause: 'wrong-address',
      related: [refOf(service)],
      evidence: [{ text: `Service ${service.name} has no port ${port}, it has ${has}`, object: refOf(service) }],
    };
  }
  const wrong = findPortCause(world, service);
  return (
    wrong?.cause && {
      ...found,
      cause: wrong.cause,
      related: [refOf(service), ...wrong.related],
      evidence: wrong.evidence,
    }
  );
}

/** A name that does not resolve although its Service is there is the resolver's fault; a connection to oneself is a wrong address. */
function addressCause(world: World, pod: Pod, found: DependencyCause): NetworkCause | undefined {
  const target = found.target ?? '';
  if (found.cause === 'wrong-address' && serviceAt(world, pod, target))
    return { ...found, cause: 'dns', related: [], evidence: [{ text: `a Service of the name ${target} exists` }] };
  const self = found.cause === 'dependency-unreachable' && /^(localhost|127\.|\[?::1)/.test(target);
  const port = portOf(target);
  if (!self || port === undefined || pod.containers.some(({ ports }) => ports.some((one) => String(one.port) === port)))
    return undefined;
  return {
    ...found,
    cause: 'wrong-address',
    related: [],
    evidence: [
      { text: `${target} is the pod itself, and none of its containers has port ${port}`, object: refOf(pod) },
    ],
  };
}

const portOf = (target: string): string | undefined => /:(\d+)$/.exec(target)?.[1];

/** The Service an address means: `redis`, `redis.shop`, `redis.shop.svc.cluster.local`, or its ClusterIP. */
function serviceAt(world: World, pod: Pod, target: string): Service | undefined {
  const host = target.replace(/:\d+$/, '');
  const services = world.snapshot.services;
  if (/^[\d.]+$/.test(host)) return services.find(({ clusterIP }) => clusterIP === host);
  const [, name, namespace = pod.namespace] =
    /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\..*)?)?)?\.?$/.exec(host) ?? [];
  return name === undefined ? undefined : services.find((one) => one.name === name && one.namespace === namespace);
}
