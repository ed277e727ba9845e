import { listWords } from '../../lib/text.ts';
import type { Ignore, Revision, ServiceEntry } from '../revision.ts';
import { hides } from './endless.ts';
import { type Fields, nothing, value } from './fields.ts';
import { named, rankOf, type Said, usualRank } from './said.ts';
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

const ignoresOf = ({ services }: Revision): Kind<Ignore> => ({
  key: ({ what, name }) => `${what} ${name.toLowerCase()}`,
  fields,
  rank: (ignore) => Math.min(usualRank, ...hiddenBy(ignore, services).map(({ priority }) => rankOf(priority))),
  added: { weight: 'silences', says: (ignore) => `${say(ignore)} added${sayHidden(hiddenBy(ignore, services))}` },
  removed: { weight: 'wakes', says: (ignore) => `${say(ignore)} removed` },
  changed: ({ what, name }, phrases) =>
    `ignored ${words[what]} ${named(name)} ${phrases.map(({ says }) => says).join('; ')}`,
});

/** The listed services that an ignore keeps from people. What is ignored in one state only is told in the other. */
const hiddenBy = (ignore: Ignore, services: readonly ServiceEntry[]): ServiceEntry[] =>
  ignore.when === undefined ? services.filter((service) => hides(ignore, service)) : [];

function sayHidden(services: readonly ServiceEntry[]): string {
  if (services.length === 0) return '';
  const gravestFirst = services.toSorted((a, b) => rankOf(a.priority) - rankOf(b.priority));
  return `: outages of ${listWords(
    gravestFirst.map(({ name, priority }) => `${priority} ${named(name)}`),
    3,
  )} are not told any more`;
}

/** What an edit does to what the analyzer ignores. The same one twice counts once. */
export const compareIgnores = (before: Revision, after: Revision): Said[] =>
  compareThings(ignoresOf(after), once(before.ignores), once(after.ignores));

const once = (all: readonly Ignore[]): Ignore[] => [
  ...new Map(all.map((one) => [`${issueKey(one)} ${one.when ?? ''}`, one])).values(),
];
const issueKey = ({ what, name }: Ignore): string => `${what} ${name.toLowerCase()}`;
