import { type Clause, type Revision, type Severity, severities } from '../revision.ts';
import { rankOf, type Said, sayLengths, type Weight } from './said.ts';
import { sayClause, sayFor } from './say-clause.ts';

type Group = readonly Clause[];

const isSameFor = (a: Clause, b: Clause): boolean => a.for === b.for;
const inOrder = (group: Group): Clause[] => group.toSorted((a, b) => (sayClause(a) < sayClause(b) ? -1 : 1));
const shapeOf = (group: Group): string => inOrder(group).map(sayClause).join(' and ');
const fullShapeOf = (group: Group): string =>
  inOrder(group)
    .map((clause) => `${sayClause(clause)}${clause.for === undefined ? '' : ` ${sayFor(clause.for)}`}`)
    .sort()
    .join(' and ');

const groupsOf = ({ severityRules }: Revision, severity: Severity): Group[] => {
  const all = severityRules.filter((rule) => rule.severity === severity).flatMap(({ anyOf }) => anyOf);
  return [...new Map(all.map((group) => [fullShapeOf(group), group])).values()];
};

/** What an edit does to the criteria of each severity. */
export const compareSeverityRules = (before: Revision, after: Revision): Said[] =>
  severities.flatMap((severity) => compareOne(severity, groupsOf(before, severity), groupsOf(after, severity)));

function compareOne(severity: Severity, before: readonly Group[], after: readonly Group[]): Said[] {
  const rank = rankOf(severity);
  const known = new Set(before.map(fullShapeOf));
  const kept = new Set(after.map(fullShapeOf));
  const gone = before.filter((group) => !kept.has(fullShapeOf(group)));
  const come = after.filter((group) => !known.has(fullShapeOf(group)));
  const isOnly = before.length === 1 && after.length === 1;
  const said: Said[] = [];
  for (const group of [...gone]) {
    const moved = come.find((other) => shapeOf(other) === shapeOf(group));
    if (!moved) continue;
    gone.splice(gone.indexOf(group), 1);
    come.splice(come.indexOf(moved), 1);
    said.push(...sayMoved(severity, group, moved, isOnly));
  }
  const [old] = gone;
  const [next] = come;
  if (old && next && gone.length === 1 && come.length === 1) {
    const says = `${severity} when ${fullShapeOf(old)} -> when ${fullShapeOf(next)}`;
    return [...said, { weight: 'silences', rank, says }];
  }
  return [
    ...said,
    ...gone.map(
      (group): Said => ({ weight: 'silences', rank, says: `${severity} no longer when ${fullShapeOf(group)}` }),
    ),
    ...come.map((group): Said => ({ weight: 'wakes', rank, says: `${severity} also when ${fullShapeOf(group)}` })),
  ];
}

/** The same conditions after another time: "SEV-1 after 2 -> 200 minutes". */
function sayMoved(severity: Severity, before: Group, after: Group, isOnly: boolean): Said[] {
  const now = inOrder(after);
  return inOrder(before).flatMap((clause, index): Said[] => {
    const other = now[index];
    if (!other || isSameFor(clause, other)) return [];
    const about = isOnly && before.length === 1 ? '' : ` (${sayClause(clause)})`;
    return [
      {
        weight: weigh(clause.for, other.for),
        rank: rankOf(severity),
        says: `${severity}${about} ${sayStep(clause, other)}`,
      },
    ];
  });
}

const sayStep = ({ for: before }: Clause, { for: after }: Clause): string =>
  before && after ? `after ${sayLengths(before, after)}` : `${sayFor(before)} -> ${sayFor(after)}`;

/** How long a check's own grace is is not known here: losing a time may silence. */
const weigh = (before: number | undefined, after: number | undefined): Weight =>
  after === 0 || (before !== undefined && after !== undefined && after < before) ? 'wakes' : 'silences';
