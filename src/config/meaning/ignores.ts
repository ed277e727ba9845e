import type { Ignore, Revision } from '../revision.ts';
import { type Fields, nothing, value } from './fields.ts';
import { named, type Said, usualRank } from './said.ts';
import { compareThings, type Kind } from './things.ts';

const words: Record<Ignore['what'], string> = {
  namespace: 'namespace',
  kind: 'kind',
  check: 'check',
  reason: 'event reason',
};
const conditions = { running: ' if running', 'not-running': ' if not running' } as const;

const say = ({ what, name, when }: Ignore): string =>
  `ignored ${words[what]} ${named(name)}${when === undefined ? '' : conditions[when]}`;

const fields: Fields<Ignore> = {
  what: nothing,
  name: nothing,
  when: value('', (when) => conditions[when].trim(), { weighs: () => 'silences', unset: 'always' }),
  at: nothing,
};

const ignores: Kind<Ignore> = {
  key: ({ what, name }) => `${what} ${name.toLowerCase()}`,
  fields,
  rank: () => usualRank,
  added: { weight: 'silences', says: (ignore) => `${say(ignore)} added` },
  removed: { weight: 'wakes', says: (ignore) => `${say(ignore)} removed` },
  changed: ({ what, name }, phrases) =>
    `ignored ${words[what]} ${named(name)} ${phrases.map(({ says }) => says).join('; ')}`,
};

/** What an edit does to what the analyzer ignores. The same one twice counts once. */
export const compareIgnores = (before: Revision, after: Revision): Said[] =>
  compareThings(ignores, once(before.ignores), once(after.ignores));

const once = (all: readonly Ignore[]): Ignore[] => [
  ...new Map(all.map((one) => [`${issueKey(one)} ${one.when ?? ''}`, one])).values(),
];
const issueKey = ({ what, name }: Ignore): string => `${what} ${name.toLowerCase()}`;
