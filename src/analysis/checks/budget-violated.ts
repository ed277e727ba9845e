import type { Budget, Node, Pod } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';
import { minute } from '../../lib/clock.ts';
import { listWords } from '../../lib/text.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const budgetViolated: Check = {
  id: 'budget-violated',
  title: 'Fewer pods are healthy than a disruption budget asks for, or it blocks a drain',
  reads: ['poddisruptionbudgets', 'pods', 'nodes'],
  grace: 15 * minute,
  find: ({ world }: CheckInput): Observation[] =>
    world.snapshot.budgets.flatMap((budget) => judge(world, budget) ?? []),
};

function judge(world: World, budget: Budget): Observation | undefined {
  const stale = budget.observedGeneration !== undefined && budget.observedGeneration < (budget.generation ?? 0);
  if (budget.deleting !== undefined || stale || !hasSelector(budget)) return undefined;
  const pods = world.podsMatching(budget.namespace ?? '', budget.selector ?? {});
  const fault = tooFew(budget) ?? blocksDrain(world, budget, pods) ?? failed(budget);
  if (!fault) return undefined;
  const allowed = budget.conditions.find(({ type }) => type === 'DisruptionAllowed');
  return observe({
    subject: refOf(budget),
    ...fault,
    since: fault.since ?? allowed?.since,
    evidence: [
      {
        text: `${budget.currentHealthy} healthy, ${budget.desiredHealthy} wanted, ${budget.expectedPods} pods, ${budget.allowed} may be disrupted`,
        object: refOf(budget),
      },
      ...(allowed?.reason ? [{ text: `${allowed.reason}: ${allowed.message ?? ''}`, object: refOf(budget) }] : []),
    ],
    next: describeCommand(refOf(budget)),
    pods: pods.map(refOf),
    related: [
      ...new Map(pods.map((pod) => world.topOwner(pod)).map((owner) => [owner.name, owner])).values(),
      ...(fault.related ?? []),
    ],
  });
}

type Fault = Pick<Observation, 'says' | 'level'> & Partial<Pick<Observation, 'cause' | 'since' | 'related'>>;

const hasSelector = ({ selector }: Budget): boolean =>
  selector !== undefined && (Object.keys(selector.matchLabels).length > 0 || selector.matchExpressions.length > 0);

function tooFew(budget: Budget): Fault | undefined {
  if (budget.expectedPods === 0 || budget.currentHealthy >= budget.desiredHealthy) return undefined;
  return {
    level: 'warning',
    says: `Budget ${budget.namespace}/${budget.name} asks for ${budget.desiredHealthy} healthy pods and ${budget.currentHealthy} are`,
  };
}

/** A node is being emptied and this budget lets none of the pods on it go. */
function blocksDrain(world: World, budget: Budget, pods: readonly Pod[]): Fault | undefined {
  if (budget.allowed > 0 || pods.length === 0) return undefined;
  const names = new Set(pods.map(({ node }) => node));
  const nodes = world.snapshot.nodes.filter((node) => names.has(node.name) && node.unschedulable);
  if (nodes.length === 0) return undefined;
  const since = cordonedAt(nodes);
  return {
    level: 'warning',
    cause: 'budget-blocks',
    ...(since !== undefined && { since }),
    says: `Budget ${budget.namespace}/${budget.name} keeps ${listWords(nodes.map(({ name }) => name))} from being drained: it lets no pod go`,
    related: nodes.map(refOf),
  };
}

function cordonedAt(nodes: readonly Node[]): number | undefined {
  const times = nodes.flatMap(({ taints }) =>
    taints.filter(({ key }) => key === 'node.kubernetes.io/unschedulable').flatMap(({ since }) => since ?? []),
  );
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** The controller could not work it out; evictions are refused as long. `InsufficientPods` only says that none may go now. */
function failed(budget: Budget): Fault | undefined {
  const bad = budget.conditions.find(
    ({ type, status, reason }) =>
      type === 'DisruptionAllowed' && status === 'False' && reason !== undefined && reason !== 'InsufficientPods',
  );
  return (
    bad && {
      level: 'warning',
      says: `Budget ${budget.namespace}/${budget.name} cannot be worked out: ${bad.message ?? bad.reason}`,
    }
  );
}
