import type { OtherObject } from '../../cluster/objects.ts';
import { refOf } from '../../cluster/world.ts';
import { called } from '../causes/evidence.ts';
import type { Check, Observation } from '../finding.ts';
import { describeCommand } from '../next-command.ts';
import { observe } from '../observe.ts';

/** The API server does not serve a custom resource, because another definition has its names; whoever needs it waits for ever. */
export const definitionRefused: Check = {
  id: 'definition-refused',
  title: 'A custom resource is not served',
  reads: ['customresourcedefinitions'],
  // Names that conflict stay in conflict until somebody acts.
  grace: 0,
  find: ({ world }) => world.snapshot.others.flatMap((object) => judge(object) ?? []),
};

function judge(object: OtherObject): Observation | undefined {
  if (object.kind !== 'CustomResourceDefinition' || object.deleting !== undefined) return undefined;
  const refused = object.conditions.find(({ type, status }) => type === 'NamesAccepted' && status === 'False');
  if (!refused) return undefined;
  const told = [refused.reason, refused.message].filter(Boolean).join(': ');
  return observe({
    subject: refOf(object),
    since: refused.since,
    says: `the custom resource ${called(object)} is not served: its names are not accepted${refused.reason ? ` (${refused.reason})` : ''}`,
    evidence: [{ text: `NamesAccepted is False${told ? `: ${told}` : ''}`, object: refOf(object) }],
    next: describeCommand(refOf(object)),
  });
}
