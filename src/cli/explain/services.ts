import type { Ref } from '../../cluster/objects.ts';
import { refName } from '../../cluster/world.ts';
import { priorities, type ServiceEntry } from '../../config/revision.ts';
import { formatDuration } from '../../lib/duration.ts';
import { count, listWords } from '../../lib/text.ts';
import { unseenWorkloads } from '../../triage/match-problems.ts';
import type { ServiceMatch } from '../../triage/match-services.ts';
import { table } from '../output.ts';
import { type SeenCluster, sayPlace, type View, wrap } from './view.ts';

/** The inventory: what each service is in the cluster, how many are ready, which rule and which line said so. */
export function explainServices(view: View): string[] {
  const { revision, cluster, paint } = view;
  const heads = table(
    revision.services.map((service) => [
      `  ${service.priority}`,
      service.name,
      cluster ? sayMatch(cluster.matches.get(service.name), cluster) : '',
      sayPlace(service.at),
    ]),
  ).split('\n');
  const bodies = revision.services.map((service) => {
    const details = sayDetails(service, view);
    return details === '' ? [] : wrap(details, ' '.repeat(6)).map((line) => paint.dim(line));
  });
  return [...sayTotals(view), ...heads.flatMap((head, index) => [head, ...(bodies[index] ?? [])])];
}

function sayTotals({ revision, cluster, paint }: View): string[] {
  const { services, defaultPriority } = revision;
  const each = priorities
    .map((priority) => ({ priority, number: services.filter((one) => one.priority === priority).length }))
    .filter(({ number }) => number > 0)
    .map(({ priority, number }) => `${number} ${priority}`);
  const listed = `  ${services.length} listed${each.length > 0 ? `: ${each.join(', ')}` : ''}; what is not listed counts as ${defaultPriority}`;
  if (!cluster) return [listed, '  What they match is shown with --cluster or --recording PATH.', ''];
  const matches = [...cluster.matches.values()];
  const none = matches.filter(({ matches: refs }) => refs.length === 0).length;
  const unseen = unseenWorkloads(cluster.world);
  const several = matches.filter(({ ambiguous }) => ambiguous).length;
  const found = `${matches.length - none} of ${matches.length} found in ${cluster.says}`;
  return [
    listed,
    ...(unseen.length > 0
      ? [paint.bad(`  Not seen there: ${listWords(unseen, 4)}. What they hold may be missing below.`)]
      : []),
    `  ${found}${none > 0 ? `; ${count(none, 'service')} stand for nothing` : ''}${several > 0 ? `; ${several} found in several namespaces` : ''}`,
    '',
  ];
}

function sayMatch(match: ServiceMatch | undefined, { world }: SeenCluster): string {
  const refs = match?.matches ?? [];
  const [first] = refs;
  if (!first) return 'matches nothing';
  if (refs.length === 1) return `${refName(first)}${sayReady(refs, world)}`;
  const shown = refs.length > 2 ? sayKinds(refs) : listWords(refs.map(refName));
  return `${shown}${sayReady(refs, world)}`;
}

/** `3 Deployments and 1 StatefulSet in shop`. */
function sayKinds(refs: readonly Ref[]): string {
  const kinds = [...Map.groupBy(refs, ({ kind }) => kind)].map(([kind, list]) => count(list.length, kind));
  return `${listWords(kinds, 4)} in ${listWords([...new Set(refs.flatMap(({ namespace }) => namespace ?? []))])}`;
}

function sayReady(refs: readonly Ref[], world: SeenCluster['world']): string {
  const workloads = refs.flatMap((ref) => world.workload(ref) ?? []);
  if (workloads.length === 0) {
    const pods = refs.flatMap((ref) => world.podsOf(ref));
    return pods.length > 0 ? `, ${count(pods.length, 'pod')}` : '';
  }
  const sum = (of: 'ready' | 'wanted'): number => workloads.reduce((total, one) => total + one[of], 0);
  return `, ${sum('ready')} of ${sum('wanted')} ready`;
}

/** In words which rule of the language found it; `lines` are those that said so. */
export function sayRule(
  match: ServiceMatch,
  lines: { namespace?: number; workload?: number } = {},
): string | undefined {
  const { by, service, candidates = [], ambiguous } = match;
  const of = (line: number | undefined, otherwise: string): string => (line === undefined ? otherwise : `line ${line}`);
  const inside = service.namespace === undefined ? '' : ` in the namespace of ${of(lines.namespace, 'its entry')}`;
  const rules: Record<NonNullable<ServiceMatch['by']>, string> = {
    workload: `as ${of(lines.workload, '`Workload:`')} says${inside}`,
    'namespace-and-name': `the workload of its name${inside || ' in the namespace of its name'}`,
    name: `the workload of its name${inside}`,
    label: `by its label app.kubernetes.io/name or instance${inside}`,
    'service-name': `what the Service of its name selects${inside}`,
    namespace: `everything in ${inside === '' ? 'the namespace of its name' : inside.slice(4)}`,
    alias: `by an alias${inside}`,
  };
  const rule = by && rules[by];
  return ambiguous ? `${rule}, in ${listWords(candidates)}: all of them count` : rule;
}

/** The lines that say where a service is, by what the compiler said of them. */
function linesOf({ name, at }: ServiceEntry, { revision }: View): { namespace?: number; workload?: number } {
  const lineOf = (start: string): number | undefined =>
    revision.lines.find(({ file, says }) => file === at.file && says?.startsWith(start))?.line;
  const namespace = lineOf(`${name} lives in namespace `);
  const workload = lineOf(`${name} is the workload `);
  return { ...(namespace !== undefined && { namespace }), ...(workload !== undefined && { workload }) };
}

function sayDetails(service: ServiceEntry, view: View): string {
  const match = view.cluster?.matches.get(service.name);
  const place = service.namespace === undefined ? undefined : `in namespace ${service.namespace}`;
  const kind = service.workload?.kind === undefined ? '' : `${service.workload.kind}/`;
  const parts = [
    match ? (sayRule(match, linesOf(service, view)) ?? place) : place,
    match || service.workload === undefined ? undefined : `the workload ${kind}${service.workload.name}`,
    service.maxDowntime === undefined ? undefined : `down for at most ${formatDuration(service.maxDowntime)}`,
    service.cap === undefined ? undefined : `never more than ${service.cap}`,
    service.optional ? 'optional: it is never down' : undefined,
    service.optionalWorkloads.length > 0 ? `may be without ${listWords(service.optionalWorkloads)}` : undefined,
    service.dependsOn.length > 0 ? `needs ${listWords(service.dependsOn)}` : undefined,
    service.aliases.length > 0 ? `also called ${listWords(service.aliases)}` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}
