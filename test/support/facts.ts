import type { Bound, Clause, ClauseSubject, Revision, Timing, Window } from '../../src/config/revision.ts';
import { formatDuration } from '../../src/lib/duration.ts';

/** What a revision means, as sentences that an operator would write: what `paraphrases.md` expects. */
export function factsOf(revision: Revision): string[] {
  return [
    ...clusterFacts(revision),
    ...serviceFacts(revision),
    ...issueFacts(revision),
    ...severityFacts(revision),
    ...analyzerFacts(revision),
    ...agentFacts(revision),
  ];
}

function clusterFacts({ cluster, defaultPriority }: Revision): string[] {
  return [
    `cluster is named ${cluster.name}`,
    `cluster has zone ${cluster.timezone}`,
    `cluster is checked every ${formatDuration(cluster.frequency)}`,
    `unlisted namespaces are ${defaultPriority}`,
  ];
}

function serviceFacts({ services }: Revision): string[] {
  return services.flatMap((service) => {
    const { workload } = service;
    const says: (string | undefined)[] = [
      `is ${service.priority}`,
      service.namespace && `is in namespace ${service.namespace}`,
      workload && `has workload ${workload.kind === undefined ? '' : `${workload.kind}/`}${workload.name}`,
      service.maxDowntime === undefined ? undefined : `may be down ${formatDuration(service.maxDowntime)}`,
      `depends on ${service.dependsOn.join(', ') || 'nothing'}`,
      service.aliases.length === 0 ? undefined : `is also called ${service.aliases.join(', ')}`,
      service.optional ? 'is optional' : undefined,
      service.repository && `has repository ${service.repository}`,
      service.runbook && `has runbook ${service.runbook}`,
    ];
    return says.filter((each) => each !== undefined).map((each) => `service ${service.name} ${each}`);
  });
}

function issueFacts({ knownIssues, cluster }: Revision): string[] {
  const mutes = knownIssues.flatMap(({ services, classes }) => [
    ...(services.length > 0 ? [`mutes ${services.join(', ')}`] : []),
    ...classes.map((each) => `mutes the class ${each}`),
  ]);
  return [
    ...(mutes.length === 0 ? ['no known issue mutes', 'no known issue mutes a service'] : []),
    ...mutes.map((each) => `a known issue ${each}`),
    ...knownIssues.flatMap(({ bound, exceptions, kinds, until }) =>
      [
        ...boundFacts(bound, cluster.timezone),
        ...(exceptions.length > 0 ? [`still tells ${exceptions.join(', ')}`] : []),
        `covers ${kinds.join(', ')}`,
        ...(until === undefined ? [] : [`ends ${dayBefore(until, cluster.timezone)}`]),
      ].map((each) => `a known issue ${each}`),
    ),
  ];
}

