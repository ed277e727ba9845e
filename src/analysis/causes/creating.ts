import type { CauseRow } from './cause.ts';
import { findRow } from './cause.ts';

type Row = CauseRow & { because: (caught: Readonly<Record<string, string>>) => string; heals: boolean };

/** What the API server answers to a controller that wants to create a pod. */
const rows: readonly Row[] = [
  {
    cause: 'quota',
    pattern:
      /exceeded quota: (?<name>[^\s,]+)|must specify [^.]*for|failed quota: (?<failed>[^\s,:]+)|maximum [^.]* usage per (?:Pod|Container)|minimum [^.]* usage per/i,
    because: ({ name, failed }) =>
      name || failed ? `the quota ${name ?? failed} is used up` : 'a limit of the namespace forbids it',
    heals: true,
  },
  {
    cause: 'missing-service-account',
    pattern:
      /error looking up service account (?:[^\s/]+\/)?(?<name>[^\s:]+)|serviceaccounts? "(?<quoted>[^"]+)" not found/i,
    because: ({ name, quoted }) => `its service account ${name ?? quoted ?? ''} does not exist`,
    heals: false,
  },
  {
    cause: 'admission-denied',
    pattern:
      /admission webhook "(?<hook>[^"]+)"|violates PodSecurity "(?<level>[^"]+)"|failed calling webhook "(?<failing>[^"]+)"|unable to validate against any (?:pod security policy|security context constraint)|ValidatingAdmissionPolicy '(?<policy>[^']+)'/i,
    because: ({ hook, level, failing, policy }) =>
      failing
        ? `the admission webhook ${failing} does not answer`
        : `${hook ? `the admission webhook ${hook}` : level ? `Pod Security (${level.split(':')[0]})` : policy ? `the policy ${policy}` : 'a policy of the cluster'} refuses its pods`,
    heals: true,
  },
  {
    cause: 'admission-denied',
    pattern: /is forbidden/i,
    because: () => 'the API server refuses its pods',
    heals: true,
  },
];

/** Why pods are refused, from the message of a ReplicaFailure condition or a FailedCreate event. */
export function readCreatingCause(message: string): { cause: Row['cause']; because: string; grace?: 0 } | undefined {
  const found = findRow(rows, message);
  if (!found) return undefined;
  const caught = Object.fromEntries(Object.entries(found.match.groups ?? {}).filter(([, text]) => text));
  return { cause: found.row.cause, because: found.row.because(caught), ...(!found.row.heals && { grace: 0 }) };
}
