import { refName } from '../../cluster/world.ts';
import type { TemplateName } from '../../config/revision.ts';
import { minute } from '../../lib/clock.ts';
import { formatMoment } from '../../lib/duration.ts';
import type { DeliveryKind } from '../../notify/delivery.ts';
import { messageContext } from '../../notify/message-context.ts';
import { type DigestContext, renderMessage } from '../../notify/templates.ts';
import type { Incident } from '../../triage/incident.ts';
import { sayPlace, type View } from './view.ts';

const kindOf: Record<TemplateName, DeliveryKind> = {
  full: 'first',
  brief: 'brief',
  resolved: 'resolved',
  digest: 'digest',
};

/** Each template of the Markdown as it looks with an incident that could be, or what is wrong with it. */
export function explainTemplates(view: View): string[] {
  const { revision, paint } = view;
  return revision.templates.flatMap(({ name, at }) => {
    const context = name === 'digest' ? sampleDigest(view) : sampleMessage(view);
    const { title, text, faults } = renderMessage(kindOf[name], context, revision);
    const head = `  ${paint.bold(name)}  ${paint.dim(sayPlace(at))}`;
    const [fault] = faults;
    if (fault) return [head, paint.bad(`    cannot be used, the built-in one is sent: ${fault.message}`), ''];
    return [head, ...[title, ...text.split('\n')].map((line) => `    ${paint.dim('|')} ${line}`.trimEnd()), ''];
  });
}

/** The first listed service, out of memory for five minutes after a rollout. */
function sampleIncident({ revision, cluster, now }: View): Incident {
  const [service] = revision.services;
  const name = service?.name ?? 'shop';
  const subject = cluster?.matches.get(name)?.matches[0] ?? {
    kind: 'Deployment',
    namespace: service?.namespace ?? name,
    name: service?.workload?.name ?? name,
  };
  const since = now - 5 * minute;
  return {
    id: 'i-7f3a9c',
    severity: 'SEV-1',
    because: `${service?.priority ?? 'P0'} ${name} down for 5m (SEV-1: sample)`,
    subject,
    family: 'workload',
    check: 'oom-killed',
    cause: 'memory-limit',
    state: 'open',
    since,
    openedAt: since,
    settlesAt: since,
    told: true,
    toldAt: since,
    services: [name],
    findings: [],
    victims: [],
    changes: [],
    candidates: [],
    says: `${refName(subject)}: its container is killed for memory again and again (sample)`,
    next: `kubectl -n ${subject.namespace} describe pods`,
    evidence: [{ id: 'e1', text: 'killed 4 times in 5 minutes, limit 256Mi' }],
    reopened: [],
    flapping: false,
    reads: [],
    revision: revision.id,
  };
}

const sampleMessage = (view: View) =>
  messageContext(sampleIncident(view), {
    revision: view.revision,
    now: view.now,
    cycle: 'c-sample',
    because: 'first time',
  });

function sampleDigest(view: View): DigestContext {
  const { revision, now } = view;
  const { cluster } = sampleMessage(view);
  const incident = sampleIncident(view);
  return {
    cluster,
    digest: {
      day: formatMoment(now, revision.cluster.timezone).slice(0, 10),
      open: [`${incident.severity} ${incident.says} (5m, ${incident.id})`],
      ended: [],
      suppressed: [],
      rollouts: [],
      held: [],
      would_send: [],
    },
    because: 'the daily digest',
    revision: revision.id,
    cycle: 'c-sample',
    now: formatMoment(now, revision.cluster.timezone),
  };
}
