import type { Condition, ContainerState, Job, Pod } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';
import type { CauseId } from '../../config/checks.ts';
import { type Millis, minute } from '../../lib/clock.ts';
import { findNetworkCause } from '../causes/network.ts';
import { findProcessCause } from '../causes/process-logs.ts';
import type { Check, CheckInput, Evidence, Observation } from '../finding.ts';
import { describeCommand, logsCommand } from '../next-command.ts';
import { latestOf, observe } from '../observe.ts';
import { hasCondition, isFinished, isSuperseded, lastSuccesses, subjectOfJob } from '../scope/jobs.ts';

export const jobFailed: Check = {
  id: 'job-failed',
  title: 'A Job failed',
  reads: ['jobs', 'pods', 'events'],
  grace: 0,
  find({ world }: CheckInput): Observation[] {
    const successes = lastSuccesses(world);
    // The youngest first: failed runs of one CronJob are one finding, told by the last of them.
    const failed = world.snapshot.jobs.filter((job) => job.failed > 0 || hasCondition(job, 'Failed'));
    return failed
      .toSorted((a, b) => (b.started ?? 0) - (a.started ?? 0))
      .flatMap((job) => (isSuperseded(world, job, successes) ? [] : (judge(world, job) ?? [])));
  },
};

/** Between two attempts the controller waits up to 6 minutes with no pod at all. */
const retryWait = 10 * minute;

function judge(world: World, job: Job): Observation | undefined {
  const condition = job.conditions.find(({ type, status }) => type === 'Failed' && status === 'True');
  const stopped = !condition && !isFinished(job) && job.failed > 0 && job.active === 0 && job.succeeded === 0;
  if (job.deleting !== undefined || (!condition && !stopped) || hasCondition(job, 'Complete')) return undefined;
  const pods = world.podsOf(refOf(job)).filter((pod) => pod.phase === 'Failed' || pod.statuses.some(failedState));
  const why = whyItFailed(world, condition, pods);
  const name = `${job.namespace}/${job.name}`;
  return observe({
    subject: subjectOfJob(world, job),
    related: [refOf(job), ...(why.related ?? [])],
    cause: why.cause,
    since: condition?.since ?? latestOf(pods.map(failedAt)),
    ...(stopped && { grace: retryWait, level: job.suspended ? ('warning' as const) : ('error' as const) }),
    says: `Job ${name} failed: ${why.says ?? `${job.failed} of its pods failed${stopped ? ' and none is running' : ''}`}`,
    evidence: [
      ...(condition
        ? [
            {
              text: [condition.reason, condition.message].filter(Boolean).join(': ') || 'Failed is True',
              object: refOf(job),
            },
          ]
        : []),
      ...why.evidence,
      {
        text: `${job.failed} failed, ${job.succeeded} succeeded, at most ${job.backoffLimit} retries`,
        object: refOf(job),
      },
    ],
    next: pods.length > 0 ? logsCommand(refOf(job)) : describeCommand(refOf(job)),
    pods: pods.map(refOf),
  });
}

type Why = { cause?: CauseId; says?: string; evidence: Omit<Evidence, 'id'>[]; related?: Observation['related'] };

function whyItFailed(world: World, condition: Condition | undefined, pods: readonly Pod[]): Why {
  if (condition?.reason === 'DeadlineExceeded') {
    return { cause: 'deadline-exceeded', says: 'it took longer than its active deadline', evidence: [] };
  }
  for (const pod of pods.toReversed()) {
    const status = pod.statuses.find(failedState);
    const state = status && failedState(status);
    if (!status || !state) continue;
    const lines = (world.logOf(pod, status.name, false) ?? world.logOf(pod, status.name, true))?.lines ?? [];
    const last = lines.findLast((line) => line.trim() !== '');
    const exit = {
      text: `container ${status.name} ended with exit code ${state.exitCode}${state.reason ? ` (${state.reason})` : ''}`,
      object: refOf(pod),
      ...(state.finishedAt !== undefined && { at: state.finishedAt }),
    };
    const said = last ? [{ text: `log of ${status.name}: ${last}`, object: refOf(pod) }] : [];
    if (state.reason === 'OOMKilled')
      return {
        cause: 'memory-limit',
        says: `container ${status.name} needed more memory than its limit`,
        evidence: [exit],
      };
    const dependency = findProcessCause(lines) ?? findNetworkCause(world, pod, lines);
    if (dependency)
      return {
        cause: dependency.cause,
        says: dependency.line,
        evidence: [exit, { text: `log of ${status.name}: ${dependency.line}`, object: refOf(pod) }],
      };
    const cause = status.init ? 'init-container' : 'exit-code';
    return {
      cause,
      says: `container ${status.name} ended with exit code ${state.exitCode}${last ? ` after "${last.trim()}"` : ''}`,
      evidence: [exit, ...said],
    };
  }
  const evicted = pods.find(({ reason }) => reason === 'Evicted');
  return {
    evidence: evicted ? [{ text: `Evicted: ${evicted.message ?? 'a pod was evicted'}`, object: refOf(evicted) }] : [],
  };
}

type Terminated = Extract<ContainerState, { is: 'terminated' }>;

function failedState(status: Pod['statuses'][number]): Terminated | undefined {
  const states = [status.state, status.last];
  return states.find((state): state is Terminated => state?.is === 'terminated' && state.exitCode !== 0);
}

const failedAt = (pod: Pod): Millis | undefined =>
  latestOf(pod.statuses.map((status) => failedState(status)?.finishedAt));
