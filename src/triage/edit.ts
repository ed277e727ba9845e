import { describeChange } from '../config/meaning/describe-change.ts';
import { sayChange } from '../config/meaning/say-change.ts';
import type { Revision, Severity } from '../config/revision.ts';
import { oneLine } from '../lib/text.ts';
import type { Work } from '../lib/turns.ts';
import type { Incident, Judgement, Memory } from './incident.ts';
import { isActive } from './incident-times.ts';

/** An edit that came into force since the last cycle. */
export type Edit = {
  before: Revision;
  /** Who made it, where that is known. */
  author?: string;
  /** What it changes in meaning. */
  changes: readonly string[];
  /** What this cycle would be under the revision before it: what is missing now, the edit took away. */
  asBefore: Judgement;
};

/**
 * The edit that came into force since the last cycle, where it changes anything for an incident that people know of. What it takes
 * out of their sight is seen by judging the same cluster once more as before it.
 */
export function* findEdit(
  input: { before?: Revision; revision: Revision; author?: string; memory: Memory },
  judgeAs: (before: Revision) => Work<Judgement>,
): Work<Edit | undefined> {
  const { before, revision, memory, author } = input;
  if (!before || before.id === revision.id || !memory.incidents.some((one) => isActive(one) || one.silenced))
    return undefined;
  const changes = describeChange(before, revision);
  if (changes.length === 0) return undefined;
  return { before, changes, asBefore: yield* judgeAs(before), ...(author !== undefined && { author }) };
}

/** Room for a sentence in a message, beside the name of the incident. */
const longestSaid = 200;

/** Whether people hear of a severity at once, by the policy of a revision; a digest is no alarm. */
export function isHeard(severity: Severity, { escalation }: Revision): boolean {
  const line = escalation.find((one) => one.severity === severity);
  return line ? line.channels.length > 0 && line.timing.when !== 'digest' : severity !== 'SEV-4';
}

/** Whether people would still hear of an incident had the edit not been made: then it is the edit that silences it. */
export function isHeardWithout({ before, asBefore }: Edit, { id }: Incident): boolean {
  const incident = asBefore.incidents.find((one) => one.id === id);
  if (incident?.state !== 'open' || incident.silenced || !isHeard(incident.severity, before)) return false;
  const rests = new Set(incident.findings);
  return asBefore.findings.some((finding) => rests.has(finding.id) && !finding.pending);
}

/** "revision 1a2b3c by kubectl-edit: P0 `shop` removed": of an edit what concerns the incident, where that can be told. */
export function sayEdit({ author, changes }: Pick<Edit, 'author' | 'changes'>, id: string, incident: Incident): string {
  const { services, subject, check, severity } = incident;
  const words = [...services, subject.name, subject.namespace, check, severity].filter((word) => word !== undefined);
  const own = changes.filter((change) => words.some((word) => change.includes(word)));
  const by = author === undefined ? '' : ` by ${oneLine(author, 60)}`;
  return `revision ${id}${by}: ${sayChange(own.length > 0 ? own : changes, longestSaid)}`;
}
