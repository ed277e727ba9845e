import type { Event, Pod, Ref } from '../../cluster/objects.ts';
import type { World } from '../../cluster/world.ts';
import type { CheckInput } from '../finding.ts';
import type { PodTrouble } from '../scope/pod-troubles.ts';
import { type CauseRow, type FoundCause, findRow } from './cause.ts';
import { eventEvidence, stateEvidence } from './evidence.ts';

type Row = CauseRow & { kind: 'ConfigMap' | 'Secret'; key: boolean };

/** Kubelet's words for configuration that is not there. Catches the object's name, and the key where one is missing. */
const rows: readonly Row[] = [
  {
    cause: 'missing-configmap-key',
    kind: 'ConfigMap',
    key: true,
    pattern: /couldn't find key (?<key>\S+) in ConfigMap (?:[^\s/]+\/)?(?<name>[^\s"]+)/i,
  },
  {
    cause: 'missing-secret-key',
    kind: 'Secret',
    key: true,
    pattern: /couldn't find key (?<key>\S+) in Secret (?:[^\s/]+\/)?(?<name>[^\s"]+)/i,
  },
  {
    cause: 'missing-configmap-key',
    kind: 'ConfigMap',
    key: true,
    pattern: /(?:configmap references|references) non-existent config key: (?<key>[^\s"]+)/i,
  },
  {
    cause: 'missing-secret-key',
    kind: 'Secret',
    key: true,
    pattern: /references non-existent secret key: (?<key>[^\s"]+)/i,
  },
  { cause: 'missing-configmap', kind: 'ConfigMap', key: false, pattern: /configmaps? "(?<name>[^"]+)" not found/i },
  { cause: 'missing-secret', kind: 'Secret', key: false, pattern: /secrets? "(?<name>[^"]+)" not found/i },
];

/** The ConfigMap, Secret or key that a text of kubelet says is missing. */
export function readMissingConfiguration(text: string, namespace: string): Omit<FoundCause, 'evidence'> | undefined {
  const found = findRow(rows, text);
  if (!found) return undefined;
  const { name, key } = found.match.groups ?? {};
  const { cause, kind } = found.row;
  const object = name ? `${kind} ${name}` : `a ${kind}`;
  return {
    cause,
    because: key ? `${object} has no key ${key}` : `${object} does not exist`,
    related: name ? [{ kind, namespace, name }] : [],
    grace: 0,
  };
}

/**
 * What a pod that is bound and does not start misses: in the events of its mounts, else a ConfigMap that it names and that is
 * not among those seen. Secrets are never read: of them kubelet's word is all there is.
 */
export function missingConfiguration(world: World, pod: Pod, events: readonly Event[]): FoundCause | undefined {
  for (const event of events) {
    if (event.reason !== 'FailedMount' && event.reason !== 'Failed') continue;
    const missing = readMissingConfiguration(event.message, pod.namespace ?? '');
    if (missing) return { ...missing, evidence: [eventEvidence(event)] };
  }
  if (!world.seen('configmaps') || pod.statuses.some(({ state }) => state?.is === 'running')) return undefined;
  for (const name of configMapsOf(pod)) {
    const object: Ref = { kind: 'ConfigMap', namespace: pod.namespace ?? '', name };
    if (world.find(object)) continue;
    const text = `ConfigMap ${name} is named in the pod and not among the ConfigMaps of ${pod.namespace ?? ''}`;
    return {
      cause: 'missing-configmap',
      because: `ConfigMap ${name} does not exist`,
      related: [object],
      grace: 0,
      evidence: [{ text, object }],
    };
  }
  return undefined;
}

/** Those without which it cannot start. */
function* configMapsOf(pod: Pod): Generator<string> {
  for (const { configMap } of pod.volumes) if (configMap && !configMap.optional) yield configMap.name;
  for (const { env, envFrom } of pod.containers) {
    for (const { kind, name, optional } of envFrom) if (kind === 'ConfigMap' && !optional) yield name;
    for (const { from } of env) if (from?.kind === 'ConfigMap' && from.name && !from.optional) yield from.name;
  }
}

/** Why a container cannot be made: kubelet's own message, else what its pod misses. */
export function findConfigCause(input: CheckInput, { pod, container, events }: PodTrouble): FoundCause {
  const evidence = container ? [stateEvidence(pod, container)] : [];
  const waiting = container?.state?.is === 'waiting' ? container.state.message : undefined;
  const said = waiting === undefined ? undefined : readMissingConfiguration(waiting, pod.namespace ?? '');
  if (said) return { ...said, evidence };
  const missing = missingConfiguration(input.world, pod, events);
  if (missing) return { ...missing, evidence: [...evidence, ...missing.evidence] };
  return { because: waiting ?? 'its container cannot be created', evidence };
}
