import type { ControllerRevision, PodSpec, Workload } from '../cluster/objects.ts';
import { refKey, refName, refOf, type World } from '../cluster/world.ts';
import type { Millis } from '../lib/clock.ts';
import type { Change, ChangeDetail } from './change.ts';
import { compareTemplates } from './compare-templates.ts';

/** A step of a workload's history; `owner` is the workload's uid, and where fixtures have none its kind. */
type Step = { name: string; revision: number; at: Millis; template: PodSpec; owner: string };

/**
 * The last rollout of every Deployment, StatefulSet and DaemonSet that has one, and scalings to zero.
 * A Deployment's history is its ReplicaSets, the others' their ControllerRevisions.
 */
export function findChanges(world: World): Change[] {
  const histories = groupByOwner([
    ...replicaSetSteps(world),
    ...world.snapshot.controllerRevisions.flatMap(revisionStep),
  ]);
  return world.snapshot.workloads.flatMap((workload) => {
    if (workload.kind === 'ReplicaSet' || workload.kind === 'ReplicationController') return [];
    const history = histories.get(ownerKey(workload.kind, workload.uid));
    // Most have one revision and nothing to tell.
    if (!history || history.length < 2) return scalingOf(workload);
    const steps = history.sort((a, b) => a.revision - b.revision);
    return [...rolloutOf(workload, steps, world), ...scalingOf(workload)];
  });
}

function rolloutOf(workload: Workload, steps: readonly Step[], world: World): Change[] {
  const [before, after] = [steps[steps.length - 2], steps[steps.length - 1]];
  if (!before || !after) return [];
  const details = compareTemplates(before.template, after.template);
  const at = after.at < before.at ? rolledBackAt(workload, before, after, world) : after.at;
  const says = `rollout of ${refName(workload)} to revision ${after.revision}: ${sayDetails(details)}`;
  return [
    {
      id: `rollout/${refKey(workload)}/${after.revision}`,
      kind: 'rollout',
      subject: refOf(workload),
      at,
      from: before.name,
      to: after.name,
      fromRevision: before.revision,
      revision: after.revision,
      details,
      says,
    },
  ];
}

/** Who scaled to zero and when stands in managedFields; without them there is no moment to compare with. */
function scalingOf(workload: Workload): Change[] {
  if (workload.kind === 'DaemonSet' || workload.wanted > 0 || !workload.changedBy) return [];
  const { at, manager } = workload.changedBy;
  const detail: ChangeDetail = { what: 'replicas', to: '0', says: `replicas set to 0 by ${manager}` };
  return [
    {
      id: `scale/${refKey(workload)}/${at}`,
      kind: 'scale',
      subject: refOf(workload),
      at,
      to: '0',
      details: [detail],
      says: `${refName(workload)}: ${detail.says}`,
    },
  ];
}

/** A rollback reuses an old step, made long ago: its first new pod dates it, else what the workload says, else it is only later than what it undid. */
function rolledBackAt(workload: Workload, before: Step, after: Step, world: World): Millis {
  const pods = world
    .podsOf(workload)
    .filter(({ owners, labels }) => {
      const hash = labels['controller-revision-hash'];
      return owners[0]?.name === after.name || hash === after.name || `${workload.name}-${hash}` === after.name;
    })
    .flatMap(({ created }) => (created !== undefined && created > before.at ? created : []));
  const progressing = workload.conditions.find(({ type }) => type === 'Progressing')?.since;
  const shown = [pods.length > 0 ? Math.min(...pods) : undefined, progressing, workload.changedBy?.at];
  return shown.find((at) => at !== undefined && at > before.at) ?? before.at;
}

const sayDetails = (details: readonly ChangeDetail[]): string =>
  details.length > 0
    ? details.map(({ says }) => says).join('; ')
    : 'restarted, nothing in the template that we compare changed';

function replicaSetSteps(world: World): Step[] {
  return world.snapshot.workloads.flatMap((set) => {
    const owner = set.owners[0];
    if (set.kind !== 'ReplicaSet' || owner?.kind !== 'Deployment' || set.created === undefined) return [];
    return [
      {
        name: set.name,
        revision: set.revision ?? 0,
        at: set.created,
        template: set.template,
        owner: ownerKey(owner.kind, owner.uid),
      },
    ];
  });
}

function revisionStep(revision: ControllerRevision): Step[] {
  const owner = revision.owners[0];
  if (!owner || !revision.template || revision.created === undefined) return [];
  return [
    {
      name: revision.name,
      revision: revision.revision,
      at: revision.created,
      template: revision.template,
      owner: ownerKey(owner.kind, owner.uid),
    },
  ];
}

const ownerKey = (kind: string, uid: string): string => uid || kind;

function groupByOwner(steps: readonly Step[]): Map<string, Step[]> {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const group = groups.get(step.owner);
    if (group) group.push(step);
    else groups.set(step.owner, [step]);
  }
  return groups;
}
