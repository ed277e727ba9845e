import type { Container, Pod, PodUsage } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';
import type { Thresholds } from '../../config/revision.ts';
import { type Millis, minute } from '../../lib/clock.ts';
import { formatBytes } from '../causes/claim.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { observe } from '../observe.ts';

export const usageNearLimit: Check = {
  id: 'usage-near-limit',
  title: 'A container uses nearly all of the memory or cpu it may',
  reads: ['podmetrics', 'pods'],
  grace: 0,
  find: ({ world, thresholds }: CheckInput): Observation[] =>
    world.snapshot.podUsage.flatMap((usage) => judge(world, usage, thresholds)),
};

function judge(world: World, usage: PodUsage, thresholds: Thresholds): Observation[] {
  const pod = world.pod(usage.namespace, usage.pod);
  if (pod?.phase !== 'Running' || pod.deleting !== undefined) return [];
  return usage.containers.flatMap((used) => {
    const container = pod.containers.find(({ name }) => name === used.name);
    return container ? rows.flatMap((row) => near(world, pod, container, used[row.of], row, thresholds) ?? []) : [];
  });
}

type Row = {
  of: 'memory' | 'cpu';
  threshold: 'memoryUsage' | 'cpuUsage';
  cause?: 'cpu-starved';
  grace?: Millis;
  format(value: number): string;
  outcome: string;
};

const rows: readonly Row[] = [
  { of: 'memory', threshold: 'memoryUsage', format: formatBytes, outcome: 'it is killed at the limit' },
  {
    of: 'cpu',
    threshold: 'cpuUsage',
    cause: 'cpu-starved',
    // A burst is what a limit is for.
    grace: 5 * minute,
    format: (cores) => `${Math.round(1000 * cores)}m`,
    outcome: 'it is slowed down',
  },
];

function near(
  world: World,
  pod: Pod,
  container: Container,
  used: number,
  row: Row,
  thresholds: Thresholds,
): Observation | undefined {
  const limit = container.limits[row.of];
  if (limit === undefined || limit <= 0 || used / limit < thresholds[row.threshold]) return undefined;
  const subject = world.topOwner(pod);
  const share = Math.round((100 * used) / limit);
  return observe({
    subject,
    part: `${container.name}/${row.of}`,
    cause: row.cause,
    grace: row.grace,
    level: 'warning',
    says: `${subject.namespace}/${subject.name} uses ${share} % of the ${row.of} that container ${container.name} may: ${row.outcome}`,
    evidence: [
      { text: `${pod.name}: ${row.format(used)} of ${row.format(limit)} ${row.of} (${share} %)`, object: refOf(pod) },
    ],
    next: `kubectl top pod -n ${pod.namespace} --containers`,
    pods: [refOf(pod)],
  });
}
