import * as z from 'zod';
import type { Ref } from '../cluster/objects.ts';
import { sourceNames } from '../cluster/snapshot.ts';
import { causeIds, checkIds } from '../config/checks.ts';
import { priorities, severities } from '../config/revision.ts';
import type { CycleResult } from '../cycle.ts';
import type { Millis } from '../lib/clock.ts';
import { toRfc3339 } from '../lib/duration.ts';
import { deliveryKinds } from '../notify/delivery.ts';
import type { Incident, JudgedFinding } from '../triage/incident.ts';

const moment = z.string().describe('RFC 3339, UTC');
const subject = z.object({
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string().optional().describe('absent only where the object has none, as fixtures do'),
});
type Subject = z.infer<typeof subject>;
const evidence = z.object({ id: z.string(), text: z.string(), object: subject.optional(), at: moment.optional() });

/** What `cycle --output json` prints. `docs/schemas/cycle.json` is generated from it. */
export const cycleDocument = z.object({
  revision: z.string().describe('content hash of the configuration that decided'),
  at: moment,
  cluster: z.object({ id: z.string(), name: z.string(), version: z.string().optional() }),
  coverage: z.array(
    z.object({
      source: z.enum(sourceNames),
      state: z.enum(['complete', 'partial', 'denied', 'absent']),
      count: z.number(),
      reason: z.string().optional(),
    }),
  ),
  services: z.array(
    z.object({
      name: z.string(),
      priority: z.enum(priorities),
      state: z.enum(['healthy', 'degraded', 'down', 'absent', 'unknown']),
      since: moment,
      because: z.string(),
    }),
  ),
  findings: z.array(
    z.object({
      id: z.string(),
      check: z.enum(checkIds),
      cause: z.enum(causeIds).optional(),
      subject,
      since: moment,
      evidence: z.array(evidence),
      says: z.string().describe('one sentence a tired person understands at 3 AM'),
      next: z.string().describe('the command to run next'),
      pending: z.object({ until: moment, because: z.string() }).optional(),
      ignored: z.object({ because: z.string(), file: z.string(), line: z.number() }).optional(),
    }),
  ),
  incidents: z.array(
    z.object({
      id: z.string(),
      severity: z.enum(severities),
      because: z.string().describe('the clause that decided'),
      subject,
      family: z.string(),
      cause: z.enum(causeIds).optional(),
      state: z.enum(['settling', 'open', 'recovering', 'resolved', 'absorbed']),
      silenced: z.string().optional().describe('the edit that took it out of sight while it was there'),
      since: moment,
      services: z.array(z.string()),
      findings: z.array(z.string()),
      victims: z.array(subject),
      changes: z.array(z.object({ subject, at: moment, says: z.string(), score: z.number(), because: z.string() })),
      candidates: z.array(z.object({ subject, because: z.string() })),
      says: z.string(),
      next: z.string(),
    }),
  ),
  suppressed: z.array(
    z.object({
      findings: z.array(z.string()),
      subject,
      by: z.object({
        kind: z.enum(['known-issue', 'mute', 'ignore']),
        name: z.string(),
        file: z.string().optional(),
        line: z.number().optional(),
      }),
      until: moment.optional(),
      services: z.array(z.string()),
      says: z.string(),
    }),
  ),
  deliveries: z.array(
    z.object({
      key: z.string(),
      incident: z.string().optional(),
      kind: z.enum(deliveryKinds),
      channel: z.string(),
      severity: z.enum(severities).optional(),
      because: z.string(),
      title: z.string(),
      notBefore: moment,
    }),
  ),
});

export type CycleDocument = z.infer<typeof cycleDocument>;

/** A cycle as the document of the contract. Pending and ignored findings and incidents that are over only with `all`. */
export function toCycleDocument(result: CycleResult, options: { all: boolean }): CycleDocument {
  return {
    revision: result.revision.id,
    at: toRfc3339(result.now),
    cluster: result.snapshot.cluster,
    coverage: result.snapshot.coverage.map(({ source, state, count, reason }) => ({
      source,
      state,
      count,
      ...given('reason', reason),
    })),
    services: result.services.map(({ name, priority, state, since, because }) => ({
      name,
      priority,
      state,
      since: toRfc3339(since),
      because,
    })),
    findings: result.findings.filter((finding) => options.all || isTold(finding)).map(toFinding),
    incidents: result.incidents.filter(({ state }) => options.all || !isOver(state)).map(toIncident),
    suppressed: result.suppressed.map(({ by, until, ...rest }) => ({
      findings: rest.findings,
      subject: toSubject(rest.subject),
      by: { kind: by.kind, name: by.name, ...(by.at ? { file: by.at.file, line: by.at.line } : {}) },
      ...at('until', until),
      services: rest.services,
      says: rest.says,
    })),
    deliveries: result.deliveries.map(({ key, incident, kind, channel, severity, because, title, notBefore }) => ({
      key,
      kind,
      channel,
      because,
      title,
      notBefore: toRfc3339(notBefore),
      ...given('incident', incident),
      ...given('severity', severity),
    })),
  };
}

/** Neither pending nor ignored: what people would be told. */
export const isTold = (finding: JudgedFinding): boolean => !finding.pending && !finding.ignored;

export const isOver = (state: Incident['state']): boolean => state === 'resolved' || state === 'absorbed';

function toFinding(finding: JudgedFinding): CycleDocument['findings'][number] {
  const { id, check, cause, since, says, next, pending, ignored } = finding;
  return {
    id,
    check,
    ...given('cause', cause),
    subject: toSubject(finding.subject),
    since: toRfc3339(since),
    evidence: finding.evidence.map(toEvidence),
    says,
    next,
    ...(pending ? { pending: { until: toRfc3339(pending.until), because: pending.because } } : {}),
    ...(ignored ? { ignored: { because: ignored.because, file: ignored.at.file, line: ignored.at.line } } : {}),
  };
}

function toIncident(incident: Incident): CycleDocument['incidents'][number] {
  const { id, severity, because, family, cause, state, since, services, findings, says, next } = incident;
  return {
    id,
    severity,
    because,
    subject: toSubject(incident.subject),
    family,
    ...given('cause', cause),
    state,
    ...given('silenced', incident.silenced?.says),
    since: toRfc3339(since),
    services,
    findings,
    victims: incident.victims.map(toSubject),
    changes: incident.changes.map((change) => ({
      subject: toSubject(change.subject),
      at: toRfc3339(change.at),
      says: change.says,
      score: change.score,
      because: change.because,
    })),
    candidates: incident.candidates.map((candidate) => ({
      subject: toSubject(candidate.subject),
      because: candidate.because,
    })),
    says,
    next,
  };
}

const toSubject = ({ kind, namespace, name }: Ref): Subject => ({
  kind,
  ...given('namespace', namespace),
  ...given('name', name || undefined),
});

function toEvidence({
  id,
  text,
  object,
  at: moment,
}: JudgedFinding['evidence'][number]): CycleDocument['findings'][number]['evidence'][number] {
  return { id, text, ...(object ? { object: toSubject(object) } : {}), ...at('at', moment) };
}

const given = <Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
const at = <Key extends string>(key: Key, value: Millis | undefined): { [K in Key]?: string } =>
  given(key, value === undefined ? undefined : toRfc3339(value));
