import * as z from 'zod';
import type { Millis } from '../lib/clock.ts';
import { toIsoDuration, toRfc3339 } from '../lib/duration.ts';
import { checkIds } from './checks.ts';
import {
  type Bound,
  type Clause,
  type KnownIssue,
  priorities,
  type Revision,
  type Severity,
  severities,
  type Timing,
} from './revision.ts';

const duration = z.string().describe('ISO 8601');
const line = z.number().describe('line in `file`, from 1');

/** A problem wherever a document has one. */
export const problemDocument = z.object({
  file: z.string(),
  line,
  column: z.number(),
  level: z.enum(['error', 'warning', 'info']),
  code: z.string(),
  message: z.string(),
  cure: z.string(),
});
const window = z.object({ says: z.string() });

const bound = z.discriminatedUnion('type', [
  z.object({ type: z.literal('windows'), windows: z.array(window) }),
  z.object({ type: z.literal('grace'), lasts: duration, from: z.enum(['onset', 'pod-start']) }),
  z.object({ type: z.literal('none') }),
]);
const timing = z.discriminatedUnion('when', [
  z.object({ when: z.literal('immediate') }),
  z.object({ when: z.literal('after'), delay: duration }),
  z.object({ when: z.literal('hours'), windows: z.array(window) }),
  z.object({ when: z.literal('digest') }),
]);

/** What `config explain --output json` prints. `docs/schemas/explain.json` is generated from it. */
export const explainDocument = z.object({
  revision: z.string().describe('content hash of the configuration'),
  cluster: z.object({
    name: z.string().optional(),
    type: z.string().optional(),
    environment: z.string().optional(),
    timezone: z.string(),
    frequency: duration,
  }),
  defaultPriority: z.enum(priorities),
  services: z.array(
    z.object({
      name: z.string(),
      priority: z.enum(priorities),
      maxDowntime: duration.optional(),
      namespace: z.string().optional(),
      workload: z.string().optional(),
      cap: z.enum(severities).optional(),
      optional: z.boolean(),
      dependsOn: z.array(z.string()),
      aliases: z.array(z.string()),
      file: z.string(),
      line,
      matches: z.array(z.string()).describe('the workloads it stands for; empty without a cluster'),
      by: z.string().optional().describe('the rule of the language that found them; absent without a cluster'),
    }),
  ),
  knownIssues: z.array(
    z.object({
      title: z.string(),
      services: z.array(z.string()),
      classes: z.array(z.string()),
      kinds: z.array(z.enum(checkIds)),
      exceptions: z.array(z.enum(checkIds)),
      bound,
      until: z.string().optional().describe('RFC 3339'),
      next: z
        .array(z.object({ opens: z.string(), closes: z.string() }))
        .optional()
        .describe('its next windows, RFC 3339; absent where it has none'),
      file: z.string(),
      line,
    }),
  ),
  severities: z.array(
    z.object({
      severity: z.enum(severities),
      rule: z.string(),
      example: z
        .union([
          z.object({ fires: z.string(), misses: z.string(), instead: z.string() }),
          z.object({ never: z.string() }),
        ])
        .optional()
        .describe('a case in which it holds and one in which it just does not, or why it never does'),
      file: z.string(),
      line,
    }),
  ),
  escalation: z.array(
    z.object({
      severity: z.enum(severities),
      channels: z.array(z.string()),
      who: z.array(z.string()),
      timing,
      mention: z.string().optional(),
      followUp: duration.optional(),
      settle: duration.optional(),
      escalate: z.object({ channel: z.string(), after: duration }).optional(),
      file: z.string(),
      line,
    }),
  ),
  thresholds: z.array(z.object({ name: z.string(), value: z.string(), file: z.string(), line })),
  ignores: z.array(
    z.object({
      what: z.enum(['namespace', 'kind', 'check', 'reason']),
      name: z.string(),
      when: z.enum(['running', 'not-running']).optional(),
      file: z.string(),
      line,
    }),
  ),
  checks: z.array(
    z.object({
      name: z.string(),
      kinds: z.array(z.string()),
      namespace: z.string().optional(),
      allNamespaces: z.boolean(),
      selector: z.string().optional(),
      filter: z.string(),
      severity: z.enum(severities),
      file: z.string(),
      line,
    }),
  ),
  healthChecks: z.array(
    z.object({
      service: z.string(),
      protocol: z.enum(['http', 'https', 'tcp']),
      path: z.string().optional(),
      port: z.number().optional(),
      host: z.string().optional(),
      file: z.string(),
      line,
    }),
  ),
  templates: z.array(z.object({ name: z.enum(['full', 'brief', 'resolved', 'digest']), file: z.string(), line })),
  emoji: z.partialRecord(z.enum(severities), z.string()),
  briefUpdateEvery: duration.optional(),
  fullRepeatEvery: duration.optional(),
  github: z.object({
    timeToCheck: duration,
    repositories: z.array(z.string()),
    manifests: z.array(z.string()),
    syncDelay: duration,
  }),
  contacts: z.array(z.object({ label: z.string(), value: z.string(), file: z.string(), line })),
  agents: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      model: z.string(),
      tools: z.array(z.string()).optional(),
      when: z.enum(['always', 'on-change', 'on-incident']),
      file: z.string(),
      line,
    }),
  ),
  lines: z.array(
    z.object({
      file: z.string(),
      line,
      verdict: z.enum(['understood', 'context', 'problem', 'aside']),
      says: z.string().optional(),
    }),
  ),
  problems: z.array(problemDocument),
});

