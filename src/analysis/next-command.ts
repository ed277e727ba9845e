import type { Ref } from '../cluster/objects.ts';

/** The API's own rule for names. Anything else (fixtures, hostile text) never goes into a command. */
const plainName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

export function isPlainName(name: string): boolean {
  return plainName.test(name);
}

/** `kubectl describe job nightly -n shop`. Where a name is not plain: a command without names. */
export function describeCommand(ref: Ref): string {
  return command('describe', ref, '');
}

/** `kubectl get pvc data -n shop -o yaml`. */
export function getCommand(ref: Ref): string {
  return command('get', ref, ' -o yaml');
}

/** The logs of a workload's, Job's or pod's containers: `kubectl logs job/nightly -n shop --all-containers --tail=50`. */
export function logsCommand(ref: Ref): string {
  return usable(ref)
    ? `kubectl logs ${ref.kind.toLowerCase()}/${ref.name}${inNamespace(ref)} --all-containers --tail=50`
    : fallback;
}

/** The log of one container, of its last run where it was started again: `kubectl logs web-1 -n shop -c app --previous --tail=50`. */
export function podLogsCommand(pod: Ref, container: string, previous: boolean): string {
  const one = plainName.test(container) ? ` -c ${container}` : '';
  return usable(pod)
    ? `kubectl logs ${pod.name}${inNamespace(pod)}${one}${previous ? ' --previous' : ''} --tail=50`
    : fallback;
}

/** `kubectl rollout status deployment/web -n shop --watch=false`: it would wait for the end otherwise. */
export function rolloutCommand(ref: Ref): string {
  return usable(ref)
    ? `kubectl rollout status ${ref.kind.toLowerCase()}/${ref.name}${inNamespace(ref)} --watch=false`
    : fallback;
}

const fallback = 'kubectl get events -A --sort-by=.lastTimestamp';

function command(verb: string, ref: Ref, rest: string): string {
  return usable(ref) ? `kubectl ${verb} ${ref.kind.toLowerCase()} ${ref.name}${inNamespace(ref)}${rest}` : fallback;
}

const inNamespace = (ref: Ref): string => (ref.namespace ? ` -n ${ref.namespace}` : '');

const usable = (ref: Ref): boolean =>
  /^[A-Za-z][A-Za-z0-9]*$/.test(ref.kind) && plainName.test(ref.name) && plainName.test(ref.namespace ?? 'none');
