import type { Finding } from '../analysis/finding.ts';
import type { Autoscaler, Pod, Ref, Service } from '../cluster/objects.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import { refKey, refName, type World } from '../cluster/world.ts';
import type { Millis } from '../lib/clock.ts';
import { count } from '../lib/text.ts';
import { findOf } from './workloads-behind.ts';

/** How many a workload wants and has, and since when that is so as far as the cluster shows it. */
export type Readiness = {
  ref: Ref;
  state: 'down' | 'degraded' | 'ready' | 'zero' | 'gone';
  /** Absent where nothing in the cluster dates it. */
  since?: Millis;
  says: string;
};

type Input = { world: World; findings: readonly Finding[]; autoscalers: ReadonlyMap<string, Autoscaler> };

/** The readiness of one matched workload, judged by its own status; kinds without one by their pods, CronJobs and Jobs by their findings. */
export function readinessOf(ref: Ref, input: Input): Readiness {
  if (ref.kind === 'Service') return serviceReadiness(ref, input);
  if (ref.kind === 'CronJob' || ref.kind === 'Job') return jobReadiness(ref, input);
  const { world } = input;
  const workload = world.workload(ref);
  const pods = world.podsOf(ref).filter((pod) => pod.phase !== 'Succeeded' && pod.deleting === undefined);
  if (!workload && pods.length === 0) {
    const pod = ref.kind === 'Pod' && ref.namespace ? world.pod(ref.namespace, ref.name) : undefined;
    return { ref, state: pod ? 'ready' : 'gone', says: pod ? `${refName(ref)} completed` : `${refName(ref)} is gone` };
  }
  const wanted = workload ? wantedOf(ref, workload.wanted, input) : pods.length;
  const ready = workload ? workload.ready : pods.filter(isReady).length;
  if (wanted === 0) {
    const changed = workload?.changedBy?.at;
    return {
      ref,
      state: 'zero',
      says: `${refName(ref)} wants 0 replicas`,
      ...(changed !== undefined && { since: changed }),
    };
  }
  const says = `${refName(ref)} has ${ready} of ${wanted} ready`;
  if (ready >= wanted) return frontReadiness(ref, pods, input) ?? { ref, state: 'ready', says };
  const since = ready === 0 ? downSince(ref, pods, wanted, input) : degradedSince(pods);
  return { ref, state: ready === 0 ? 'down' : 'degraded', says, ...(since !== undefined && { since }) };
}

/** Replicas that an autoscaler adds are welcome, not owed: its minimum is what is wanted. */
function wantedOf(ref: Ref, spec: number, { autoscalers }: Input): number {
  const scaler = autoscalers.get(refKey(ref));
  return scaler && spec > 0 ? Math.min(spec, Math.max(1, scaler.min)) : spec;
}

/** Pods may be ready and traffic still not arrive: a Service of the same name that reaches none of them. */
function frontReadiness(ref: Ref, pods: readonly Pod[], input: Input): Readiness | undefined {
  if (!input.world.seen('services') || !input.world.seen('endpointslices')) return undefined;
  const service = findOf<Service>(input.world, { kind: 'Service', namespace: ref.namespace ?? '', name: ref.name });
  if (!service?.selector || service.type === 'ExternalName' || pods.length === 0) return undefined;
  const front = serviceReadiness(service, input);
  return front.state === 'down' ? { ...front, ref } : undefined;
}

function serviceReadiness(ref: Ref, { world, findings }: Input): Readiness {
  const service = findOf<Service>(world, ref);
  if (!service) return { ref, state: 'gone', says: `${refName(ref)} is gone` };
  const ends = world.endpointsOf(service);
  const ready = ends.reduce((sum, { ready: list }) => sum + list.length, 0);
  const finding = findings.find(({ check, subject }) => check === 'no-endpoints' && refKey(subject) === refKey(ref));
  // A Service without a selector that nobody gave endpoints yet (an alias of an outside name) promises nothing.
  const owes = service.selector !== undefined || ends.length > 0;
  if (ready > 0 || !owes || service.type === 'ExternalName')
    return { ref, state: 'ready', says: `${refName(ref)} has ${count(ready, 'endpoint')}` };
  return {
    ref,
    state: 'down',
    says: `${refName(ref)} has no ready endpoint`,
    ...(finding && { since: finding.since }),
  };
}

/** A CronJob is judged by its last success against its schedule, a Job by whether it failed: their checks know. */
function jobReadiness(ref: Ref, { world, findings }: Input): Readiness {
  if (!world.find(ref)) return { ref, state: 'gone', says: `${refName(ref)} is gone` };
  const about = findings.filter(({ subject, level }) => level === 'error' && refKey(subject) === refKey(ref));
  const missed = about.find(({ check }) => check === 'cron-missed' || (ref.kind === 'Job' && check === 'job-failed'));
  return missed
    ? { ref, state: 'down', since: missed.since, says: missed.says }
    : { ref, state: 'ready', says: `${refName(ref)} is on schedule` };
}

/** From when none was ready: the last pod to lose it; for a single replica also what its conditions and findings say. */
function downSince(ref: Ref, pods: readonly Pod[], wanted: number, { world, findings }: Input): Millis | undefined {
  const losses = pods.map(lostAt);
  const last = losses.length > 0 && losses.every((at) => at !== undefined) ? latest(losses) : undefined;
  const workload = world.workload(ref);
  const unavailable = workload?.conditions.find(
    ({ type, status }) => type === 'Available' && status === 'False',
  )?.since;
  if (wanted > 1 && pods.length > 0) return last ?? unavailable;
  const told = findings.filter(
    ({ subject, check, sinceFrom }) =>
      sinceFrom === 'cluster' && keepsDown.has(check) && refKey(subject) === refKey(ref),
  );
  return earliest(
    [last, unavailable, ...told.map(({ since }) => since), pods.length === 0 ? workload?.created : undefined].filter(
      (at) => at !== undefined,
    ),
  );
}

/** Findings that mean that the only pod does not serve for as long as they last. */
const keepsDown = new Set([
  'crash-loop',
  'image-pull',
  'config-error',
  'unschedulable',
  'not-ready',
  'cannot-create-pods',
  'no-replicas',
]);

const degradedSince = (pods: readonly Pod[]): Millis | undefined =>
  earliest(pods.filter((pod) => !isReady(pod)).flatMap((pod) => lostAt(pod) ?? []));

const lostAt = (pod: Pod): Millis | undefined =>
  pod.conditions.find(({ type, status }) => type === 'Ready' && status !== 'True')?.since ?? pod.created;

export const isReady = (pod: Pod): boolean =>
  pod.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

const earliest = (times: readonly Millis[]): Millis | undefined => (times.length > 0 ? Math.min(...times) : undefined);
const latest = (times: readonly (Millis | undefined)[]): Millis => Math.max(...times.flatMap((at) => at ?? []));

/** The list a matched object of that kind comes from. */
export const sourceOfKind: Readonly<Record<string, SourceName>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  ReplicaSet: 'replicasets',
  Service: 'services',
  CronJob: 'cronjobs',
  Job: 'jobs',
  Pod: 'pods',
};
