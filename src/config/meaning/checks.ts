import type { CustomCheck, HealthCheck, Revision } from '../revision.ts';
import { type Fields, flag, list, nothing, value } from './fields.ts';
import { named, rankOf, type Said, usualRank } from './said.ts';
import { compareThings, type Kind, sayPhrases } from './things.ts';

const customFields: Fields<CustomCheck> = {
  name: nothing,
  kinds: list('kind', 'wakes'),
  namespace: value('namespace', String),
  allNamespaces: flag('all namespaces', 'one namespace', 'wakes'),
  selector: value('selector', String),
  filter: (before, after) => (before === after ? [] : [{ weight: 'silences', says: 'filter changed' }]),
  severity: value('severity', String, {
    weighs: (before, after) => (rankOf(after) > rankOf(before) ? 'silences' : 'wakes'),
  }),
  at: nothing,
};

const customChecks: Kind<CustomCheck> = {
  key: ({ name }) => name,
  fields: customFields,
  rank: ({ severity }) => rankOf(severity),
  added: { weight: 'wakes', says: ({ name }) => `custom check ${named(name)} added` },
  removed: { weight: 'silences', says: ({ name }) => `custom check ${named(name)} removed` },
  changed: ({ name }, phrases) => sayPhrases(`custom check ${named(name)}`, phrases),
};

const healthFields: Fields<HealthCheck> = {
  service: nothing,
  protocol: value('protocol', String),
  path: value('path', String),
  port: value('port', String, { unset: 'the only one' }),
  host: value('host', String),
  at: nothing,
};

const sayAddress = ({ protocol, host = '', port, path = '' }: HealthCheck): string =>
  [protocol, `${host}${port === undefined ? '' : `:${port}`}`, path].filter((part) => part !== '').join(' ');

const healthChecks: Kind<HealthCheck> = {
  key: ({ service }) => service.toLowerCase(),
  fields: healthFields,
  rank: () => usualRank,
  added: { weight: 'wakes', says: (check) => `health check of ${named(check.service)} added (${sayAddress(check)})` },
  removed: {
    weight: 'silences',
    says: (check) => `health check of ${named(check.service)} removed (${sayAddress(check)})`,
  },
  changed: ({ service }, phrases) => sayPhrases(`health check of ${named(service)}`, phrases),
};

/** What an edit does to checks of the Markdown. */
export const compareCustomChecks = (before: Revision, after: Revision): Said[] =>
  compareThings(customChecks, before.customChecks, after.customChecks);

/** What an edit does to Health Check Patterns. */
export const compareHealthChecks = (before: Revision, after: Revision): Said[] =>
  compareThings(healthChecks, before.healthChecks, after.healthChecks);
