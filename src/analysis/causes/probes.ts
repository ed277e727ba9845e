import type { Container, ContainerStatus, Event, Pod, Probe } from '../../cluster/objects.ts';
import type { CauseId } from '../../config/checks.ts';
import type { CheckInput } from '../finding.ts';
import type { FoundCause } from './cause.ts';
import { eventEvidence } from './evidence.ts';

export type ProbeName = 'liveness' | 'readiness' | 'startup';

type Mistake = 'port' | 'protocol' | 'path' | 'timing' | 'answer';

/** What the probe's answer says about the probe itself. */
const rows: readonly { mistake: Mistake; pattern: RegExp }[] = [
  {
    mistake: 'protocol',
    pattern:
      /gave HTTP response to HTTPS client|malformed HTTP response|first record does not look like a TLS handshake|tls:|x509|server sent GOAWAY|unimplemented|does not implement the grpc health/i,
  },
  { mistake: 'port', pattern: /connection refused|no route to host|connect: /i },
  {
    mistake: 'path',
    pattern: /statuscode: (?:404|405|30\d|401|403)|executable file not found|No such file or directory/i,
  },
  { mistake: 'timing', pattern: /deadline exceeded|Client\.Timeout|timed out|i\/o timeout|timeout: /i },
];

/** The failed probe of a container and what is likely wrong with it. Undefined where no probe is known to fail. */
export function findProbeCause(
  input: CheckInput,
  pod: Pod,
  status: ContainerStatus,
  spec: Container | undefined,
  events: readonly Event[],
  name: ProbeName,
): (FoundCause & { mistake: Mistake }) | undefined {
  const probe = spec?.[name];
  const event = events.find((one) => isProbeEvent(one, status.name, name));
  if (!probe && !event) return undefined;
  const detail = event?.message.replace(/^\w+ probe (?:failed|errored)[^:]*:\s*/i, '') ?? '';
  const mistake = rows.find(({ pattern }) => pattern.test(detail))?.mistake ?? 'answer';
  const evidence = [
    ...(event ? [eventEvidence(event)] : []),
    ...(probe
      ? [
          {
            text: `${name} probe of ${status.name}: ${probeText(probe)}, every ${probe.period}s, timeout ${probe.timeout}s, ${probe.failureThreshold} failures; container ports: ${portsOf(spec)}`,
          },
        ]
      : []),
  ];
  const starved = mistake === 'timing' ? cpuStarved(input, pod, status, spec) : undefined;
  if (starved) return { ...starved, mistake, evidence: [...starved.evidence, ...evidence] };
  const causes: Readonly<Record<ProbeName, CauseId>> = {
    liveness: 'liveness-probe',
    readiness: 'readiness-probe',
    startup: 'startup-probe',
  };
  return { cause: causes[name], mistake, because: because(name, probe, mistake, spec, detail), evidence };
}

/** The event of a probe that failed on this container; those of older kubelets name no container. */
function isProbeEvent({ reason, message, about }: Event, container: string, name: ProbeName): boolean {
  if (reason !== 'Unhealthy' || !message.toLowerCase().startsWith(`${name} probe`)) return false;
  const field = about.fieldPath ?? '';
  return !field || !container || field.includes(`{${container}}`);
}

function because(
  name: ProbeName,
  probe: Probe | undefined,
  mistake: Mistake,
  spec: Container | undefined,
  detail: string,
): string {
  const what = probe ? `its ${name} probe (${probeText(probe)})` : `its ${name} probe`;
  const code = /statuscode: (\d+)/.exec(detail)?.[1];
  switch (mistake) {
    case 'port': {
      const port = numberOf(probe, spec);
      const listed = spec?.ports.some((one) => String(one.port) === port);
      return `${what} finds nothing on port ${port || 'it asks'}${port && spec && spec.ports.length > 0 && !listed ? `, the container declares ${portsOf(spec)}` : ''}`;
    }
    case 'protocol':
      return `${what} speaks another protocol than the container`;
    case 'path':
      return `${what} is answered ${code ? `with ${code}` : 'with "not found"'}`;
    case 'timing':
      return `${what} gets no answer within ${probe?.timeout ?? 1}s`;
    case 'answer':
      return code ? `${what} is answered with ${code}` : `${what} fails`;
  }
}

/** `GET :8000/health`, `TCP :5432`, `a command`. */
function probeText({ type, path, port, scheme }: Probe): string {
  switch (type) {
    case 'http':
      return `${scheme === 'HTTPS' ? 'HTTPS ' : ''}GET :${port ?? ''}${path ?? '/'}`;
    case 'tcp':
      return `TCP :${port ?? ''}`;
    case 'grpc':
      return `gRPC :${port ?? ''}`;
    case 'exec':
      return 'a command';
  }
}

/** Probes may name a port by its name. */
function numberOf(probe: Probe | undefined, spec: Container | undefined): string {
  const named = spec?.ports.find(({ name }) => name === probe?.port);
  return named ? String(named.port) : (probe?.port ?? '');
}

const portsOf = (spec: Container | undefined): string =>
  spec?.ports.map(({ port }) => port).join(', ') || 'none declared';

/** No answer in time from a container that uses all the CPU it may: the probe is right and the limit is not. */
function cpuStarved(
  { world, thresholds }: CheckInput,
  pod: Pod,
  status: ContainerStatus,
  spec: Container | undefined,
): FoundCause | undefined {
  const limit = spec?.limits.cpu;
  const used = world.usageOf(pod)?.containers.find(({ name }) => name === status.name)?.cpu;
  if (limit === undefined || used === undefined || used < limit * thresholds.cpuUsage) return undefined;
  const share = `${Number(used.toFixed(2))} of ${Number(limit.toFixed(2))} CPU`;
  return {
    cause: 'cpu-starved',
    because: `it uses ${share} and is too slow for its probes`,
    evidence: [{ text: `container ${status.name} of ${pod.name} uses ${share}` }],
  };
}
