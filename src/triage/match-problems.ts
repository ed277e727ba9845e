import type { Ref } from '../cluster/objects.ts';
import type { SourceName } from '../cluster/snapshot.ts';
import { refKey, refName, type World } from '../cluster/world.ts';
import type { KnownIssue, Position, Problem, Revision, ServiceClass, ServiceEntry } from '../config/revision.ts';
import { day, type Millis } from '../lib/clock.ts';
import { formatMoment } from '../lib/duration.ts';
import { count, listWords, nearestWord } from '../lib/text.ts';
import { listCandidates, matchServices, type ServiceMatch } from './match-services.ts';
import { findNearWorkloads } from './near-workloads.ts';
import { classesOf, classWords } from './service-classes.ts';

/** Known issues that silenced nothing for so long are perhaps no longer true. */
export const unmatchedAfter: Millis = 30 * day;

/** What only the cluster, the clock or the record can say about a configuration, with what to write instead where nothing nearer is known. */
export const matchProblemCures = {
  'workload-not-found':
    'Write the name the cluster has, or `Workload:` and `Namespace:` below the service; delete what is gone, or write `Optional: yes`.',
  'namespace-not-found': 'Write the name of the namespace as `kubectl get namespaces` shows it.',
  'namespace-as-a-whole': 'Write the name of the workload after `Workload:`.',
  'workload-ambiguous': 'Write `Namespace:` below the service.',
  'workload-shared': 'Write `Workload:` below the one that means something else, or list it once with `Aliases:`.',
  'issue-matches-nothing': 'Write the services it is about after `Services:`, or delete the issue.',
  'issue-covers-every-critical': 'Name the services it is really about after `Services:`.',
  'issue-expired': 'Delete the issue, or write a later date where it is still true.',
  'issue-never-matched': 'Delete it where it is no longer true; else write the date to which it holds after `Until:`.',
} as const;

export type MatchProblemCode = keyof typeof matchProblemCures;

export type MatchInput = {
  revision: Revision;
  /** Absent: only what the clock and the record say. */
  world?: World;
  now: Millis;
  /** Titles of known issues that the record has seen silence nothing for `unmatchedAfter`. */
  unmatched?: readonly string[];
};

