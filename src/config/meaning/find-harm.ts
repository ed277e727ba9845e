import { listWords } from '../../lib/text.ts';
import { problemOf } from '../problems.ts';
import type { Position, Problem, Revision, ServiceEntry } from '../revision.ts';
import { requiredAgents } from '../sections/agent.ts';
import { type Silence, silenceOf } from './endless.ts';
import { escalationOf } from './escalation.ts';

export type HarmOptions = {
  /** The content hash that somebody confirmed. */
  confirmed?: string;
  /** Whether any service of a revision matches anything in the cluster; undefined while no cluster was seen. */
  matchesAnything?: (revision: Revision) => boolean | undefined;
};

/** What would fall silent, and the line that does it. */
type Harm = { says: string; at: Position };
type Rule = (before: Revision, after: Revision, options: HarmOptions) => Harm[];

const criticalOf = ({ services }: Revision): ServiceEntry[] => services.filter(({ priority }) => priority === 'P0');
const namesOf = (services: readonly ServiceEntry[]): string =>
  listWords(
    services.map(({ name }) => name),
    4,
  );

/** What somebody took away stands nowhere: the first line of the file it stood in. */
const topOf = (place: { at: Position } | undefined, file: string): Position => ({
  file: place?.at.file ?? file,
  line: 1,
  column: 1,
});
const topOfClaude = (before: Revision, after: Revision): Position =>
  topOf(after.services[0] ?? after.escalation[0] ?? after.knownIssues[0] ?? before.services[0], 'CLAUDE.md');

/** The silences of all P0 services where each has one. */
function silencesOf(revision: Revision): Silence[] | undefined {
  const critical = criticalOf(revision);
  const silences = critical.flatMap((service) => silenceOf(service, revision) ?? []);
  return critical.length > 0 && silences.length === critical.length ? silences : undefined;
}

const mutesEveryP0: Rule = (before, after) => {
  const [silence, ...more] = silencesOf(after) ?? [];
  if (!silence || silencesOf(before)) return [];
  const by = [...new Set([silence, ...more].map((one) => one.by))];
  const says = `Nobody would be told of any P0 service (${namesOf(criticalOf(after))}), without an end: ${listWords(by)}.`;
  return [{ says, at: silence.at }];
};

const silencesSev1: Rule = (before, after) => {
  const now = escalationOf(after, 'SEV-1');
  if (now.channels.length > 0 || escalationOf(before, 'SEV-1').channels.length === 0) return [];
  return [{ says: 'SEV-1 would go to no channel, so nobody would be told of the gravest incidents.', at: now.at }];
};

const removesRequiredAgent: Rule = (before, after) =>
  requiredAgents.flatMap((name): Harm[] => {
    const old = before.agents.find((agent) => agent.name === name);
    if (!old || after.agents.some((agent) => agent.name === name)) return [];
    const says = `The required agent ${name} would be gone, and with it the rules that stand in its file.`;
    return [{ says, at: topOf(old, 'agents') }];
  });

/** By its name or an alias; what is below P1 pages nobody at night. */
const isStillVital = ({ name, aliases }: ServiceEntry, { services }: Revision): boolean => {
  const words = new Set([name, ...aliases].map((word) => word.toLowerCase()));
  return services.some(
    (other) =>
      (other.priority === 'P0' || other.priority === 'P1') &&
      [other.name, ...other.aliases].some((word) => words.has(word.toLowerCase())),
  );
};

const removesMostP0: Rule = (before, after) => {
  const critical = criticalOf(before);
  const gone = critical.filter((service) => !isStillVital(service, after));
  if (gone.length * 2 <= critical.length) return [];
  const says = `${gone.length} of ${critical.length} P0 services would no longer page anybody: ${namesOf(gone)}.`;
  return [{ says, at: topOfClaude(before, after) }];
};

const matchesNothing: Rule = (before, after, { matchesAnything = () => undefined }) => {
  const isBlind = after.services.length === 0 || matchesAnything(after) === false;
  if (!isBlind || before.services.length === 0 || matchesAnything(before) === false) return [];
  const says =
    after.services.length === 0
      ? 'No service would be listed any more, so nothing in the cluster would be watched as one.'
      : `No listed service (${namesOf(after.services)}) would match anything in the cluster, so none would be watched.`;
  return [{ says, at: topOfClaude(before, after) }];
};

const rules: readonly Rule[] = [mutesEveryP0, silencesSev1, removesRequiredAgent, removesMostP0, matchesNothing];

/**
 * What an edit would blind the team by, as errors `needs-confirmation`; none where `after.id` is confirmed. Only what the
 * edit itself does: what was so before is not asked about again.
 */
export function findHarm(before: Revision, after: Revision, options: HarmOptions = {}): Problem[] {
  if (options.confirmed === after.id) return [];
  return rules
    .flatMap((rule) => rule(before, after, options))
    .map(({ says, at }) => problemOf('needs-confirmation', at, { word: says, hash: after.id }));
}
