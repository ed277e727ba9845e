import type { Condition, Node } from '../../cluster/objects.ts';
import { refOf, type World } from '../../cluster/world.ts';
import type { CauseId } from '../../config/checks.ts';
import { second } from '../../lib/clock.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

/** The conditions with which kubelet says that it begins to evict, and what runs out. */
const pressures: Readonly<Record<string, { cause: CauseId; says: string }>> = {
  MemoryPressure: { cause: 'memory-pressure', says: 'memory' },
  DiskPressure: { cause: 'disk-pressure', says: 'disk space' },
  PIDPressure: { cause: 'pid-pressure', says: 'process ids' },
};

export const nodePressure: Check = {
  id: 'node-pressure',
  title: 'A node runs out of memory, disk space or process ids',
  reads: ['nodes', 'pods'],
  grace: 90 * second,
  find: ({ world }: CheckInput): Observation[] =>
    world.snapshot.nodes.flatMap((node) => node.conditions.flatMap((condition) => judge(world, node, condition) ?? [])),
};

function judge(world: World, node: Node, condition: Condition): Observation | undefined {
  const pressure = Object.hasOwn(pressures, condition.type) ? pressures[condition.type] : undefined;
  if (!pressure || condition.status !== 'True') return undefined;
  return observe({
    subject: refOf(node),
    part: condition.type,
    cause: pressure.cause,
    since: condition.since,
    says: `Node ${node.name} runs out of ${pressure.says} and evicts pods`,
    evidence: [
      {
        text: `${condition.reason ?? condition.type}: ${condition.message ?? 'True'}`,
        object: refOf(node),
        ...(condition.since !== undefined && { at: condition.since }),
      },
    ],
    next: describeCommand(refOf(node)),
    pods: world
      .podsOnNode(node.name)
      .filter(({ reason }) => reason === 'Evicted')
      .map(refOf),
  });
}
