import type { Clause, ClauseState, Revision, ServiceClass, ServiceEntry, Severity } from '../config/revision.ts';
import { day, type Millis, second } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { listWords } from '../lib/text.ts';
import { findVerdict, heldUntil } from './clauses.ts';
import { classWords } from './service-classes.ts';
import { decideSeverity, worstOf } from './severity.ts';
import { keyOf, type Standing } from './standing.ts';

/** A case in which a group of clauses holds and one in which it just does not, with what happens then. */
export type RuleExample = { fires: string; misses: string; instead: string } | { never: string };

export type ExampleInput = {
  revision: Revision;
  /** What services run, where a cluster is known. */
  classes?: ReadonlyMap<string, readonly ServiceClass[]>;
  /** Names of the cluster's nodes. */
  nodes?: readonly string[];
};

/** A moment like any other: only differences count. */
const now: Millis = 1000 * day;

/** `quiet`: how long it lasts is not worth a word. `milder`: the state is less than what the clause asks for. */
type Actor = { standing: Standing; state: ClauseState; lasts: Millis | undefined; quiet?: true; milder?: true };
type Scene = Actor[];

/** Plays one group of a rule: with as many as it needs in the state it names for as long as it says, and with one thing less. */
export function exampleOf(group: readonly Clause[], severity: Severity, input: ExampleInput): RuleExample {
  const scenes: Scene[] = [];
  for (const clause of group) {
    const scene = sceneOf(clause, input);
    if (typeof scene === 'string') return { never: scene };
    scenes.push(scene);
  }
  const last = group.at(-1);
  const [before, rest] = [scenes.slice(0, -1).flat(), scenes.at(-1)];
  if (!last || !rest) return { never: 'it has no condition' };
  const fires = [...before, ...rest];
  const misses = [...before, ...missOf(last, rest)];
  const rules = [{ severity, anyOf: [[...group]], at: last.at }];
  const cast = [...fires.map(({ standing }) => standing), ...input.revision.services.map((one) => standingOf(one, {}))];
  if (!holds(rules, fires, othersOf(cast, fires))) return { never: 'no cluster can be in that state' };
  const instead = sayInstead(misses, othersOf(cast, misses), input.revision);
  return { fires: sayScene(fires), misses: sayScene(misses), instead };
}

/** Who is in which state, or why nobody can be. */
function sceneOf(clause: Clause, input: ExampleInput): Scene | string {
  if (clause.state === 'expected') return 'known issues decide what is expected, this decides nothing';
  if (clause.state === 'healthy') return 'what is healthy opens no incident';
  const all = castOf(clause, input);
  if (typeof all === 'string') return all;
  const { subject } = clause;
  const isEvery = clause.quantifier === 'all' || (subject.of === 'named' && subject.every);
  const wanted = isEvery ? all.length : Number(clause.quantifier);
  if (all.length < wanted) return `it needs ${wanted}, and there is only ${listWords(all.map(({ name }) => name))}`;
  return all.slice(0, wanted).map((standing) => ({
    standing,
    state: clause.state,
    lasts: clause.state === 'max-downtime-exceeded' ? (standing.maxDowntime ?? 0) + (clause.for ?? 0) : clause.for,
  }));
}

/** Those of whom a clause may speak; in words why there are none. */
function castOf({ subject, state, quantifier }: Clause, input: ExampleInput): Standing[] | string {
  const { services, defaultPriority } = input.revision;
  const canExceed = ({ maxDowntime }: ServiceEntry): boolean =>
    state !== 'max-downtime-exceeded' || maxDowntime !== undefined;
  switch (subject.of) {
    case 'services': {
      const listed = services.filter(({ priority }) => subject.priorities.includes(priority));
      const able = listed.filter(canExceed);
      const words = subject.priorities.join(' or ');
      if (able.length > 0) return able.map((service) => standingOf(service, input));
      if (listed.length > 0) return `no ${words} service has a max downtime`;
      const counts = subject.priorities.includes(defaultPriority) && quantifier === 1 && state !== 'absent';
      return counts ? [unlisted(defaultPriority)] : `no ${words} service is listed`;
    }
    case 'named':
      return services
        .filter(({ name }) => subject.names.some((one) => one.toLowerCase() === name.toLowerCase()))
        .map((service) => standingOf(service, input));
    case 'class': {
      const words = subject.classes.join(', ');
      if (!input.classes) return [thing(classWords[subject.classes[0] ?? 'database'], 'service', subject.classes)];
      const found = services.filter(({ name }) =>
        (input.classes?.get(name) ?? []).some((each) => subject.classes.includes(each)),
      );
      return found.length > 0
        ? found.map((service) => standingOf(service, input))
        : `no listed service of this cluster runs one of: ${words}`;
    }
    case 'any': {
      const able = services.filter(canExceed);
      return able.length > 0
        ? able.map((service) => standingOf(service, input))
        : 'no listed service has a max downtime';
    }
    case 'control-plane':
      return [thing('kube-scheduler', 'control-plane', []), thing('kube-controller-manager', 'control-plane', [])];
    case 'nodes':
    case 'infrastructure':
      return (input.nodes?.length ? input.nodes : ['node-1', 'node-2', 'node-3']).map((name) =>
        thing(`node ${name}`, 'node', []),
      );
  }
}

