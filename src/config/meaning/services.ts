import type { Revision, ServiceEntry } from '../revision.ts';
import { type Fields, flag, length, list, nothing, value } from './fields.ts';
import { named, type Phrase, rankOf, type Said } from './said.ts';
import { compareThings, type Kind } from './things.ts';

const fields: Fields<ServiceEntry> = {
  // Found by it; what is left is upper and lower case.
  name: value('name', named),
  priority: value('', String, {
    weighs: (before, after) => (rankOf(after) > rankOf(before) ? 'silences' : 'wakes'),
  }),
  namespace: value('namespace', String, { unset: 'any' }),
  workload: value('workload', ({ kind, name }) => (kind === undefined ? name : `${kind}/${name}`), {
    unset: 'by name',
  }),
  maxDowntime: length('max downtime', 'silences'),
  dependsOn: list('dependency on', 'rest'),
  aliases: list('alias', 'rest'),
  optional: flag('optional now, so never down', 'no longer optional', 'silences'),
  optionalWorkloads: list('optional workload', 'silences'),
  repository: value('repository', String),
  manifests: value('manifests', String),
  runbook: value('runbook', String),
  cap: value('cap', String, {
    weighs: (before, after) => ((after ? rankOf(after) : 0) > (before ? rankOf(before) : 0) ? 'silences' : 'wakes'),
  }),
  description: nothing,
  at: nothing,
};

/** "`shop` P0 -> P1; cap none -> SEV-4", "`shop`: max downtime 2 -> 10 minutes". */
function changed({ name, priority }: ServiceEntry, phrases: readonly Phrase[], before: ServiceEntry): string {
  const says = phrases.map((phrase) => phrase.says).join('; ');
  return `${named(name)}${priority === before.priority ? ':' : ''} ${says}`;
}

const services: Kind<ServiceEntry> = {
  key: ({ name }) => name.toLowerCase(),
  fields,
  rank: ({ priority }) => rankOf(priority),
  added: { weight: 'wakes', says: ({ name, priority }) => `${priority} ${named(name)} added` },
  removed: { weight: 'silences', says: ({ name, priority }) => `${priority} ${named(name)} removed` },
  changed,
};

/** What an edit does to the inventory. */
export const compareServices = (before: Revision, after: Revision): Said[] =>
  compareThings(services, before.services, after.services);
