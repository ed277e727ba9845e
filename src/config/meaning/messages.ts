import { type GithubSettings, type Revision, severities, type Template } from '../revision.ts';
import { compareFields, type Fields, length, list, nothing, value } from './fields.ts';
import { named, rankOf, type Said, usualRank } from './said.ts';
import { compareThings, type Kind } from './things.ts';

const templates: Kind<Template> = {
  key: ({ name }) => name,
  fields: {
    name: nothing,
    liquid: (before, after) => (before === after ? [] : [{ weight: 'rest', says: 'changed' }]),
    at: nothing,
  },
  rank: () => usualRank,
  added: { weight: 'rest', says: ({ name }) => `message template ${named(name)} added` },
  removed: { weight: 'rest', says: ({ name }) => `message template ${named(name)} removed` },
  changed: ({ name }) => `message template ${named(name)} changed`,
};

/** What an edit does to the wording of messages. */
export const compareTemplates = (before: Revision, after: Revision): Said[] =>
  compareThings(templates, before.templates, after.templates);

/** What an edit does to the emoji of severities. */
export const compareEmoji = ({ emoji: before }: Revision, { emoji: after }: Revision): Said[] =>
  severities.flatMap((severity) =>
    value<string | undefined>(`emoji of ${severity}`, String)(before[severity], after[severity]).map((phrase) => ({
      ...phrase,
      rank: rankOf(severity),
    })),
  );

const github: Fields<GithubSettings> = {
  timeToCheck: length('time to check changes', 'rest'),
  repositories: list('repository', 'rest'),
  manifests: list('manifest path', 'rest'),
  syncDelay: length('sync delay', 'rest'),
};

/** What an edit does to where changes are looked for. */
export const compareGithub = (before: Revision, after: Revision): Said[] =>
  compareFields(github, before.github, after.github).map((phrase) => ({ ...phrase, rank: usualRank }));
