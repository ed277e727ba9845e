import type { Ref, Service, Webhook } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';
import { minute } from '../../lib/clock.ts';
import { listWords } from '../../lib/text.ts';
import { findServiceCause } from '../causes/service.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const webhookBroken: Check = {
  id: 'webhook-broken',
  title: 'An admission webhook cannot be reached',
  reads: ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations', 'services', 'endpointslices', 'pods'],
  grace: 2 * minute,
  find({ world }: CheckInput): Observation[] {
    if (!world.seen('services')) return [];
    return world.snapshot.webhooks.flatMap((webhook) =>
      webhook.hooks.flatMap((hook) => judge(world, webhook, hook) ?? []),
    );
  },
};

const isService = (object: Ref | undefined): object is Service => object?.kind === 'Service';

function judge(world: World, webhook: Webhook, hook: Webhook['hooks'][number]): Observation | undefined {
  if (!hook.service || webhook.deleting !== undefined) return undefined;
  const { namespace, name, port } = hook.service;
  const found = world.find({ kind: 'Service', namespace, name });
  const service = isService(found) ? found : undefined;
  const why = service ? serviceFault(world, service, port) : { says: 'does not exist', related: [] };
  if (!why) return undefined;
  const blocks = hook.failurePolicy !== 'Ignore';
  const asked = listWords(hook.scope) || 'objects';
  return observe({
    // The API server names the hook when it refuses something: `failed calling webhook "..."`. The object that holds it is related.
    subject: { kind: webhook.kind, name: hook.name || webhook.name },
    part: webhook.name,
    cause: why.cause,
    level: blocks ? 'error' : 'warning',
    ...(!service && { grace: 0 }),
    says: `Webhook ${hook.name} cannot be reached: its Service ${namespace}/${name} ${why.says}${blocks ? `; changes of ${asked} are refused` : `; changes of ${asked} pass unchecked`}`,
    evidence: [
      {
        text: `${webhook.kind} ${webhook.name}: failurePolicy ${hook.failurePolicy}, Service ${namespace}/${name}:${port}`,
        object: refOf(webhook),
      },
    ],
    next: service ? describeCommand(refOf(service)) : describeCommand(refOf(webhook)),
    related: [refOf(webhook), { kind: 'Service', namespace, name }, ...why.related],
  });
}

type Fault = { says: string; cause?: Observation['cause']; related: Observation['related'] };

function serviceFault(world: World, service: Service, port: number): Fault | undefined {
  if (service.ports.length > 0 && !service.ports.some((one) => one.port === port)) {
    return { says: `has no port ${port}`, cause: 'service-port', related: [] };
  }
  if (
    !world.seen('endpointslices') ||
    service.type === 'ExternalName' ||
    world.endpointsOf(service).some(({ ready }) => ready.length > 0)
  )
    return undefined;
  const why = findServiceCause(world, service);
  return { says: `has no ready endpoint (${why.says})`, cause: why.cause, related: why.related };
}
