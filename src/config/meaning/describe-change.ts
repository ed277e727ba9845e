import type { Revision } from '../revision.ts';
import { compareAgents } from './agents.ts';
import { compareCustomChecks, compareHealthChecks } from './checks.ts';
import { compareCluster, compareDefaultPriority } from './cluster.ts';
import { compareEscalation } from './escalation.ts';
import { length } from './fields.ts';
import { compareIgnores } from './ignores.ts';
import { compareKnownIssues } from './known-issues.ts';
import { compareEmoji, compareGithub, compareTemplates } from './messages.ts';
import { type Said, usualRank, weights } from './said.ts';
import { compareServices } from './services.ts';
import { compareSeverityRules } from './severity-rules.ts';
import { compareThresholds } from './thresholds.ts';

type Part = (before: Revision, after: Revision) => Said[];

/** How often the same thing is told again: the longer, the quieter. */
const every = (word: string, key: 'briefUpdateEvery' | 'fullRepeatEvery'): Part => {
  const compare = length(word, 'silences', { unset: 'never', unsetAs: Number.POSITIVE_INFINITY });
  return (before, after) => compare(before[key], after[key]).map((phrase) => ({ ...phrase, rank: usualRank }));
};

/** For people and models to read, or made of the other parts. */
const decidesNothing: Part = () => [];

/** Every part of a revision with how it is compared. */
const parts: { [Key in keyof Revision]-?: Part } = {
  services: compareServices,
  severityRules: compareSeverityRules,
  escalation: compareEscalation,
  knownIssues: compareKnownIssues,
  ignores: compareIgnores,
  thresholds: compareThresholds,
  customChecks: compareCustomChecks,
  healthChecks: compareHealthChecks,
  defaultPriority: compareDefaultPriority,
  cluster: compareCluster,
  agents: compareAgents,
  briefUpdateEvery: every('brief update every', 'briefUpdateEvery'),
  fullRepeatEvery: every('full repeat every', 'fullRepeatEvery'),
  templates: compareTemplates,
  emoji: compareEmoji,
  github: compareGithub,
  id: decidesNothing,
  thresholdLines: decidesNothing,
  contacts: decidesNothing,
  context: decidesNothing,
  lines: decidesNothing,
  problems: decidesNothing,
};

/** One sentence for each change of meaning, the gravest first: what silences, then what wakes, then the rest. None where nothing changes in meaning. */
export function describeChange(before: Revision, after: Revision): string[] {
  return Object.values(parts)
    .flatMap((part) => part(before, after))
    .sort((a, b) => weights.indexOf(a.weight) - weights.indexOf(b.weight) || a.rank - b.rank)
    .map(({ says }) => says);
}