export type ExplainDocument = z.infer<typeof explainDocument>;

/** What the configuration alone does not say: of the cluster, the clock and the rules of triage. */
export type Beyond = {
  by?: (service: string) => string | undefined;
  next?: (issue: KnownIssue) => readonly { opensAt: Millis; closesAt: Millis }[];
  example?: (group: readonly Clause[], severity: Severity) => ExplainDocument['severities'][number]['example'];
};

/** A revision as the document of `config explain`, in full also where there are errors. `matches` knows the cluster, where there is one. */
export function explainRevision(
  revision: Revision,
  matches: (service: string) => string[] = () => [],
  { by, next, example }: Beyond = {},
): ExplainDocument {
  return {
    revision: revision.id,
    cluster: { ...revision.cluster, frequency: toIsoDuration(revision.cluster.frequency) },
    defaultPriority: revision.defaultPriority,
    services: revision.services.map(
      ({ name, priority, maxDowntime, namespace, workload, cap, optional, dependsOn, aliases, at }) => ({
        name,
        priority,
        ...lengthOf('maxDowntime', maxDowntime),
        ...given('namespace', namespace),
        ...given(
          'workload',
          workload && (workload.kind === undefined ? workload.name : `${workload.kind}/${workload.name}`),
        ),
        ...given('cap', cap),
        optional,
        dependsOn,
        aliases,
        ...placeOf(at),
        matches: matches(name),
        ...given('by', by?.(name)),
      }),
    ),
    knownIssues: revision.knownIssues.map((issue) => {
      const { title, services, classes, kinds, exceptions, bound: written, until, at } = issue;
      const openings = next?.(issue) ?? [];
      return {
        title,
        services,
        classes,
        kinds,
        exceptions,
        bound: toBound(written),
        ...given('until', until === undefined ? undefined : toRfc3339(until)),
        ...given('next', openings.length > 0 ? openings.map(toOpening) : undefined),
        ...placeOf(at),
      };
    }),
    severities: revision.severityRules.flatMap(({ severity, anyOf }) =>
      anyOf.map((group) => ({
        severity,
        rule: group.map(({ text }) => text).join(' and '),
        ...given('example', example?.(group, severity)),
        ...placeOf(group[0]?.at ?? { file: '', line: 1 }),
      })),
    ),
    escalation: revision.escalation.map(
      ({ severity, channels, who, timing: written, mention, followUp, settle, escalate, at }) => ({
        severity,
        channels,
        who,
        timing: toTiming(written),
        ...given('mention', mention),
        ...lengthOf('followUp', followUp),
        ...lengthOf('settle', settle),
        ...given('escalate', escalate && { channel: escalate.channel, after: toIsoDuration(escalate.after) }),
        ...placeOf(at),
      }),
    ),
    thresholds: revision.thresholdLines.map(placed),
    ignores: revision.ignores.map(placed),
    checks: revision.customChecks.map(placed),
    healthChecks: revision.healthChecks.map(placed),
    templates: revision.templates.map(({ name, at }) => ({ name, ...placeOf(at) })),
    emoji: revision.emoji,
    ...lengthOf('briefUpdateEvery', revision.briefUpdateEvery),
    ...lengthOf('fullRepeatEvery', revision.fullRepeatEvery),
    github: {
      ...revision.github,
      timeToCheck: toIsoDuration(revision.github.timeToCheck),
      syncDelay: toIsoDuration(revision.github.syncDelay),
    },
    contacts: revision.contacts.map(placed),
    agents: revision.agents.map(({ name, description, model, tools, when, at }) => ({
      name,
      description,
      model,
      ...given('tools', tools),
      when,
      ...placeOf(at),
    })),
    lines: revision.lines,
    problems: revision.problems,
  };
}

type Place = { file: string; line: number };
const placeOf = ({ file, line: number }: Place): Place => ({ file, line: number });
const placed = <Row extends { at: Place }>({ at, ...row }: Row): Omit<Row, 'at'> & Place => ({
  ...row,
  ...placeOf(at),
});
const given = <Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
const lengthOf = <Key extends string>(key: Key, length: Millis | undefined): { [K in Key]?: string } =>
  given(key, length === undefined ? undefined : toIsoDuration(length));

const toOpening = ({ opensAt, closesAt }: { opensAt: Millis; closesAt: Millis }) => ({
  opens: toRfc3339(opensAt),
  closes: toRfc3339(closesAt),
});

function toBound(written: Bound): ExplainDocument['knownIssues'][number]['bound'] {
  if (written.type === 'windows') return { type: 'windows', windows: written.windows.map(({ says }) => ({ says })) };
  return written.type === 'grace' ? { ...written, lasts: toIsoDuration(written.lasts) } : written;
}

function toTiming(written: Timing): ExplainDocument['escalation'][number]['timing'] {
  if (written.when === 'hours') return { when: 'hours', windows: written.windows.map(({ says }) => ({ says })) };
  return written.when === 'after' ? { when: 'after', delay: toIsoDuration(written.delay) } : written;
}
