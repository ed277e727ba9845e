import type { Ingress, OtherObject, Pod, Ref } from '../../cluster/objects.ts';
import { refName, refOf, type World } from '../../cluster/world.ts';
import { minute } from '../../lib/clock.ts';
import { listWords } from '../../lib/text.ts';
import { findServiceCause } from '../causes/service.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const ingressBroken: Check = {
  id: 'ingress-broken',
  title: 'An Ingress or Gateway leads nowhere',
  reads: ['ingresses', 'services', 'endpointslices', 'pods'],
  grace: 3 * minute,
  find({ world }: CheckInput): Observation[] {
    const served = servedClasses(world);
    return [
      ...world.snapshot.ingresses.flatMap((ingress) => judgeIngress(world, ingress, served) ?? []),
      ...world.snapshot.others.flatMap((object) => judgeGateway(object) ?? []),
    ];
  },
};

type Fault = { says: string; related: Ref[]; cause?: Observation['cause']; grace?: number };

function judgeIngress(world: World, ingress: Ingress, served: Served): Observation | undefined {
  if (ingress.deleting !== undefined) return undefined;
  const faults = [...backendFaults(world, ingress), ...classFault(world, ingress, served)];
  const [first] = faults;
  if (!first) return undefined;
  return observe({
    subject: refOf(ingress),
    cause: first.cause,
    grace: first.grace,
    says: `Ingress ${ingress.namespace}/${ingress.name} is broken: ${first.says}`,
    evidence: faults.map(({ says, related }) => ({ text: says, ...(related[0] && { object: related[0] }) })),
    next: describeCommand(refOf(ingress)),
    related: faults.flatMap(({ related }) => related),
  });
}

function backendFaults(world: World, ingress: Ingress): Fault[] {
  if (!world.seen('services')) return [];
  const services = world.snapshot.services;
  return [
    ...new Map(ingress.backends.map((backend) => [`${backend.service}:${backend.port}`, backend])).values(),
  ].flatMap((backend): Fault[] => {
    const ref = { kind: 'Service', ...(ingress.namespace && { namespace: ingress.namespace }), name: backend.service };
    const found = world.find(ref);
    const where = `${backend.host ?? ''}${backend.path ?? ''}` || 'its default backend';
    if (!found)
      return [{ says: `${where} goes to Service ${backend.service}, which does not exist`, related: [ref], grace: 0 }];
    const service = services.find((one) => one === found);
    if (!service) return [];
    const known = service.ports.some(({ name, port }) => name === backend.port || String(port) === backend.port);
    if (backend.port !== undefined && service.ports.length > 0 && !known) {
      return [
        {
          says: `${where} goes to port ${backend.port} of Service ${backend.service}, which has ${listWords(service.ports.map(({ port }) => String(port)))}`,
          related: [ref],
          cause: 'service-port',
          grace: 0,
        },
      ];
    }
    const endpoints = world.endpointsOf(service);
    if (!world.seen('endpointslices') || !service.selector || endpoints.some(({ ready }) => ready.length > 0))
      return [];
    const cause = findServiceCause(world, service);
    return [
      {
        says: `${where} goes to Service ${backend.service}, which has no ready endpoint: ${cause.says}`,
        related: [ref, ...cause.related],
        cause: cause.cause,
      },
    ];
  });
}

/** Classes that a cloud serves from outside the cluster: nothing inside tells whether it does. */
const cloudClasses =
  /^(gce|gce-internal|alb|nlb|aws-.*|azure[-/].*|webapprouting.*|openshift-.*|qcloud|cce|oci-.*|native-ic-ingress-class)$/;

/** What ingress controllers run as. */
const controllers =
  /ingress|traefik|haproxy|kong|contour|envoy|istio|pilot|ambassador|emissary|cilium|tailscale|cloudflare|nginx|caddy|skipper|router|apisix|voyager|gloo/i;

type Served = { classes: Set<string>; controller: boolean; known: Set<string> };

function servedClasses(world: World): Served {
  const all = world.snapshot.ingresses;
  return {
    classes: new Set(all.filter(({ hasAddress }) => hasAddress).map(({ className }) => className ?? '')),
    controller: all.length > 0 && world.snapshot.pods.some(isController),
    known: new Set(world.snapshot.others.filter(({ kind }) => kind === 'IngressClass').map(({ name }) => name)),
  };
}

const isController = (pod: Pod): boolean =>
  pod.phase === 'Running' && pod.containers.some(({ image }) => controllers.test(image));

/** A class that nobody serves: no address, none on a sibling, and nothing runs here that could be its controller. */
function classFault(world: World, ingress: Ingress, served: Served): Fault[] {
  const { className, hasAddress } = ingress;
  if (className === undefined || hasAddress || served.classes.has(className) || served.known.has(className)) return [];
  if (cloudClasses.test(className) || served.controller || !world.seen('pods')) return [];
  return [
    {
      says: `no controller serves its class ${className}`,
      related: [{ kind: 'IngressClass', name: className }],
      grace: 10 * minute,
    },
  ];
}

/** Gateway API: a Gateway or route whose controller says that it is not accepted, programmed or resolved. */
const gatewayConditions = new Set(['Accepted', 'Programmed', 'ResolvedRefs']);

function judgeGateway(object: OtherObject): Observation | undefined {
  if (!object.apiVersion.startsWith('gateway.networking.k8s.io/') || object.deleting !== undefined) return undefined;
  const bad = object.conditions.find(({ type, status }) => gatewayConditions.has(type) && status === 'False');
  if (!bad) return undefined;
  const told = [bad.reason, bad.message].filter(Boolean).join(': ') || 'no reason given';
  return observe({
    subject: refOf(object),
    cause: 'gateway-route',
    since: bad.since,
    says: `${refName(object)} routes nothing: not ${bad.type} (${told})`,
    evidence: [{ text: told, object: refOf(object), ...(bad.since !== undefined && { at: bad.since }) }],
    next: describeCommand(refOf(object)),
  });
}
