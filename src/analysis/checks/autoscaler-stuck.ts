import type { Autoscaler, Condition } from '../../cluster/objects.ts';
import type { SourceName } from '../../cluster/snapshot.ts';
import { refName, refOf, type World } from '../../cluster/world.ts';
import type { CauseId } from '../../config/checks.ts';
import { minute } from '../../lib/clock.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const autoscalerStuck: Check = {
  id: 'autoscaler-stuck',
  title: 'An autoscaler cannot do its work',
  reads: ['horizontalpodautoscalers', 'deployments', 'statefulsets', 'replicasets'],
  grace: 15 * minute,
  find: ({ world }: CheckInput): Observation[] =>
    world.snapshot.autoscalers.flatMap((scaler) => judge(world, scaler) ?? []),
};

type Fault = { says: string; cause?: CauseId; condition?: Condition; level?: 'warning' };

function judge(world: World, scaler: Autoscaler): Observation | undefined {
  if (scaler.deleting !== undefined) return undefined;
  const fault = targetFault(world, scaler) ?? conditionFault(scaler) ?? requestFault(world, scaler);
  if (!fault) return undefined;
  const { condition } = fault;
  return observe({
    subject: refOf(scaler),
    cause: fault.cause,
    level: fault.level,
    since: condition?.since,
    says: `Autoscaler ${scaler.namespace}/${scaler.name} ${fault.says}`,
    evidence: [
      condition
        ? {
            text: `${condition.reason ?? condition.type}: ${condition.message ?? condition.status}`,
            object: refOf(scaler),
            ...(condition.since !== undefined && { at: condition.since }),
          }
        : { text: fault.says, object: refOf(scaler) },
      {
        text: `${scaler.current} replicas, wants ${scaler.desired}, from ${scaler.min} to ${scaler.max}`,
        object: refOf(scaler),
      },
    ],
    next: describeCommand(refOf(scaler)),
    related: scaler.target.name ? [scaler.target] : [],
  });
}

/** Targets whose list we read; any other kind (a custom resource) is taken by its word. */
const sources: Readonly<Record<string, SourceName>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  ReplicaSet: 'replicasets',
};

function targetFault(world: World, { target }: Autoscaler): Fault | undefined {
  if (!target.kind || !target.name) return { says: 'scales nothing: its target has no name' };
  const source = sources[target.kind];
  if (!source || !world.seen(source) || world.workload(target)) return undefined;
  return { says: `scales nothing: ${refName(target)} does not exist` };
}

function conditionFault(scaler: Autoscaler): Fault | undefined {
  const find = (type: string, status: string): Condition | undefined =>
    scaler.conditions.find((one) => one.type === type && one.status === status);
  const active = find('ScalingActive', 'False');
  // Scaled to zero by hand: it is switched off, not stuck.
  if (active && active.reason !== 'ScalingDisabled') {
    const metrics = /Metric/i.test(`${active.reason} ${active.message}`);
    return {
      says: metrics ? 'gets no metrics and cannot scale' : 'cannot compute how many replicas to run',
      condition: active,
      ...(metrics && { cause: 'autoscaler-metrics' as const }),
    };
  }
  const able = find('AbleToScale', 'False');
  if (able && able.reason !== 'BackoffBoth') return { says: 'cannot change its target', condition: able };
  const limited = find('ScalingLimited', 'True');
  if (!limited || active) return undefined;
  const low = limited.reason === 'TooFewReplicas' || /less than the minimum/.test(limited.message ?? '');
  if (low && scaler.current === scaler.min) return undefined;
  if (low)
    return {
      says: `wants fewer replicas than its minimum of ${scaler.min}, and has ${scaler.current}`,
      condition: limited,
      level: 'warning',
    };
  return { says: `is at its maximum of ${scaler.max} replicas and wants more`, condition: limited, level: 'warning' };
}

/** Without a request there is nothing to be a percentage of; the controller says so itself after its first look. */
function requestFault(world: World, scaler: Autoscaler): Fault | undefined {
  const containers = world.workload(scaler.target)?.template.containers ?? [];
  const judged = scaler.conditions.some(({ type, reason }) => type === 'ScalingActive' && reason !== undefined);
  if (
    judged ||
    containers.length === 0 ||
    containers.some(({ requests, limits }) => requests.cpu ?? requests.memory ?? limits.cpu ?? limits.memory)
  )
    return undefined;
  return {
    says: `cannot measure ${refName(scaler.target)}: none of its containers requests cpu or memory`,
    cause: 'autoscaler-metrics',
  };
}
