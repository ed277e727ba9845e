import type { Finding } from '../analysis/finding.ts';
import type { Ref } from '../cluster/objects.ts';
import { uniqueRefs } from '../cluster/ref-index.ts';
import { refKey, type World } from '../cluster/world.ts';
import type { Priority, Revision } from '../config/revision.ts';
import type { ServiceMatch } from './match-services.ts';
import type { Behind } from './workloads-behind.ts';
import { ownerOf } from './workloads-behind.ts';

/** Names of the listed services a finding belongs to: by its subject, by what stands behind it, by its pods. */
export type ServicesOf = (finding: Pick<Finding, 'subject' | 'pods' | 'check' | 'part'>) => string[];

export function makeServicesOf(matches: readonly ServiceMatch[], world: World, behind: Behind): ServicesOf {
  const byWorkload = group(matches, ({ matches: refs }) => refs.map(refKey));
  const byNamespace = group(matches, ({ namespaces }) => namespaces);
  const listed = new Set(matches.map(({ service }) => service.name));
  // A node carries everybody's pods: it belongs to no service, its victims do.
  return ({ subject, pods, check, part }) => {
    if (subject.kind === 'Node') return [];
    if (check === 'health-check-failed' && part !== undefined && listed.has(part)) return [part];
    const refs: Ref[] = [subject, ...behind(subject)];
    for (const ref of pods) {
      const pod = ref.namespace ? world.pod(ref.namespace, ref.name) : undefined;
      if (pod) refs.push(ownerOf(pod, world));
    }
    const names = new Set(uniqueRefs(refs).flatMap((ref) => byWorkload.get(refKey(ref)) ?? []));
    if (names.size === 0) for (const name of byNamespace.get(subject.namespace ?? '') ?? []) names.add(name);
    return [...names];
  };
}

function group(
  matches: readonly ServiceMatch[],
  keys: (match: ServiceMatch) => readonly string[],
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const match of matches) {
    for (const key of keys(match)) groups.set(key, [...(groups.get(key) ?? []), match.service.name]);
  }
  return groups;
}

/** How an object that belongs to no listed service counts: nodes, control plane and kube-system as P1, the rest as `Default priority:` says. */
export function priorityOfUnlisted(finding: Pick<Finding, 'subject' | 'check'>, revision: Revision): Priority {
  const { subject, check } = finding;
  const isCore = subject.kind === 'Node' || subject.namespace === 'kube-system' || isControlPlane(finding);
  return isCore || check === 'node-not-ready' ? 'P1' : revision.defaultPriority;
}

/** Whether the finding is about what runs the cluster itself. */
export function isControlPlane({ check }: Pick<Finding, 'check'>): boolean {
  return check === 'control-plane-down' || check === 'webhook-broken';
}
