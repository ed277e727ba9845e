import type { ProbeResult } from '../../cluster/beside.ts';
import { refName, type World } from '../../cluster/world.ts';
import { findPortCause } from '../causes/service.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const healthCheckFailed: Check = {
  id: 'health-check-failed',
  title: 'A health check of the configuration fails',
  reads: ['services', 'pods'],
  grace: 0,
  find: ({ world, probes }: CheckInput): Observation[] =>
    probes.filter(({ result }) => result === 'failing').map((probe) => judge(world, probe)),
};

function judge(world: World, { service, target, failingSince, detail, at }: ProbeResult): Observation {
  const object = world.snapshot.services.find(
    ({ namespace, name }) => target.kind === 'Service' && namespace === target.namespace && name === target.name,
  );
  const port = object && findPortCause(world, object);
  const owners = object ? world.podsOfService(object).map((pod) => world.topOwner(pod)) : [];
  return observe({
    subject: target,
    cause: port?.cause,
    since: failingSince,
    part: service,
    says: `The health check of ${service} fails: ${port?.says ?? detail}`,
    evidence: [{ text: `${refName(target)}: ${detail}`, object: target, at }, ...(port?.evidence ?? [])],
    next: describeCommand(target),
    related: [...new Map(owners.map((owner) => [refName(owner), owner])).values()],
  });
}
