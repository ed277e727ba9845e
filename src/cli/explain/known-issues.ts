import { type CheckId, checkIds } from '../../config/checks.ts';
import { nextWindows, windowState } from '../../config/grammar/windows.ts';
import type { KnownIssue, ServiceEntry } from '../../config/revision.ts';
import type { Millis } from '../../lib/clock.ts';
import { formatDuration, formatMoment } from '../../lib/duration.ts';
import { listWords } from '../../lib/text.ts';
import { classWords } from '../../triage/service-classes.ts';
import { labelled, sayPlace, type View } from './view.ts';

export type Opening = { opensAt: Millis; closesAt: Millis };

/** The next openings of all windows of an issue, the one that is open included; none after its `Until`. */
export function nextOpenings({ bound, until }: KnownIssue, zone: string, now: Millis, count: number): Opening[] {
  if (bound.type !== 'windows') return [];
  const ends = until ?? Number.POSITIVE_INFINITY;
  return bound.windows
    .flatMap((window) => nextWindows(window, zone, now, count))
    .filter(({ opensAt }) => opensAt < ends)
    .map(({ opensAt, closesAt }) => ({ opensAt, closesAt: Math.min(closesAt, ends) }))
    .sort((a, b) => a.opensAt - b.opensAt || a.closesAt - b.closesAt)
    .slice(0, count);
}

/** Per known issue what it mutes, when, and what it does not mute. */
export function explainKnownIssues(view: View): string[] {
  return view.revision.knownIssues.flatMap((issue) => [...explainIssue(issue, view), '']).slice(0, -1);
}

function explainIssue(issue: KnownIssue, view: View): string[] {
  const { revision, now, paint } = view;
  const covered = coveredBy(issue, view);
  const zone = revision.cluster.timezone;
  const line = (label: string, text: string | undefined): string[] =>
    text === undefined ? [] : labelled(label, text, view);
  const kinds = issue.kinds.filter((kind) => !issue.exceptions.includes(kind));
  const whom = sayWhom(issue, covered, view);
  const openings = nextOpenings(issue, zone, now, 3).map((opening) => sayOpening(opening, zone));
  const [first, ...more] = openings;
  return [
    `  ${paint.bold(issue.title)}  ${paint.dim(sayPlace(issue.at))}`,
    ...line(
      issue.bound.type === 'none' ? 'lowers' : 'mutes',
      whom === undefined ? 'nothing: no service resolved' : `${kinds.join(', ')} of ${whom}`,
    ),
    ...line('when', sayWhen(issue, zone, now)),
    ...line('next', first),
    ...more.flatMap((each) => labelled('', each, view)),
    ...line('until', issue.until === undefined ? undefined : sayUntil(issue.until, zone, now)),
    ...line('not', sayNot(issue, kinds, covered, view)),
    ...line('why', issue.why),
    ...line('owner', issue.owner),
  ];
}

function coveredBy(issue: KnownIssue, { revision, cluster }: View): ServiceEntry[] {
  const named = new Set(issue.services.map((name) => name.toLowerCase()));
  return revision.services.filter(
    ({ name }) =>
      named.has(name.toLowerCase()) || (cluster?.classes.get(name) ?? []).some((each) => issue.classes.includes(each)),
  );
}

function sayWhom(issue: KnownIssue, covered: readonly ServiceEntry[], { cluster }: View): string | undefined {
  const names = covered.map(({ name, priority }) => `${name} (${priority})`);
  if (issue.classes.length === 0) return names.length > 0 ? listWords(names, 8) : undefined;
  const group = `every service that runs ${issue.classes.map((each) => classWords[each]).join(' or ')}`;
  if (!cluster) return group;
  return `${group}: ${listWords(names, 8) || 'none in this cluster'}`;
}

function sayWhen({ bound }: KnownIssue, zone: string, now: Millis): string {
  if (bound.type === 'none')
    return 'without a bound, so it silences nothing: to SEV-4, in the daily digest while it lasts';
  if (bound.type === 'grace')
    return bound.from === 'onset'
      ? `for ${formatDuration(bound.lasts)} from the onset of each occurrence`
      : `while the pod is younger than ${formatDuration(bound.lasts)}`;
  const open = bound.windows.map((window) => windowState(window, zone, now)).some((state) => state.open);
  const says = bound.windows.map((window) => window.says).join('; ');
  return `${says}${open ? ' (open now)' : ''}`;
}

const sayUntil = (until: Millis, zone: string, now: Millis): string =>
  `${formatMoment(until, zone)}${until <= now ? ', which is over: it mutes nothing any more' : ''}`;

/** What people wonder about at night: other kinds, other services on it, those that depend on it. */
function sayNot(issue: KnownIssue, kinds: readonly CheckId[], covered: readonly ServiceEntry[], view: View): string {
  const names = new Set(covered.map(({ name }) => name));
  const hurt = view.revision.services.filter(
    ({ name, priority, dependsOn }) =>
      !names.has(name) && (priority === 'P0' || priority === 'P1') && dependsOn.some((each) => names.has(each)),
  );
  const others = checkIds.filter((id) => id !== 'custom' && !kinds.includes(id));
  const parts = [
    `${issue.exceptions.length > 0 ? `${listWords(issue.exceptions)} (as it says), ` : ''}${listWords(
      others.filter((id) => !issue.exceptions.includes(id)),
      5,
    )}`,
    hurt.length > 0
      ? `${listWords(hurt.map(({ name, priority }) => `${priority} ${name}`))} that fail${hurt.length === 1 ? 's' : ''} with it`
      : undefined,
    issue.bound.type === 'windows' ? 'what was told before a window opened' : undefined,
    issue.bound.type === 'none' ? undefined : 'what outlives it',
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}

/** `Sun 2026-11-29 02:00-03:00 Europe/Berlin (01:00-02:00 UTC)`. */
export function sayOpening({ opensAt, closesAt }: Opening, zone: string): string {
  const [local, utc] = [zone, 'UTC'].map((each) => spanOf(opensAt, closesAt, each));
  if (zone === 'UTC') return `${local?.day} ${local?.says} UTC`;
  return `${local?.day} ${local?.says} ${zone} (${utc?.date === local?.date ? '' : `${utc?.day} `}${utc?.says} UTC)`;
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function spanOf(from: Millis, to: Millis, zone: string): { day: string; date: string; says: string } {
  const [start, end] = [from, to].map((at) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone));
  const date = start?.toPlainDate().toString() ?? '';
  const clock = (at: Temporal.ZonedDateTime | undefined): string =>
    at?.toPlainTime().toString({ smallestUnit: 'minute' }) ?? '';
  const last = end?.toPlainDate().toString() ?? '';
  const day = `${weekdays[(start?.dayOfWeek ?? 1) - 1]} ${date}`;
  return {
    day,
    date,
    says: last === date ? `${clock(start)}-${clock(end)}` : `${clock(start)} to ${last} ${clock(end)}`,
  };
}
