import { checks } from '../analysis/checks/index.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import type { CheckId } from '../config/checks.ts';
import type { Revision } from '../config/revision.ts';
import { like } from '../lib/like.ts';

/** What the state of a listed service hangs on, whatever it matches. */
const ofServices: readonly SourceName[] = [
  'pods',
  'deployments',
  'statefulsets',
  'daemonsets',
  'services',
  'endpointslices',
];

/** Add-ons that many clusters lack or grant nobody: needed by who wrote a threshold for them, and by nobody else. */
const onDemand: Partial<Record<SourceName, RegExp>> = {
  podmetrics: /^(memory|cpu) usage$/i,
  certificates: /^certificate/,
};

/**
 * The sources that something enabled needs: the checks that the Markdown does not ignore, and the listed services. What is not
 * among them makes findings poorer where it is not seen, and nothing unknown.
 */
export function findNeededSources(revision: Revision): ReadonlySet<SourceName> {
  const reads = checks.filter(({ id }) => !isOff(id, revision)).flatMap((check) => check.reads);
  const isWanted = (source: SourceName): boolean => {
    const asked = onDemand[source];
    return asked === undefined || revision.thresholdLines.some(({ name }) => asked.test(name));
  };
  return new Set([...reads.filter((source) => isWanted(source)), ...(revision.services.length > 0 ? ofServices : [])]);
}

const isOff = (check: CheckId, { ignores }: Revision): boolean =>
  ignores.some(({ what, name, when }) => what === 'check' && when === undefined && like(name, check));
