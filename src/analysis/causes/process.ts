import type { Container, ContainerStatus, Pod } from '../../cluster/objects.ts';
import { refOf } from '../../cluster/world.ts';
import { oneLine } from '../../lib/text.ts';
import type { CheckInput } from '../finding.ts';
import { containerOf } from '../scope/pod-state.ts';
import type { PodTrouble } from '../scope/pod-troubles.ts';
import type { FoundCause } from './cause.ts';
import { formatBytes } from './claim.ts';
import { eventEvidence, logEvidence, stateEvidence } from './evidence.ts';
import { findNetworkCause } from './network.ts';
import { findProbeCause } from './probes.ts';
import { findProcessCause } from './process-logs.ts';

type Terminated = Extract<NonNullable<ContainerStatus['state']>, { is: 'terminated' }>;

/** A runtime that could not even start the program. */
const cannotStart =
  /executable file not found|no such file or directory|exec format error|permission denied|not a directory|is a directory|StartError|ContainerCannotRun/i;

/** Why a container ends: what the API shows of its end, then what kubelet did to it, then its own last words, then only its exit code. */
export function findExitCause(input: CheckInput, trouble: PodTrouble): FoundCause {
  const { pod, container } = trouble;
  if (!container) return { because: 'it ends', evidence: [] };
  const spec = containerOf(pod, container.name);
  const found =
    badCommand(container, spec) ??
    killedByProbe(input, trouble, container, spec) ??
    lastWords(input, trouble, container) ??
    exitCode(input, trouble, container);
  return { ...found, evidence: [stateEvidence(pod, container), ...found.evidence] };
}

/** Killed for its memory: by its own limit where it has one, else by the node. */
export function findMemoryCause(trouble: PodTrouble): FoundCause {
  const { pod, container } = trouble;
  if (!container) return { because: 'it used too much memory', evidence: [] };
  const limit = containerOf(pod, container.name)?.limits.memory;
  const evidence = [stateEvidence(pod, container)];
  if (limit === undefined)
    return { because: `container ${container.name} was killed for its memory and has no limit of its own`, evidence };
  return {
    cause: 'memory-limit',
    because: `container ${container.name} needs more than its memory limit of ${formatBytes(limit)}`,
    evidence: [...evidence, { text: `memory limit of ${container.name}: ${formatBytes(limit)}`, object: refOf(pod) }],
  };
}

function endOf({ state, last }: ContainerStatus): Terminated | undefined {
  return state?.is === 'terminated' ? state : last?.is === 'terminated' ? last : undefined;
}

function badCommand(container: ContainerStatus, spec: Container | undefined): FoundCause | undefined {
  const end = endOf(container);
  const waiting =
    container.state?.is === 'waiting' && container.state.reason === 'RunContainerError'
      ? container.state.message
      : undefined;
  const failed =
    end && /^(?:StartError|ContainerCannotRun)$/.test(end.reason) ? `${end.reason} ${end.message ?? ''}` : undefined;
  const message = waiting ?? failed;
  if (message === undefined || !cannotStart.test(message)) return undefined;
  const program = /exec: "([^"]+)"/.exec(message)?.[1] ?? spec?.command[0];
  return {
    cause: 'bad-command',
    because: program ? `its command ${oneLine(program, 80)} cannot be started` : 'its command cannot be started',
    evidence: [{ text: `runtime: ${oneLine(message, 240)}` }],
    grace: 0,
  };
}

function killedByProbe(
  input: CheckInput,
  { pod, events }: PodTrouble,
  container: ContainerStatus,
  spec: Container | undefined,
): FoundCause | undefined {
  const kill = events.find(
    ({ reason, message }) =>
      reason === 'Killing' &&
      /failed (?:liveness|startup) probe/.test(message) &&
      message.includes(`Container ${container.name} `),
  );
  if (!kill) return undefined;
  const name = kill.message.includes('startup') ? 'startup' : 'liveness';
  const probe = findProbeCause(input, pod, container, spec, events, name);
  if (!probe)
    return {
      cause: name === 'startup' ? 'startup-probe' : 'liveness-probe',
      because: `its ${name} probe fails`,
      evidence: [eventEvidence(kill)],
    };
  return { ...probe, evidence: [eventEvidence(kill), ...probe.evidence] };
}

/** What the program itself said: in the logs of its last two runs, else in its termination message. */
export function lastWords(input: CheckInput, { pod }: PodTrouble, container: ContainerStatus): FoundCause | undefined {
  const said = endOf(container)?.message?.split('\n');
  const logs = [...logsOf(input, pod, container), ...(said ? [said] : [])];
  for (const lines of logs) {
    const own = findProcessCause(lines);
    const found = own ?? findNetworkCause(input.world, pod, lines);
    if (!found) continue;
    const network = 'related' in found ? found : undefined;
    const target = network?.target;
    return {
      cause: found.cause,
      because: `it says "${oneLine(found.line, 120)}"`,
      evidence: [
        logEvidence(pod, container.name, found.line),
        ...(target ? [{ text: `it names the address ${oneLine(target, 100)}` }] : []),
        ...(network?.evidence ?? []),
      ],
      ...(network && { related: network.related }),
    };
  }
  return undefined;
}

function exitCode(input: CheckInput, { pod }: PodTrouble, container: ContainerStatus): FoundCause {
  const end = endOf(container);
  if (!end) return { because: `container ${container.name} ends again and again`, evidence: [] };
  const evidence = lastLine(input, pod, container);
  const who = `${container.init ? 'its init container' : 'container'} ${container.name}`;
  // A shell's own codes: found and not executable, not found.
  if (end.exitCode === 126 || end.exitCode === 127) {
    return {
      cause: 'bad-command',
      because: `the command of ${who} cannot be started (exit code ${end.exitCode})`,
      evidence,
    };
  }
  const because =
    end.exitCode === 0
      ? `${who} ends with exit code 0, as if it were done`
      : `${who} ends with exit code ${end.exitCode}`;
  return { cause: container.init ? 'init-container' : 'exit-code', because, evidence };
}

function lastLine(input: CheckInput, pod: Pod, container: ContainerStatus): FoundCause['evidence'] {
  const line = logsOf(input, pod, container)[0]?.findLast((one) => one.trim() !== '');
  return line === undefined ? [] : [logEvidence(pod, container.name, oneLine(line, 200))];
}

/** The logs of a container's last two runs, that of the run that ended first. Of runs that kubelet has removed nothing is left. */
function logsOf({ world }: CheckInput, pod: Pod, { name, state }: ContainerStatus): (readonly string[])[] {
  const runs = state?.is === 'terminated' ? [false, true] : [true, false];
  return runs
    .map((previous) => world.logOf(pod, name, previous)?.lines ?? [])
    .filter((lines) => lines.length > 0 && !lines[0]?.startsWith('unable to retrieve container logs for '));
}
