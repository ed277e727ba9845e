import { type Refusal, refusal } from './api-object.ts';
import { type Resource, resourceName } from './resources.ts';

/** What can go wrong with an answer. `cut`: the connection breaks in the middle of it. `stall`: it stops in the middle and stays open. `truncated`: it ends properly, in the middle. */
export type FaultKind = '403' | '401' | '429' | '500' | 'cut' | 'stall' | 'truncated' | '410' | '410-event';
export type Verb = 'list' | 'watch' | 'get' | 'log' | 'write';
export type Fault = {
  kind: FaultKind;
  /** For so many answers; without it until the faults are cleared. */
  times?: number;
  /** Which requests; without it all of them. */
  verbs?: readonly Verb[];
};

export type Faults = {
  /** `resource` as kubectl names it (`pods`, `deployments`, `pods.metrics.k8s.io`), or `*`. */
  set(resource: string, fault: Fault): void;
  clear(): void;
  /** The fault that an answer shall have; counts it. */
  take(resource: Resource, verb: Verb): FaultKind | undefined;
  /** The same for `/version`, `/apis` and the rest that tells what there is; named `discovery`, not meant by `*`. */
  takeDiscovery(): FaultKind | undefined;
};

export function makeFaults(): Faults {
  type Armed = { resource: string; fault: Fault; left: number };
  let faults: Armed[] = [];

  function taken(hits: (armed: Armed) => boolean): FaultKind | undefined {
    const found = faults.find((armed) => armed.left > 0 && hits(armed));
    if (found) found.left -= 1;
    return found?.fault.kind;
  }

  return {
    set(resource, fault) {
      faults = faults.filter((one) => one.resource !== resource);
      faults.push({ resource, fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear() {
      faults = [];
    },
    take: (resource, verb) =>
      taken(
        ({ resource: name, fault }) =>
          befalls(name, resource) &&
          (!fault.verbs || fault.verbs.includes(verb)) &&
          // An event needs a stream to stand in.
          (fault.kind !== '410-event' || verb === 'watch'),
      ),
    takeDiscovery: () => taken(({ resource }) => resource === 'discovery'),
  };
}

/** Whether a name means a resource. Usage of pods and nodes is only meant by its full name. */
export function befalls(name: string, resource: Resource): boolean {
  if (name === '*' || name === resourceName(resource)) return true;
  return name === resource.plural && resource.group !== 'metrics.k8s.io';
}

/** The refusals among the faults. */
export function refusalFor(
  fault: FaultKind | undefined,
  resource: Resource | undefined,
  verb: Verb,
): Refusal | undefined {
  switch (fault) {
    case '401':
      return refusal(401, 'Unauthorized', 'Unauthorized');
    case '403':
      return forbidden(resource, verb);
    case '429':
      return refusal(
        429,
        'TooManyRequests',
        'the server has received too many requests and has asked us to try again later',
        {
          retryAfterSeconds: 1,
        },
      );
    case '500':
      return refusal(500, 'InternalError', 'Internal error occurred: etcdserver: request timed out');
    case '410':
      return expired();
    default:
      return undefined;
  }
}

const user = 'User "system:serviceaccount:monitoring:k8s-monitor"';

function forbidden(resource: Resource | undefined, verb: Verb): Refusal {
  if (!resource) return refusal(403, 'Forbidden', `forbidden: ${user} cannot get path "/"`);
  const may = `cannot ${verb} resource "${resource.plural}" in API group "${resource.group}" at the cluster scope`;
  return refusal(403, 'Forbidden', `${resourceName(resource)} is forbidden: ${user} ${may}`);
}

export const expired = (): Refusal =>
  refusal(410, 'Expired', 'The resourceVersion for the provided watch or list is too old.');
