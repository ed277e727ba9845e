import type { CustomResult } from '../../cluster/beside.ts';
import type { Ref } from '../../cluster/objects.ts';
import { refKey, refOf, type World } from '../../cluster/world.ts';
import type { Check, CheckInput, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

export const custom: Check = {
  id: 'custom',
  title: 'A check of the configuration found something',
  // Run beside cycles over lists of its own; `pods` is what every cluster lets us see.
  reads: ['pods'],
  grace: 0,
  find: ({ world, customResults }: CheckInput): Observation[] =>
    customResults.flatMap((result) => judge(world, result)),
};

function judge(world: World, result: CustomResult): Observation[] {
  if (result.state !== 'ok' || result.matches.length === 0) return [];
  if (result.matchesMost) return [alone(result)];
  const strings = result.matches.filter(({ object }) => object === undefined);
  const groups = Map.groupBy(
    result.matches.flatMap(({ object, text }) => (object ? [{ object, text, subject: ownerOf(world, object) }] : [])),
    ({ subject }) => refKey(subject),
  );
  return [
    ...(strings.length > 0 ? [alone({ ...result, matches: strings })] : []),
    ...[...groups.values()].flatMap(([first, ...more]) =>
      first
        ? [
            observe({
              subject: first.subject,
              part: result.name,
              level: 'warning',
              severity: result.severity,
              says: `${result.name}: ${first.text}${more.length > 0 ? ` (and ${more.length} more)` : ''}`,
              evidence: [first, ...more].map(({ text, object }) => ({ text, object, at: result.at })),
              next: describeCommand(first.object),
              pods: [first, ...more].map(({ object }) => object).filter(({ kind }) => kind === 'Pod'),
            }),
          ]
        : [],
    ),
  ];
}

/** The check itself is the subject: of plain strings, and where it matches most of what it looked at. */
function alone({ name, severity, matches, looked, at }: CustomResult): Observation {
  return observe({
    subject: { kind: 'CustomCheck', name },
    severity,
    level: 'warning',
    says: `${name}: ${matches.length === 1 ? matches[0]?.text : `${matches.length} matches among ${looked} objects`}`,
    evidence: matches.map(({ text, object }) => ({ text, at, ...(object && { object }) })),
    next: 'k8s-monitor config explain',
    pods: matches.flatMap(({ object }) => (object?.kind === 'Pod' ? [object] : [])),
  });
}

/** The top owner of an object that the snapshot knows; what it does not know stands for itself. */
function ownerOf(world: World, object: Ref): Ref {
  const pod = object.kind === 'Pod' && object.namespace ? world.pod(object.namespace, object.name) : undefined;
  const owned = pod ?? world.workload(object);
  return owned ? world.topOwner(owned) : refOf(object);
}