/** `Until: 2026-03-01` counts to the end of that day. */
const dayBefore = (until: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(until - 1)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();

function boundFacts(bound: Bound, zone: string): string[] {
  if (bound.type === 'none') return ['has no bound'];
  if (bound.type === 'grace') return [`bears ${formatDuration(bound.lasts)}`];
  return bound.windows.map((window) => `holds ${sayWindow(window, zone)}`);
}

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const sayClock = (minutes: number): string => {
  const left = minutes > 1440 ? minutes - 1440 : minutes;
  return `${String(Math.floor(left / 60)).padStart(2, '0')}:${String(left % 60).padStart(2, '0')}`;
};

/** A window in few words, from its data and not from what it says of itself. */
export function sayWindow(window: Window, zone: string): string {
  const suffix = window.zone === undefined || window.zone === zone ? '' : ` ${window.zone}`;
  if (window.repeats === 'cron') return `cron ${window.cron} for ${formatDuration(window.lasts)}${suffix}`;
  if (window.repeats === 'once') {
    const inUtc = window.says.includes('UTC');
    const moment = (at: number): string =>
      Temporal.Instant.fromEpochMilliseconds(at)
        .toZonedDateTimeISO(inUtc ? 'UTC' : zone)
        .toPlainDateTime()
        .toString()
        .slice(0, 16)
        .replace('T', ' ');
    return `${moment(window.from)} to ${moment(window.to)}${inUtc ? ' UTC' : ''}`;
  }
  const hours = `${sayClock(window.start)}-${sayClock(window.end)}${suffix}`;
  if (window.repeats === 'monthday') return `day ${window.dates.join(', ')} of the month ${hours}`;
  if (window.repeats === 'monthly') {
    const nth = ['', 'first', 'second', 'third', 'fourth', 'fifth'][window.nth] ?? 'last';
    return `${nth} ${dayNames[window.day - 1]} of the month ${hours}`;
  }
  return `${window.days.length === 7 ? 'every day' : window.days.map((day) => dayNames[day - 1]).join(', ')} ${hours}`;
}

function severityFacts({ severityRules, escalation, cluster }: Revision): string[] {
  return [
    ...severityRules.flatMap(({ severity, anyOf }) =>
      anyOf.map((group) => `${severity} when ${group.map(sayClause).join(' and ')}`),
    ),
    ...escalation.flatMap(({ severity, channels, timing, mention, followUp, escalate }) =>
      [
        channels.length === 0 ? 'sends nothing' : `goes to ${channels.join(', ')}`,
        `is told ${sayTiming(timing, cluster.timezone)}`,
        mention && `mentions ${mention}`,
        followUp === undefined ? undefined : `follows up every ${formatDuration(followUp)}`,
        escalate && `escalates to ${escalate.channel} after ${formatDuration(escalate.after)}`,
      ]
        .filter((each) => each !== undefined)
        .map((each) => `${severity} ${each}`),
    ),
  ];
}

function sayTiming(timing: Timing, zone: string): string {
  if (timing.when === 'immediate') return 'at once';
  if (timing.when === 'digest') return 'in the daily digest';
  if (timing.when === 'after') return `within ${formatDuration(timing.delay)}`;
  return timing.windows.map((window) => sayWindow(window, zone)).join('; ');
}

function sayClause(clause: Clause): string {
  const { quantifier, subject, state } = clause;
  const who = sayQuantified(quantifier, subject);
  const what = state === 'max-downtime-exceeded' ? 'past its max downtime' : state;
  return `${who} ${what}${clause.for === undefined ? '' : ` for ${formatDuration(clause.for)}`}`;
}

function sayQuantified(quantifier: Clause['quantifier'], subject: ClauseSubject): string {
  const named = subject.of === 'named' && subject.names.length > 1 ? 'of ' : '';
  const count = quantifier === 1 ? 'any' : quantifier === 'all' ? 'all' : `${quantifier}+`;
  return `${count} ${named}${saySubject(subject)}`;
}

function saySubject(subject: ClauseSubject): string {
  if (subject.of === 'services') return subject.priorities.join('/');
  if (subject.of === 'named') return subject.names.join(', ');
  if (subject.of === 'class') return subject.classes.join() === 'ingress' ? 'ingress-controller' : 'data-layer';
  return subject.of === 'nodes' ? 'node' : subject.of;
}

function analyzerFacts({ thresholds, ignores, customChecks }: Revision): string[] {
  const share = (value: number): string => `${Math.round(value * 100)}%`;
  return [
    `threshold memory is ${share(thresholds.memoryUsage)}`,
    `threshold cpu is ${share(thresholds.cpuUsage)}`,
    `threshold restarts is ${thresholds.restarts} in 1h`,
    `threshold pending is ${formatDuration(thresholds.pending)}`,
    `threshold startup is ${formatDuration(thresholds.startup)}`,
    `threshold certificate is ${thresholds.certificateDays.warning}d`,
    ...ignores.map(
      ({ what, name, when }) =>
        `ignores ${what === 'reason' ? 'event' : what} ${name}${when === undefined ? '' : ` while ${when}`}`,
    ),
    ...customChecks.flatMap(({ name, kinds, namespace, selector, severity }) => [
      `check ${name} lists ${kinds.join(', ')}`,
      `check ${name} is in ${namespace === undefined ? 'all namespaces' : `namespace ${namespace}`}`,
      ...(selector === undefined ? [] : [`check ${name} selects ${selector}`]),
      `check ${name} is ${severity}`,
    ]),
  ];
}

function agentFacts({ agents, github, emoji, templates }: Revision): string[] {
  return [
    ...agents.flatMap(({ name, model, tools }) => [
      `agent ${name} uses ${model}`,
      `agent ${name} has tools ${tools?.join(', ') ?? 'all'}`,
    ]),
    `github looks back ${formatDuration(github.timeToCheck)}`,
    `github waits ${formatDuration(github.syncDelay)} for a sync`,
    ...github.repositories.map((each) => `github reads ${each}`),
    ...github.manifests.map((each) => `github manifests are ${each}`),
    ...Object.entries(emoji).map(([severity, shown]) => `emoji ${severity} is ${shown}`),
    ...templates.map(({ name }) => `the ${name} message has a template`),
  ];
}