/** What the cluster, the clock and the record say against a configuration, in the order of its lines. Never an error: clusters change. */
export function findMatchProblems({ revision, world, now, unmatched = [] }: MatchInput): Problem[] {
  const matches = world ? matchServices(revision.services, world) : [];
  const issues = revision.knownIssues.filter(({ suppresses }) => suppresses);
  return [
    ...(world ? findServiceProblems(matches, world) : []),
    ...(world ? issues.flatMap((issue) => findIssueProblems(issue, matches, revision, world)) : []),
    ...issues.flatMap((issue) => findStale(issue, revision, now, unmatched)),
  ].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

/** Suggestions are for slips: where more services than this are missing it is another cluster. */
const mostSuggested = 10;

function findServiceProblems(matches: readonly ServiceMatch[], world: World): Problem[] {
  // What is another listed service already was not meant.
  const taken = new Set(matches.flatMap(({ by, matches: refs }) => (by === 'namespace' ? [] : refs.map(refKey))));
  const candidates = matches.some(({ matches: refs, by }) => refs.length === 0 || by === 'namespace')
    ? listCandidates(world).filter((ref) => !taken.has(refKey(ref)))
    : [];
  const namespaces = new Set(world.snapshot.namespaces.map(({ name }) => name));
  const first = new Map<string, string>();
  for (const { service, matches: refs } of matches)
    for (const ref of refs.length === 1 ? refs : []) if (!first.has(refKey(ref))) first.set(refKey(ref), service.name);
  let missing = 0;
  return matches.flatMap((match): Problem[] => {
    const { service, matches: refs, ambiguous, candidates: places = [] } = match;
    if (refs.length === 0)
      return seesWorkloads(world) && !service.optional
        ? [notFound(service, ++missing > mostSuggested ? [] : candidates, namespaces)]
        : [];
    if (ambiguous) {
      const says = `"${service.name}" is found in the namespaces ${listWords(places)}, and no line says which is meant: all of them count.`;
      return [
        problem(
          'workload-ambiguous',
          service.at,
          says,
          `Write for example \`Namespace: ${places[0] ?? ''}\` below it.`,
        ),
      ];
    }
    const whole = wholeNamespace(match, candidates);
    if (whole) return [whole];
    const [only] = refs;
    const other = only && refs.length === 1 ? first.get(refKey(only)) : undefined;
    if (!only || other === undefined || other === service.name) return [];
    const says = `"${service.name}" and "${other}" are both ${refName(only)}: a fault of it is a fault of both.`;
    return [problem('workload-shared', service.at, says)];
  });
}

/** A service with a `Namespace:` in which nothing bears its name, but something nearly does: perhaps a slip. */
function wholeNamespace({ service, matches, by }: ServiceMatch, candidates: readonly Ref[]): Problem | undefined {
  const { namespace, name } = service;
  if (by !== 'namespace' || namespace === undefined || namespace === name) return undefined;
  const inside = candidates.filter((ref) => ref.namespace === namespace);
  const near = findNearWorkloads(service, inside);
  if (near.length === 0) return undefined;
  const says = `Nothing in namespace ${namespace} is called \`${name}\`, so everything in it counts as this service: ${count(matches.length, 'workload')}.`;
  return problem('namespace-as-a-whole', service.at, says, sayCandidates(near));
}

function notFound(service: ServiceEntry, candidates: readonly Ref[], namespaces: ReadonlySet<string>): Problem {
  const { namespace } = service;
  if (namespace !== undefined && namespaces.size > 0 && !namespaces.has(namespace)) {
    const meant = nearestWord(namespace, namespaces);
    const says = `There is no namespace \`${namespace}\`, where "${service.name}" should live.`;
    return problem('namespace-not-found', service.at, says, meant && `Did you mean \`Namespace: ${meant}\`?`);
  }
  const name = service.workload?.name ?? service.name;
  const near = findNearWorkloads(service, candidates);
  const place = namespace === undefined ? '' : ` in namespace ${namespace}`;
  return problem('workload-not-found', service.at, `No workload named \`${name}\`${place}.`, sayCandidates(near));
}

/** `Did you mean Deployment shop/api? Then write ...`. */
function sayCandidates([first, ...more]: readonly Ref[]): string | undefined {
  if (!first) return undefined;
  const names = [first, ...more].map(refName);
  const said = names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : (names[0] ?? '');
  return `Did you mean ${said}? Then write \`Workload: ${first.name}\`${first.namespace === undefined ? '' : ` and \`Namespace: ${first.namespace}\``} below it.`;
}

/** The lists of workloads that were not seen whole: what they would hold may be there all the same. */
export const unseenWorkloads = (world: World): SourceName[] =>
  (['deployments', 'statefulsets', 'daemonsets', 'pods'] as const).filter((source) => !world.seen(source));

const seesWorkloads = (world: World): boolean => unseenWorkloads(world).length === 0;

function findIssueProblems(
  issue: KnownIssue,
  matches: readonly ServiceMatch[],
  revision: Revision,
  world: World,
): Problem[] {
  if ((issue.services.length === 0 && issue.classes.length === 0) || !seesWorkloads(world)) return [];
  const covered = coveredServices(issue, matches, world);
  if (covered.every(({ matches: refs }) => refs.length === 0)) {
    const whom = listWords([...issue.services, ...issue.classes.map((each) => `what runs ${classWords[each]}`)]);
    const says = `Known issue "${issue.title}" mutes nothing now: ${whom} ${issue.classes.length > 0 ? 'was not found' : 'matched nothing'} in the cluster.`;
    return [problem('issue-matches-nothing', issue.at, says)];
  }
  const critical = revision.services.filter(({ priority }) => priority === 'P0');
  const names = new Set(covered.map(({ service }) => service.name));
  if (issue.classes.length === 0 || critical.length < 2 || !critical.every(({ name }) => names.has(name))) return [];
  const says = `Known issue "${issue.title}" covers every P0 service: each of them runs ${issue.classes.map((each) => classWords[each]).join(' or ')}.`;
  return [problem('issue-covers-every-critical', issue.at, says)];
}

/** The services that a known issue speaks of, with what they match. */
export function coveredServices(
  { services, classes }: Pick<KnownIssue, 'services' | 'classes'>,
  matches: readonly ServiceMatch[],
  world: World,
): ServiceMatch[] {
  const named = new Set(services.map((name) => name.toLowerCase()));
  const isMeant = (found: readonly ServiceClass[]): boolean => classes.some((each) => found.includes(each));
  return matches.filter(
    ({ service, matches: refs }) =>
      named.has(service.name.toLowerCase()) || (classes.length > 0 && isMeant(classesOf(refs, world))),
  );
}

function findStale(issue: KnownIssue, { cluster }: Revision, now: Millis, unmatched: readonly string[]): Problem[] {
  if (issue.until !== undefined && issue.until <= now) {
    const says = `Known issue "${issue.title}" ended ${formatMoment(issue.until, cluster.timezone)}: it mutes nothing any more.`;
    return [problem('issue-expired', issue.at, says)];
  }
  if (issue.bound.type === 'none' || !unmatched.includes(issue.title)) return [];
  return [problem('issue-never-matched', issue.at, `Known issue "${issue.title}" has silenced nothing for 30 days.`)];
}

function problem(code: MatchProblemCode, at: Position, message: string, cure?: string): Problem {
  return { ...at, level: 'warning', code, message, cure: cure ?? matchProblemCures[code] };
}
