import type { Finding } from '../analysis/finding.ts';
import { refKey, type World } from '../cluster/world.ts';
import { windowState } from '../config/grammar/windows.ts';
import type { KnownIssue, Revision, ServiceClass, ServiceEntry, Window } from '../config/revision.ts';
import type { Millis } from '../lib/clock.ts';
import type { Incident } from './incident.ts';

/** What a known issue says about a finding now. */
export type Expected = {
  issue: KnownIssue;
  /** `capped`: it has no bound, so it silences nothing and is a SEV-4 while it lasts. */
  effect: 'suppressed' | 'capped';
  until?: Millis;
};

export type IssueInput = {
  revision: Revision;
  world: World;
  classes: ReadonlyMap<string, readonly ServiceClass[]>;
  /** Incidents of the cycle before: what was told before a window opened stays told. */
  incidents: readonly Incident[];
  now: Millis;
};

type Expectable = Finding & { services: readonly string[] };

/** What is expected of all findings: silent (`expected`), and lowered to SEV-4 (`capped`). */
export function findAllExpected(
  findings: readonly Expectable[],
  input: IssueInput,
): { expected: Map<string, Expected>; capped: Map<string, Expected> } {
  const expected = new Map<string, Expected>();
  const capped = new Map<string, Expected>();
  for (const finding of findings) {
    const found = findExpected(finding, input);
    if (found) (found.effect === 'capped' ? capped : expected).set(finding.id, found);
  }
  return { expected, capped };
}

/** The known issue that covers a finding now, if any. It covers only the kinds it names, on services that it names. */
export function findExpected(finding: Expectable, input: IssueInput): Expected | undefined {
  if (finding.services.length === 0) return undefined;
  let capped: Expected | undefined;
  for (const issue of input.revision.knownIssues) {
    if (
      !isInForce(issue, input.now) ||
      !issue.kinds.includes(finding.check) ||
      issue.exceptions.includes(finding.check)
    )
      continue;
    if (!finding.services.every((name) => namesService(issue, name, input.classes))) continue;
    if (issue.bound.type === 'none') {
      capped ??= { issue, effect: 'capped' };
      continue;
    }
    const until = expectedUntil(issue, finding, input);
    if (until === undefined) continue;
    const ends = Math.min(until, issue.until ?? Number.POSITIVE_INFINITY);
    return { issue, effect: 'suppressed', ...(Number.isFinite(ends) && { until: ends }) };
  }
  return capped;
}

/** The title of the known issue that expects a service to want no replicas now: then it is not down. */
export function expectsZero(
  service: ServiceEntry,
  { revision, classes, now }: Pick<IssueInput, 'revision' | 'classes' | 'now'>,
): string | undefined {
  return revision.knownIssues.find(
    (issue) =>
      isInForce(issue, now) &&
      issue.kinds.includes('no-replicas') &&
      !issue.exceptions.includes('no-replicas') &&
      namesService(issue, service.name, classes) &&
      // "Up to 5 minutes" counts from the moment it was scaled, and without a bound nothing is silent: left to the finding.
      issue.bound.type === 'windows' &&
      openUntil(issue.bound.windows, revision.cluster.timezone, now) !== undefined,
  )?.title;
}

/** Moments after `now` at which a known issue about these services begins, ends or expires. */
export function issueMoments(
  services: ReadonlySet<string>,
  { revision, classes, now }: Omit<IssueInput, 'incidents' | 'world'>,
): Millis[] {
  const zone = revision.cluster.timezone;
  return revision.knownIssues
    .filter((issue) => isInForce(issue, now) && [...services].some((name) => namesService(issue, name, classes)))
    .flatMap((issue) => {
      const states =
        issue.bound.type === 'windows' ? issue.bound.windows.map((window) => windowState(window, zone, now)) : [];
      return [issue.until, ...states.flatMap(({ opensAt, closesAt }) => [opensAt, closesAt])];
    })
    .filter((at) => at !== undefined)
    .filter((at) => at > now);
}

const isInForce = ({ suppresses, until }: KnownIssue, now: Millis): boolean =>
  suppresses && (until === undefined || until > now);

function namesService(issue: KnownIssue, name: string, classes: IssueInput['classes']): boolean {
  const wanted = name.toLowerCase();
  return (
    issue.services.some((one) => one.toLowerCase() === wanted) ||
    (classes.get(name) ?? []).some((one) => issue.classes.includes(one))
  );
}

/** Until when it is expected, or undefined when it is not; infinite for a window without end. */
function expectedUntil({ bound }: KnownIssue, finding: Expectable, input: IssueInput): Millis | undefined {
  const { now, world } = input;
  const zone = input.revision.cluster.timezone;
  if (bound.type === 'windows') {
    const until = openUntil(bound.windows, zone, now);
    const told = toldAt(finding, input.incidents);
    if (until === undefined || (told !== undefined && openUntil(bound.windows, zone, told) === undefined))
      return undefined;
    return until;
  }
  if (bound.type === 'none') return undefined;
  if (bound.from === 'onset') return later(finding.since + bound.lasts, now);
  // A slow start: over as soon as one of the pods is too old to be starting.
  const pods =
    finding.pods.length > 0
      ? finding.pods.map((ref) => world.pod(ref.namespace ?? '', ref.name))
      : world.podsOf(finding.subject);
  const births = pods.map((pod) => pod?.started ?? pod?.created);
  if (births.length === 0 || births.includes(undefined)) return undefined;
  return later(Math.min(...births.flatMap((at) => at ?? [])) + bound.lasts, now);
}

const later = (at: Millis, now: Millis): Millis | undefined => (at > now ? at : undefined);

/** So many windows that follow one another without a gap are looked through; nobody writes more. */
const longestChain = 50;

/** When the last of the windows that are open now, or that follow without a gap, closes. */
function openUntil(windows: readonly Window[], zone: string, now: Millis): Millis | undefined {
  let until: Millis | undefined;
  for (let chain = 0; chain < longestChain && until !== Number.POSITIVE_INFINITY; chain++) {
    const at = until ?? now;
    const open = windows.map((window) => windowState(window, zone, at)).filter((state) => state.open);
    if (open.length === 0) break;
    until = Math.max(...open.map(({ closesAt }) => closesAt ?? Number.POSITIVE_INFINITY));
  }
  return until;
}

/** When people were told of this finding's incident, where it is still theirs. */
function toldAt(finding: Finding, incidents: readonly Incident[]): Millis | undefined {
  const told = toldIncidents(incidents);
  const [by, on] = [told.get(`finding ${finding.id}`), told.get(`object ${refKey(finding.subject)}`)];
  const incident = by && on ? (incidents.indexOf(by) <= incidents.indexOf(on) ? by : on) : (by ?? on);
  return incident && (incident.toldAt ?? incident.settlesAt);
}

const indexes = new WeakMap<readonly Incident[], ReadonlyMap<string, Incident>>();

/** The first incident that people were told of, by its findings and by its object. */
function toldIncidents(incidents: readonly Incident[]): ReadonlyMap<string, Incident> {
  const known = indexes.get(incidents);
  if (known) return known;
  const made = new Map<string, Incident>();
  for (const incident of incidents) {
    const { told, state, findings, subject } = incident;
    if (!told || (state !== 'open' && state !== 'recovering')) continue;
    for (const key of [`object ${refKey(subject)}`, ...findings.map((id) => `finding ${id}`)])
      if (!made.has(key)) made.set(key, incident);
  }
  indexes.set(incidents, made);
  return made;
}