/** One second less, one less, or a milder state: what just is not enough. */
function missOf(clause: Clause, scene: Scene): Scene {
  const [last] = scene.slice(-1);
  if (!last) return [];
  const others = scene.slice(0, -1);
  if (last.lasts !== undefined && last.lasts > 0) return [...others, { ...last, lasts: last.lasts - second }];
  // Long enough for whatever else it is.
  if (others.length > 0)
    return others.map((actor) => (actor.lasts === undefined ? { ...actor, lasts: day, quiet: true } : actor));
  const state = milder[clause.state];
  return state === undefined ? [] : [{ ...last, state, lasts: day, quiet: true, milder: true }];
}

const milder: Partial<Record<ClauseState, ClauseState>> = {
  down: 'degraded',
  outage: 'degraded',
  'max-downtime-exceeded': 'degraded',
  degraded: 'warnings',
  'not-ready': 'degraded',
  'at-risk': 'warnings',
  flapping: 'degraded',
  absent: 'down',
  unknown: 'down',
};

/** What else is true of something in a state. */
const implied: Partial<Record<ClauseState, readonly ClauseState[]>> = {
  down: ['not-ready', 'outage', 'max-downtime-exceeded', 'affected'],
  outage: ['down', 'not-ready', 'max-downtime-exceeded', 'affected'],
  'max-downtime-exceeded': ['down', 'not-ready', 'outage', 'affected'],
  'not-ready': ['down', 'outage', 'max-downtime-exceeded', 'affected'],
  affected: ['degraded'],
  degraded: ['affected'],
  'at-risk': ['warnings', 'affected'],
  warnings: ['affected'],
  flapping: ['degraded', 'affected'],
};

function played({ standing, state, lasts = 0 }: Actor): Standing {
  const states = [state, ...(implied[state] ?? [])].map((each) => [each, now - lasts]);
  return { ...standing, states: Object.fromEntries(states) as Standing['states'] };
}

/** Those who are well meanwhile: "all of them" must count them. */
function othersOf(cast: readonly Standing[], scene: Scene): Standing[] {
  const playing = new Set(scene.map(({ standing }) => standing.key));
  return [...new Map(cast.map((one) => [one.key, one])).values()].filter(({ key }) => !playing.has(key));
}

function holds(rules: Parameters<typeof findVerdict>[0], scene: Scene, extras: readonly Standing[]): boolean {
  const all = [...scene.map(played), ...extras];
  return scene.some((actor) => findVerdict(rules, played(actor), all, now) !== undefined);
}

function sayInstead(scene: Scene, extras: readonly Standing[], revision: Revision): string {
  if (scene.length === 0) return 'nothing';
  const all = [...scene.map(played), ...extras];
  const told = scene.map(played).filter((one) => {
    const held = heldUntil(revision.severityRules, one);
    const verdict = findVerdict(revision.severityRules, one, all, now);
    return verdict !== undefined || held === undefined || held === 'graced' || held.until <= now;
  });
  const worst = worstOf(told.map((one) => decideSeverity(one, all, revision, now)));
  return worst?.severity ?? 'nothing yet';
}

const stateWords: Partial<Record<ClauseState, string>> = {
  'not-ready': 'not ready',
  'at-risk': 'at risk',
  warnings: 'warned about',
  outage: 'down',
  'max-downtime-exceeded': 'down',
};

function sayScene(scene: Scene): string {
  if (scene.length === 0) return 'all is well';
  const groups = Map.groupBy(
    scene,
    ({ state, lasts, quiet, milder: isMilder }) =>
      `${isMilder ? 'only ' : ''}${stateWords[state] ?? state}${lasts && !quiet ? ` for ${formatDuration(lasts)}` : ''}`,
  );
  return [...groups]
    .map(([words, actors]) => `${listWords(actors.map(({ standing }) => standing.name))} ${words}`)
    .join(', ');
}

function standingOf(service: ServiceEntry, { classes }: Pick<ExampleInput, 'classes'>): Standing {
  const { name, priority, maxDowntime, cap } = service;
  return {
    key: keyOf(name),
    name,
    kind: 'service',
    service: name,
    priority,
    isInfrastructure: false,
    classes: classes?.get(name) ?? [],
    ...(maxDowntime !== undefined && { maxDowntime }),
    ...(cap !== undefined && { cap }),
    states: {},
  };
}

const thing = (name: string, kind: Standing['kind'], classes: readonly ServiceClass[]): Standing => ({
  key: name,
  name,
  kind,
  priority: 'P1',
  isInfrastructure: kind === 'node' || kind === 'control-plane',
  classes,
  states: {},
});

const unlisted = (priority: Standing['priority']): Standing => ({
  ...thing('a workload that is not listed', 'unlisted', []),
  priority,
});
