import type { Endpoints, Service } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';
import { type Millis, minute } from '../../lib/clock.ts';
import { findPortCause, findServiceCause, type ServiceCause } from '../causes/service.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { earliestOf, latestOf, observe } from '../observe.ts';
import { findExpectedUntil } from '../scope/disruption.ts';

export const noEndpoints: Check = {
  id: 'no-endpoints',
  title: 'A Service has no ready endpoint',
  reads: ['services', 'endpointslices', 'pods', 'deployments', 'statefulsets', 'daemonsets'],
  grace: 3 * minute,
  *find(input: CheckInput) {
    const { world } = input;
    // Without either of them "no endpoint" would be a guess.
    if (!world.seen('services') || !world.seen('endpointslices')) return;
    const { services, endpoints } = world.snapshot;
    const found = [
      services.values().map((service) => judge(input, service)),
      endpoints.values().map((one) => orphan(world, one)),
    ];
    for (const some of found) yield* some.filter((one) => one !== undefined);
  },
};

function judge(input: CheckInput, service: Service): Observation | undefined {
  const { world } = input;
  if (!service.selector || service.type === 'ExternalName' || service.deleting !== undefined) return undefined;
  const endpoints = world.endpointsOf(service);
  if (endpoints.some(isElection)) return undefined;
  const ready = endpoints.some((one) => one.ready.length > 0);
  const cause = ready ? readyBut(world, service, endpoints) : findServiceCause(world, service);
  if (!cause) return undefined;
  const name = `${service.namespace}/${service.name}`;
  return observe({
    subject: refOf(service),
    cause: cause.cause,
    since: since(world, endpoints, cause),
    level: ready && endpoints.some(({ ports }) => ports.length > 0) ? 'warning' : 'error',
    ...(cause.lasting && { grace: minute }),
    expectedUntil: expected(input, cause),
    says: ready
      ? `Service ${name} leads nowhere: ${cause.says}`
      : `Service ${name} has no ready endpoint: ${cause.says}`,
    evidence: [...cause.evidence, ...told(world, service)],
    next: describeCommand(refOf(service)),
    pods: cause.pods,
    related: cause.related,
  });
}

/** Ready pods behind a port that none of them has. Without known pods nothing is said. */
function readyBut(world: World, service: Service, endpoints: readonly Endpoints[]): ServiceCause | undefined {
  if (service.ports.length === 0 || endpoints.some(({ kind }) => kind === 'Endpoints')) return undefined;
  return findPortCause(world, service);
}

/** Endpoints that some component keeps as its lock are no Service's. */
const isElection = (endpoints: Endpoints): boolean =>
  endpoints.annotations['control-plane.alpha.kubernetes.io/leader'] !== undefined;

/** Endpoints name pods, none is ready, and the Service they belong to is gone. */
function orphan(world: World, endpoints: Endpoints): Observation | undefined {
  if (
    endpoints.kind !== 'Endpoints' ||
    endpoints.ready.length > 0 ||
    endpoints.notReady.length === 0 ||
    isElection(endpoints)
  )
    return undefined;
  if (world.find({ ...refOf(endpoints), kind: 'Service' })) return undefined;
  return observe({
    subject: refOf(endpoints),
    level: 'warning',
    says: `Endpoints ${endpoints.namespace}/${endpoints.name} have no Service and no ready address`,
    evidence: [{ text: `${endpoints.notReady.length} addresses, none ready` }],
    next: describeCommand(refOf(endpoints)),
  });
}

/** When the last pod left: its own condition, else the last change that the endpoints tell. */
function since(world: World, endpoints: readonly Endpoints[], cause: ServiceCause): Millis | undefined {
  const pods = cause.pods.map(({ namespace = '', name }) =>
    world.pod(namespace, name)?.conditions.find(({ type, status }) => type === 'Ready' && status !== 'True'),
  );
  const changes = endpoints.map(({ annotations }) =>
    Date.parse(annotations['endpoints.kubernetes.io/last-change-trigger-time'] ?? ''),
  );
  return latestOf(pods.map((condition) => condition?.since)) ?? latestOf(changes.filter((at) => at > 0));
}

/** A rollout, a drain or a start of those behind it, or waking from zero. */
function expected(input: CheckInput, cause: ServiceCause): Millis | undefined {
  if (cause.lasting) return undefined;
  const owners = cause.related
    .map((owner) => ({ owner, pods: input.world.podsOf(owner) }))
    .filter(({ pods }) => pods.length > 0);
  const held = owners.map(({ owner, pods }) => findExpectedUntil(input, owner, pods));
  return held.every((until) => until !== undefined) ? earliestOf(held) : undefined;
}

function told(world: World, service: Service): Observation['evidence'] {
  return world
    .eventsOf(refOf(service))
    .filter(({ type }) => type === 'Warning')
    .slice(0, 2)
    .map(({ reason, message, last }) => ({
      text: `${reason}: ${message}`,
      object: refOf(service),
      ...(last !== undefined && { at: last }),
    }));
}
