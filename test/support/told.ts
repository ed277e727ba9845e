import { emptyRevision } from '../../src/config/empty-revision.ts';
import type { Escalation, Revision, Severity } from '../../src/config/revision.ts';
import { type Millis, minute, second } from '../../src/lib/clock.ts';
import type { Delivery, OutboxEntry } from '../../src/notify/delivery.ts';
import { type Plan, type PlanInput, planDeliveries } from '../../src/notify/plan.ts';
import { emptyMemory, type Incident, type IncidentEvent, type Judgement } from '../../src/triage/incident.ts';

/** A Tuesday, 10:00 in UTC. */
export const morning: Millis = Date.parse('2026-11-24T10:00:00Z');

/** An open, told incident of the service `shop`, SEV-2, since 12 minutes. */
export function incidentWith(given: Partial<Incident> = {}): Incident {
  return {
    id: 'i-000001',
    severity: 'SEV-2',
    because: 'P1 shop degraded for 12m (SEV-2: any P1 service degraded)',
    subject: { kind: 'Deployment', namespace: 'shop', name: 'shop' },
    family: 'workload',
    check: 'crash-loop',
    cause: 'exit-code',
    state: 'open',
    since: morning - 12 * minute,
    openedAt: morning - 11 * minute,
    settlesAt: morning - 10 * minute,
    told: true,
    services: ['shop'],
    findings: ['crash-loop/Deployment/shop/shop'],
    victims: [],
    changes: [],
    candidates: [],
    says: 'container app exits with code 1 again and again',
    next: 'kubectl -n shop logs deploy/shop --previous',
    evidence: [{ id: 'e1', text: 'restarted 7 times in 10m' }],
    reopened: [],
    flapping: false,
    reads: ['pods'],
    revision: 'r1',
    ...given,
  };
}

/** A line of the Escalation Policy, told at once in `#incidents`. */
export function line(severity: Severity, given: Partial<Escalation> = {}): Escalation {
  const at = { file: 'CLAUDE.md', line: 1, column: 1 };
  return { severity, channels: ['#incidents'], who: [], timing: { when: 'immediate' }, at, ...given };
}

export function revisionOf(escalation: Escalation[], given: Partial<Revision> = {}): Revision {
  return { ...emptyRevision, id: 'r1', escalation, ...given };
}

export function judgementOf(incidents: Incident[], given: Partial<Omit<Judgement, 'incidents'>> = {}): Judgement {
  const memory = { ...emptyMemory, incidents };
  return { services: [], findings: [], incidents, suppressed: [], events: [], memory, ...given };
}

export function eventOf(type: 'recovering' | 'reopened' | 'not-watched' | 'unhidden', incident: string): IncidentEvent {
  return { type, incident, at: morning, says: `${type} as the cluster shows` };
}

/** A plan over real defaults: Slack set up, ten in the morning, a long known cluster. */
export function planOf(given: Partial<PlanInput> & Pick<PlanInput, 'judgement'>): Plan {
  return planDeliveries({
    revision: revisionOf([line('SEV-1'), line('SEV-2'), line('SEV-3')]),
    past: [],
    now: morning,
    cycle: 'c1',
    channels: { routes: ['console', 'slack'] },
    firstContact: false,
    ...given,
  });
}

/** What became of a delivery: sent when it was planned. */
export function sentEntry(delivery: Delivery): OutboxEntry {
  return {
    ...delivery,
    state: delivery.observed ? 'observed' : 'sent',
    attempts: 1,
    nextAttemptAt: delivery.notBefore,
    sentAt: delivery.plannedAt + second,
  };
}

/** One message with everything a sender needs. */
export function deliveryWith(given: Partial<Delivery> = {}): Delivery {
  return {
    key: 'i-000001/first/1/#incidents',
    incident: 'i-000001',
    kind: 'first',
    channel: '#incidents',
    severity: 'SEV-1',
    because: 'first message: SEV-1',
    title: 'SEV-1 shop: down',
    text: 'Deployment shop/shop has no ready pod',
    revision: 'r1',
    cycle: 'c1',
    evidenceHash: 'abc',
    plannedAt: morning,
    notBefore: morning,
    deadline: morning + 24 * 60 * minute,
    ...given,
  };
}
