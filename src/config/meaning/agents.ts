import type { AgentDefinition, Revision } from '../revision.ts';
import { type Field, type Fields, list, nothing, value } from './fields.ts';
import { named, type Said, usualRank } from './said.ts';
import { compareThings, type Kind, sayPhrases } from './things.ts';

/** Without a list an agent has all tools. */
const tools: Field<readonly string[] | undefined> = (before, after) =>
  before && after
    ? list('tools', 'rest')(before, after)
    : value<readonly string[] | undefined>('tools', (names) => [...names].sort().join(', ') || 'none', {
        unset: 'all',
      })(before, after);

const fields: Fields<AgentDefinition> = {
  name: nothing,
  description: nothing,
  tools,
  model: value('model', String),
  when: value('when', String),
  maxTurns: value('most turns', String),
  budgetUsd: value('budget', (dollars) => `$${dollars}`),
  prompt: nothing,
  at: nothing,
};

const agents: Kind<AgentDefinition> = {
  key: ({ name }) => name,
  fields,
  rank: () => usualRank,
  added: { weight: 'rest', says: ({ name }) => `agent ${named(name)} added` },
  removed: { weight: 'silences', says: ({ name }) => `agent ${named(name)} removed` },
  changed: ({ name }, phrases) => sayPhrases(`agent ${named(name)}`, phrases),
};

/** What an edit does to agents beside their prose. */
export const compareAgents = (before: Revision, after: Revision): Said[] =>
  compareThings(agents, before.agents, after.agents);
