import { hashOf } from '../lib/hash.ts';
import type { Incident } from '../triage/incident.ts';
import type { Delivery, DeliveryKind } from './delivery.ts';
import { messageContext } from './message-context.ts';
import type { Decided, PlanInput } from './plan-input.ts';
import { deadlineOf } from './retry.ts';
import { renderMessage, type TemplateFault } from './templates.ts';

/** The message that a rule decided, rendered. */
export function makeDelivery(
  { rule, situation, channel, because }: Decided,
  input: PlanInput,
): { delivery: Delivery; faults: TemplateFault[] } {
  const { incident, revision, now, escalation, edits, told } = situation;
  const context = messageContext(incident, { revision, now, cycle: input.cycle, because });
  const { title, text, faults } = renderMessage(rule.kind, context, revision);
  // A later message stays in the thread; the root shows how things stand.
  const root = edits && told && !told.shared ? renderMessage('edit', context, revision) : undefined;
  const mention = rule.mentions && escalation?.mention ? { mention: escalation.mention } : {};
  const delivery: Delivery = {
    key: keyOf(incident.id, rule.kind, rule.step(situation), channel),
    incident: incident.id,
    kind: rule.kind,
    channel,
    severity: incident.severity,
    because,
    title,
    text,
    ...mention,
    ...(root ? { root: { title: root.title, text: root.text } } : {}),
    revision: revision.id,
    cycle: input.cycle,
    evidenceHash: evidenceHashOf(incident),
    plannedAt: now,
    notBefore: now,
    deadline: deadlineOf(incident.severity, now),
  };
  return { delivery, faults };
}

/** The same decision made twice has the same key. */
export function keyOf(incident: string, kind: DeliveryKind, step: string, channel: string): string {
  return `${incident}/${kind}/${step}/${channel}`;
}

/** What a message rested on: another cause or other evidence gives another hash. */
export function evidenceHashOf(incident: Incident): string {
  return hashOf([
    incident.check,
    incident.cause ?? '',
    ...incident.findings,
    ...incident.evidence.map(({ text }) => text),
  ]);
}
