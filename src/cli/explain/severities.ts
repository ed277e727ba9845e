import { type Clause, type ClauseSubject, severities, type Timing } from '../../config/revision.ts';
import { formatDuration } from '../../lib/duration.ts';
import { listWords } from '../../lib/text.ts';
import { classWords } from '../../triage/service-classes.ts';
import { exampleOf } from '../../triage/severity-examples.ts';
import { labelled, sayPlace, type View } from './view.ts';

/** Per severity its rule as logic with an example on each side of it, and whom it is told. */
export function explainSeverities(view: View): string[] {
  const { revision, paint } = view;
  const lines = severities.flatMap((severity) => {
    const rules = revision.severityRules.filter((rule) => rule.severity === severity);
    const groups = rules.flatMap(({ anyOf }) => anyOf);
    return [
      `  ${paint.bold(severity)}  ${sayPolicy(severity, view)}`,
      ...(groups.length === 0 ? labelled('when', 'nothing is written: only what no rule decides, as below', view) : []),
      ...groups.flatMap((group, index) => explainGroup(group, index, severity, view)),
      '',
    ];
  });
  return [
    ...lines,
    '  Where no rule decides: P0 down SEV-1, degraded SEV-2; P1 down SEV-2, degraded SEV-3; P2 down SEV-3, degraded SEV-4;',
    '  P3 and what is not listed SEV-4; a P0 or P1 that cannot be seen SEV-2; warnings SEV-4.',
  ];
}

function explainGroup(
  group: readonly Clause[],
  index: number,
  severity: (typeof severities)[number],
  view: View,
): string[] {
  const { revision, cluster, paint } = view;
  const says = `${group.map(sayClause).join(' AND ')}  ${paint.dim(sayPlace(group[0]?.at ?? { file: '', line: 0 }))}`;
  const example = exampleOf(group, severity, {
    revision,
    ...(cluster && { classes: cluster.classes, nodes: cluster.world.snapshot.nodes.map(({ name }) => name) }),
  });
  if ('never' in example)
    return [
      ...labelled(index === 0 ? 'when' : 'or', says, view),
      ...labelled('', paint.dim(`never: ${example.never}`), view),
    ];
  return [
    ...labelled(index === 0 ? 'when' : 'or', says, view),
    ...labelled('', `${paint.bad('fires')}  ${example.fires}`, view),
    ...labelled(
      '',
      `${paint.good('not')}    ${example.misses}: ${example.instead}${example.instead === severity ? ' all the same' : ''}`,
      view,
    ),
  ];
}

/** A clause as logic: `at least 2 P1 services down for 5m`. */
export function sayClause({ quantifier, subject, state, for: lasts }: Clause): string {
  const isEvery = quantifier === 'all' || (subject.of === 'named' && subject.every);
  const isMany = isEvery || Number(quantifier) > 1;
  const number = isEvery ? 'all' : quantifier === 1 ? 'any' : `at least ${quantifier}`;
  const whom =
    subject.of === 'named' && isEvery ? listWords(subject.names, 8) : `${number} ${sayWhom(subject, isMany)}`;
  if (state === 'outage') return `${whom} down for ${formatDuration(lasts ?? 0)}`;
  if (state === 'max-downtime-exceeded')
    return `${whom} down for longer than its max downtime${lasts ? ` and ${formatDuration(lasts)} more` : ''}`;
  const time = lasts === undefined ? '' : lasts === 0 ? ' at once' : ` for ${formatDuration(lasts)}`;
  return `${whom} ${state.replaceAll('-', ' ')}${time}`;
}

function sayWhom(subject: ClauseSubject, isMany: boolean): string {
  const s = isMany ? 's' : '';
  switch (subject.of) {
    case 'services':
      return `${subject.priorities.join('/')} service${s}`;
    case 'named':
      return `of ${listWords(subject.names, 8)}`;
    case 'class':
      return `service${s} that run${isMany ? '' : 's'} ${subject.classes.map((each) => classWords[each]).join(' or ')}`;
    case 'nodes':
      return `node${s}`;
    case 'control-plane':
      return `part${s} of the control plane`;
    case 'infrastructure':
      return `node${s}, control plane or kube-system workload${s}`;
    case 'any':
      return `listed service${s}`;
  }
}

function sayPolicy(severity: (typeof severities)[number], { revision, paint }: View): string {
  const policy = revision.escalation.find((one) => one.severity === severity);
  if (!policy)
    return paint.dim(`no policy: ${severity === 'SEV-4' ? 'in the daily digest' : 'the fallback channel, at once'}`);
  const { channels, who, timing, mention, followUp, escalate, at } = policy;
  const parts = [
    channels.length === 0
      ? timing.when === 'digest'
        ? 'no message of its own'
        : 'log only'
      : `to ${listWords(channels)}`,
    channels.length === 0 && timing.when !== 'digest' ? undefined : sayTiming(timing),
    who.length > 0 ? `for ${listWords(who)}` : undefined,
    mention === undefined ? undefined : `mentions ${mention}`,
    followUp === undefined ? undefined : `again every ${formatDuration(followUp)}`,
    escalate && `${escalate.channel} after ${formatDuration(escalate.after)} without acknowledgement`,
  ];
  return `${parts.filter((part) => part !== undefined).join(', ')}  ${paint.dim(sayPlace(at))}`;
}

function sayTiming(timing: Timing): string {
  switch (timing.when) {
    case 'immediate':
      return 'at once';
    case 'after':
      return `after ${formatDuration(timing.delay)}`;
    case 'hours':
      return `in ${timing.windows.map(({ says }) => says).join('; ')}`;
    case 'digest':
      return 'in the daily digest';
  }
}
