import type { Autoscaler, Service, Workload } from '../../cluster/objects.ts';
import { matches } from '../../cluster/select.ts';
import { refKey, refOf } from '../../cluster/world.ts';
import { type Millis, minute } from '../../lib/clock.ts';
import { called, eventEvidence } from '../causes/evidence.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { getCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

/** A workload that a Service sends traffic to wants no pods at all. */
export const noReplicas: Check = {
  id: 'no-replicas',
  title: 'A Service stands before a workload scaled to zero',
  reads: ['deployments', 'statefulsets', 'services'],
  grace: 3 * minute,
  find(input) {
    const empty = input.world.snapshot.workloads.filter(isEmpty);
    if (empty.length === 0) return [];
    const services = Map.groupBy(input.world.snapshot.services, ({ namespace }) => namespace ?? '');
    const sleepers = new Set(
      input.world.snapshot.autoscalers.filter(wakesFromZero).map(({ target }) => refKey(target)),
    );
    return empty.flatMap((workload) => {
      if (sleepers.has(refKey(workload))) return [];
      const before = (services.get(workload.namespace ?? '') ?? []).filter((service) => selects(service, workload));
      return before[0] ? [observeEmpty(input, workload, before[0])] : [];
    });
  },
};

const isEmpty = ({ kind, wanted, owners, deleting }: Workload): boolean =>
  (kind === 'Deployment' || kind === 'StatefulSet') && wanted === 0 && deleting === undefined && owners.length === 0;

/** KEDA scales to zero itself and leaves this autoscaler behind. */
const wakesFromZero = ({ min, name }: Autoscaler): boolean => min === 0 || name.startsWith('keda-hpa-');

const selects = ({ selector }: Service, { templateLabels }: Workload): boolean =>
  selector !== undefined && Object.keys(selector).length > 0 && matches(selector, templateLabels);

function observeEmpty(input: CheckInput, workload: Workload, service: Service): Observation {
  const scaled = input.world
    .eventsOf(workload)
    .find(({ reason, message }) => reason === 'ScalingReplicaSet' && / to 0\b/.test(message));
  return observe({
    subject: refOf(workload),
    cause: 'scaled-to-zero',
    since: scaled?.last ?? changedAt(workload),
    evidence: [
      { text: `${workload.kind} ${called(workload)} wants 0 replicas`, object: refOf(workload) },
      { text: `Service ${called(service)} sends traffic to it`, object: refOf(service) },
      ...(scaled ? [eventEvidence(scaled)] : []),
      ...(workload.changedBy
        ? [{ text: `last changed by ${workload.changedBy.manager}`, at: workload.changedBy.at }]
        : []),
    ],
    says: `${called(workload)} is scaled to 0 replicas, and Service ${service.name} has nothing to send traffic to`,
    next: getCommand(refOf(workload)),
    related: [refOf(service)],
  });
}

/** Never changed: since it was made. Controllers write the status after the change: their time is no one's who scaled. */
function changedAt({ changedBy, generation, created }: Workload): Millis | undefined {
  if (generation === 1) return created;
  return changedBy && changedBy.manager !== 'kube-controller-manager' ? changedBy.at : undefined;
}
