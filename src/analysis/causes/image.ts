import type { Pod } from '../../cluster/objects.ts';
import { refOf } from '../../cluster/world.ts';
import { minute } from '../../lib/clock.ts';
import type { CheckInput } from '../finding.ts';
import { containerOf } from '../scope/pod-state.ts';
import type { PodTrouble } from '../scope/pod-troubles.ts';
import { type CauseRow, type FoundCause, findRow } from './cause.ts';
import { eventEvidence, stateEvidence } from './evidence.ts';

type Row = CauseRow & { because: (image: string) => string; heals: boolean };

/** What container runtimes and registries answer. The order decides: Docker Hub says "does not exist or may require authorization" for both. */
const rows: readonly Row[] = [
  {
    cause: 'registry-dns',
    pattern:
      /no such host|server misbehaving|Temporary failure in name resolution|Name or service not known|lookup \S+ on \S+ (?:read|dial) udp|lookup \S+.*(?:i\/o timeout|no such host)/i,
    because: (image) => `the name of the registry of ${image} does not resolve`,
    heals: true,
  },
  {
    cause: 'registry-unreachable',
    pattern:
      /i\/o timeout|connection refused|connection reset|no route to host|network is unreachable|TLS handshake timeout|context deadline exceeded|x509:|certificate|server gave HTTP response to HTTPS client|\bEOF\b|\b50[0234]\b|Bad Gateway|Service Unavailable|Internal Server Error|RegistryUnavailable|toomanyrequests|\b429\b|Client\.Timeout|proxyconnect/i,
    because: (image) => `the registry of ${image} does not answer as it should`,
    heals: true,
  },
  {
    cause: 'image-reference',
    pattern:
      /manifest (?:for \S+ )?(?:unknown|not found)|manifest unknown|\bnot found\b|InvalidImageName|couldn't parse image|invalid reference format|failed to resolve reference.*not found|no match for platform|no matching manifest|ErrImageNeverPull|is not present with pull policy of Never|name unknown|repository name not known|NAME_UNKNOWN|MANIFEST_UNKNOWN/i,
    because: (image) => `its image ${image} does not exist`,
    heals: false,
  },
  {
    cause: 'image-pull-secret',
    pattern:
      /unauthorized|authentication required|pull access denied|denied: |\b40[13]\b|no basic auth credentials|insufficient_scope|authorization failed|FailedToRetrieveImagePullSecret|may require 'docker login'|Unable to retrieve some image pull secrets/i,
    because: (image) => `the registry refuses to hand out ${image}: the pull secret is missing or wrong`,
    heals: false,
  },
];

/** RFC 2606: these names never resolve, so a manifest that has one was never filled in. */
const reservedRegistry = /^[^/]+\.(?:example|invalid)(?::\d+)?\//;

/** Why an image does not come: what kubelet says of the container first, then the newest telling event. */
export function findImageCause(input: CheckInput, trouble: PodTrouble): FoundCause {
  const { container, pod, events } = trouble;
  const image = (container && (containerOf(pod, container.name)?.image || container.image)) || 'the image';
  const state = container?.state;
  const waiting = state?.is === 'waiting' ? `${state.reason} ${state.message ?? ''}` : '';
  const evidence = container ? [stateEvidence(pod, container)] : [];
  // "Back-off pulling image" names no cause; the event before it does.
  const telling = events.filter(
    ({ reason }) =>
      reason === 'Failed' ||
      reason === 'InspectFailed' ||
      reason === 'FailedToRetrieveImagePullSecret' ||
      reason === 'ErrImageNeverPull',
  );
  for (const text of [waiting, ...telling.map(({ reason, message }) => `${reason} ${message}`)]) {
    const found = findRow(rows, text.replaceAll(image, ''));
    if (!found) continue;
    const reserved = found.row.heals && reservedRegistry.test(image) && /\blookup\b|no such host/.test(text);
    const event = telling.find(({ reason, message }) => text === `${reason} ${message}`);
    const twin = found.row.heals && !reserved ? findTwin(input, trouble, image) : undefined;
    if (twin) {
      return {
        cause: 'image-reference',
        because: `its new image ${image} cannot be pulled, while ${twin.image} of the revision before runs`,
        evidence: [
          ...evidence,
          { text: `${twin.image} runs in ${twin.pod.name}; ${found.row.because(image)}`, object: refOf(twin.pod) },
        ],
        grace: minute,
      };
    }
    return {
      cause: reserved ? 'image-reference' : found.row.cause,
      because: reserved
        ? `its image ${image} names a registry that cannot exist (the name is reserved for examples)`
        : found.row.because(image),
      evidence: event ? [...evidence, eventEvidence(event)] : evidence,
      grace: found.row.heals && !reserved ? minute : 0,
    };
  }
  return {
    because: `its image ${image} cannot be pulled`,
    evidence: [...evidence, ...telling.slice(0, 1).map(eventEvidence)],
  };
}

/**
 * A pod of the same owner in which the same container runs another tag of the same repository: the rollout changed the reference,
 * and going back mends it whatever the registry answers.
 */
function findTwin(
  { world }: CheckInput,
  { owner, container }: PodTrouble,
  image: string,
): { pod: Pod; image: string } | undefined {
  for (const pod of world.podsOf(owner)) {
    const running = pod.statuses.find(({ name, state }) => name === container?.name && state?.is === 'running');
    const other = running && containerOf(pod, running.name)?.image;
    if (other && other !== image && repositoryOf(other) === repositoryOf(image)) return { pod, image: other };
  }
  return undefined;
}

/** `busybox` of `busybox:1.35` and `busybox@sha256:...`; the colon of a registry's port belongs to the name. */
const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
