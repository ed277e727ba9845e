import type { ContainerStatus, Pod } from '../../cluster/objects.ts';
import type { CheckId } from '../../config/checks.ts';
import { hour, type Millis, minute } from '../../lib/clock.ts';

/** Why a container waits, in kubelet's words, and the check that owns the word. */
const waitingReasons: Readonly<Record<string, CheckId>> = {
  ErrImagePull: 'image-pull',
  ImagePullBackOff: 'image-pull',
  InvalidImageName: 'image-pull',
  ErrImageNeverPull: 'image-pull',
  ImageInspectError: 'image-pull',
  RegistryUnavailable: 'image-pull',
  SignatureValidationFailed: 'image-pull',
  CreateContainerConfigError: 'config-error',
  CreateContainerError: 'config-error',
  CrashLoopBackOff: 'crash-loop',
  RunContainerError: 'crash-loop',
  PostStartHookError: 'crash-loop',
};

/** One memory kill is told for so long after the container runs again. */
const oomRemembered = 30 * minute;
/** What ran for longer before it ended is `restarting`, not a loop, while it runs again. */
const longestRun = 2 * minute;

/** The one check that a container's state belongs to; undefined where it runs, is done, or merely starts. */
export function findContainerTrouble(
  status: ContainerStatus,
  pod: Pod,
  now: Millis,
  restarts: number,
): CheckId | undefined {
  const { state } = status;
  switch (state?.is) {
    case 'waiting': {
      const check = waitingReasons[state.reason];
      return check === 'crash-loop' && isOom(status.last) ? 'oom-killed' : check;
    }
    case 'terminated':
      if (isOom(state)) return 'oom-killed';
      // The first crash is restarted at once: only what crashed before, or is never restarted, is told.
      return state.exitCode !== 0 && (status.restarts > 0 || !isRestarted(status, pod)) ? 'crash-loop' : undefined;
    case 'running':
      return findRunningTrouble(status, state.since, now, restarts);
    case undefined:
      return undefined;
  }
}

function findRunningTrouble(
  status: ContainerStatus,
  since: Millis | undefined,
  now: Millis,
  restarts: number,
): CheckId | undefined {
  const { last } = status;
  if (last?.is !== 'terminated') return undefined;
  if (isOom(last) && now - (last.finishedAt ?? now) < oomRemembered) return 'oom-killed';
  if (status.restarts >= 2 && last.exitCode !== 0 && isBetweenCrashes(last, since, now)) return 'crash-loop';
  return restartsInLastHour(status, since, now) > restarts ? 'restarting' : undefined;
}

type Terminated = Extract<NonNullable<ContainerStatus['state']>, { is: 'terminated' }>;

/** A crash loop runs for a moment between two crashes: until it has outlived its last run twice (a minute at least). */
function isBetweenCrashes(last: Terminated, since: Millis | undefined, now: Millis): boolean {
  if (since === undefined || last.finishedAt === undefined) return false;
  const lastRun = last.finishedAt - (last.startedAt ?? last.finishedAt);
  return lastRun < longestRun && now - since < Math.max(minute, 2 * lastRun);
}

/** The API only counts restarts since ever; the last two starts say how often it happens now. */
function restartsInLastHour(status: ContainerStatus, since: Millis | undefined, now: Millis): number {
  const { last } = status;
  if (last?.is !== 'terminated' || since === undefined || now - since > hour) return 0;
  const interval = since - (last.startedAt ?? since - hour);
  return Math.min(status.restarts, interval > 0 ? Math.floor(hour / interval) : status.restarts);
}

/** Killed for its memory, whatever happened since. */
export function isOom(state: ContainerStatus['state']): boolean {
  return state?.is === 'terminated' && state.reason === 'OOMKilled';
}

function isRestarted({ init }: ContainerStatus, { restartPolicy, phase }: Pod): boolean {
  return phase !== 'Failed' && (restartPolicy === 'Always' || restartPolicy === 'OnFailure' || init);
}
