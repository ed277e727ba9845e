import type { Event, Job, Ref, Workload } from '../../cluster/objects.ts';
import { refKey, refOf } from '../../cluster/world.ts';
import { hour, type Millis, minute } from '../../lib/clock.ts';
import { readCreatingCause } from '../causes/creating.ts';
import { called, eventEvidence } from '../causes/evidence.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';
import { isOverJob } from '../scope/pod-state.ts';

/** A controller wants pods and the API server refuses them. */
export const cannotCreatePods: Check = {
  id: 'cannot-create-pods',
  title: 'Pods are refused',
  reads: ['replicasets', 'statefulsets', 'daemonsets', 'jobs', 'events'],
  grace: 2 * minute,
  find(input) {
    const found = new Map<string, Observation>();
    const objects: readonly (Workload | Job)[] = [...input.world.snapshot.workloads, ...input.world.snapshot.jobs];
    for (const object of objects) {
      const refused = findRefusal(input, object);
      if (!refused) continue;
      const subject = input.world.topOwner(object);
      // A Deployment repeats the condition of its ReplicaSet: the ReplicaSet, which comes with events, says more.
      const key = refKey(subject);
      if (!found.has(key) || object.kind !== 'Deployment') found.set(key, observeRefusal(subject, object, refused));
    }
    return [...found.values()];
  },
};

/** What the API server answered, and where it was read. */
export type Refusal = { message: string; since?: Millis; evidence: Observation['evidence'] };

/** FailedCreate events stay for an hour after it went well: they count while pods are missing and it was tried lately. */
const lately = hour / 2;

/** The refusal a controller meets now; undefined where it has its pods. */
export function findRefusal({ world, now }: CheckInput, object: Workload | Job): Refusal | undefined {
  if (object.deleting !== undefined || !lacksPods(object)) return undefined;
  const condition = object.conditions.find(
    ({ type, status, reason }) => type === 'ReplicaFailure' && status !== 'False' && reason === 'FailedCreate',
  );
  const event = world.eventsOf(object).find((one) => one.reason === 'FailedCreate' && isLate(one, now));
  if (!condition && !event) return undefined;
  const message = condition?.message ?? event?.message ?? '';
  const since = condition?.since ?? event?.first;
  return {
    message,
    ...(since !== undefined && { since }),
    evidence: [
      ...(condition ? [{ text: `FailedCreate: ${message}`, object: refOf(object) }] : []),
      ...(event ? [eventEvidence(event)] : []),
    ],
  };
}

const isLate = ({ last }: Event, now: Millis): boolean => now - (last ?? now) < lately;

function lacksPods(object: Workload | Job): boolean {
  if (object.kind === 'Job')
    return !isOverJob(object) && object.active === 0 && object.succeeded < (object.completions ?? 1);
  return object.kind === 'Deployment' ? object.ready < object.wanted : object.replicas < object.wanted;
}

function observeRefusal(subject: Ref, object: Workload | Job, { message, since, evidence }: Refusal): Observation {
  const cause = readCreatingCause(message);
  const account = object.template.serviceAccount;
  const namespace = object.namespace ?? '';
  const missing: Ref[] =
    cause?.cause === 'missing-service-account' ? [{ kind: 'ServiceAccount', namespace, name: account }] : [];
  return observe({
    subject,
    cause: cause?.cause,
    since,
    evidence,
    says: `${called(subject)} cannot create its pods: ${cause?.because ?? message}`,
    next: describeCommand(refOf(object)),
    grace: cause?.grace,
    related: missing,
  });
}
