import type { Incident, Suppressed } from '../triage/incident.ts';
import type { Withheld } from './delivery.ts';
import type { PlanInput } from './plan-input.ts';
import type { Rule, Situation } from './rules.ts';
import { holdOf } from './timing.ts';

/** What keeps a message that a rule wants from being sent now: a known issue, a mute, the policy's Timing. */
export function whyNot(
  rule: Rule,
  { incident, escalation, now }: Situation,
  { revision, judgement }: PlanInput,
): Omit<Withheld, 'incident' | 'channel'> | undefined {
  const suppressed = findSuppression(incident, judgement.suppressed);
  if (suppressed && !rule.throughMute) {
    const until = suppressed.until === undefined ? {} : { until: suppressed.until };
    const { kind, name } = suppressed.by;
    return { kind: 'suppressed', because: `${kind} "${name}": ${suppressed.says}`, ...until };
  }
  if (incident.muted && !rule.throughMute) {
    const { by, until } = incident.muted;
    const mute = judgement.memory.mutes.find(({ id }) => id === by);
    return { kind: 'muted', because: mute ? `muted by ${mute.by}: ${mute.why}` : `muted (${by})`, until };
  }
  if (rule.always || !escalation) return undefined;
  const hold = holdOf(escalation.timing, { zone: revision.cluster.timezone, now, openedAt: incident.openedAt });
  return hold && { kind: escalation.timing.when === 'digest' ? 'digest' : 'held', ...hold };
}

/** The known issue that covers all an incident rests on; mutes are on the incident itself. */
function findSuppression(incident: Incident, all: readonly Suppressed[]): Suppressed | undefined {
  const others = all.filter(({ by }) => by.kind !== 'mute');
  const hidden = new Set(others.flatMap(({ findings }) => findings));
  if (incident.findings.length === 0 || !incident.findings.every((finding) => hidden.has(finding))) return undefined;
  return others.find(({ findings }) => findings.includes(incident.findings[0] ?? ''));
}
