import { toRfc3339 } from '../../lib/duration.ts';
import { listWords } from '../../lib/text.ts';
import { expectedKinds } from '../grammar/known-issue.ts';
import type { Bound, KnownIssue, Revision } from '../revision.ts';
import { compareFields, type Fields, list, nothing, value } from './fields.ts';
import { named, type Said, usualRank, type Weight } from './said.ts';
import { sayBound } from './say-window.ts';
import { compareThings, type Kind, sayPhrases } from './things.ts';

const fields: Fields<KnownIssue> = {
  title: value('title', named),
  suppresses: nothing,
  services: list('service', 'silences'),
  classes: list('class', 'silences'),
  kinds: list('kind', 'silences'),
  exceptions: list('exception', 'wakes'),
  bound: value('holds', sayBound, { weighs: weighBounds }),
  until: value<number | undefined>('until', toRfc3339, {
    unset: 'without an end',
    weighs: (before = Number.POSITIVE_INFINITY, after = Number.POSITIVE_INFINITY) =>
      after > before ? 'silences' : 'wakes',
  }),
  owner: nothing,
  why: nothing,
  solution: nothing,
  at: nothing,
};

/** Only lengths can be compared; another window may be the one in which it breaks. */
function weighBounds(before: Bound, after: Bound): Weight {
  if (after.type === 'none') return before.type === 'none' ? 'rest' : 'wakes';
  return before.type === 'grace' && after.type === 'grace' && before.from === after.from && after.lasts < before.lasts
    ? 'wakes'
    : 'silences';
}

/** What does not suppress, or nobody, is for people to read. */
const decides = ({ suppresses, services, classes }: KnownIssue): boolean =>
  suppresses && services.length + classes.length > 0;

function sayWhom({ services, classes }: KnownIssue): string {
  return listWords([...services, ...classes], 4);
}

/** Kinds other than those that an issue covers by itself. */
function sayKinds({ kinds, exceptions }: KnownIssue): string {
  const covered = kinds.filter((kind) => !exceptions.includes(kind));
  const isUsual = covered.length === expectedKinds.size && covered.every((kind) => expectedKinds.has(kind));
  return isUsual ? '' : `${listWords(covered, 4)} of `;
}

function sayAdded(issue: KnownIssue): string {
  const until = issue.until === undefined ? '' : ` until ${toRfc3339(issue.until)}`;
  const what = `${sayKinds(issue)}${sayWhom(issue)}`;
  return issue.bound.type === 'none'
    ? `known issue ${named(issue.title)} now makes ${what} SEV-4${until || ', without an end'}`
    : `known issue ${named(issue.title)} now mutes ${what} ${sayBound(issue.bound)}${until}`;
}

const issues: Kind<KnownIssue> = {
  key: ({ title }) => title.toLowerCase(),
  fields,
  rank: () => usualRank,
  added: { weight: 'silences', says: sayAdded },
  removed: {
    weight: 'wakes',
    says: (issue) => `known issue ${named(issue.title)} removed: ${sayWhom(issue)} may be told again`,
  },
  changed: ({ title }, phrases) => sayPhrases(`known issue ${named(title)}`, phrases),
};

/** What an edit does to known issues. One under another title is the same one. */
export function compareKnownIssues(before: Revision, after: Revision): Said[] {
  const gone = before.knownIssues.filter(decides);
  const come = after.knownIssues.filter(decides);
  const said: Said[] = [];
  for (const issue of [...gone]) {
    const renamed = come.find(
      (other) =>
        !gone.some(({ title }) => title.toLowerCase() === other.title.toLowerCase()) &&
        compareFields(fields, issue, { ...other, title: issue.title }).length === 0,
    );
    if (!renamed || come.some(({ title }) => title.toLowerCase() === issue.title.toLowerCase())) continue;
    gone.splice(gone.indexOf(issue), 1);
    come.splice(come.indexOf(renamed), 1);
    const says = `known issue ${named(issue.title)} is called ${named(renamed.title)} now`;
    said.push({ weight: 'rest', rank: usualRank, says });
  }
  return [...said, ...compareThings(issues, gone, come)];
}
