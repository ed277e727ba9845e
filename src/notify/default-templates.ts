import type { TemplateName } from '../config/revision.ts';
import type { DeliveryKind } from './delivery.ts';

const what = '{{ incident.service }}: {{ incident.says }}';
const severity = '{% if incident.emoji != "" %}{{ incident.emoji }} {% endif %}{{ incident.severity }}';

/** The first line of each kind of message. */
export const titleTemplates: Record<DeliveryKind, string> = {
  first: `${severity} ${what}`,
  worse: `${severity} (got worse) ${what}`,
  cause: `${severity} (cause revised) ${what}`,
  reminder: `${severity} (still open after {{ incident.lasted }}) ${what}`,
  brief: `${severity} (update) ${what}`,
  resolved: 'Resolved after {{ incident.lasted }}: {{ incident.service }}: {{ incident.subject }}',
  // What an edit hid was never away.
  reopened: `${severity} ({% if because contains "watched again" %}watched again{% else %}came back{% endif %}) ${what}`,
  flapping: `${severity} (flapping) ${what}`,
  absorbed: '{{ incident.subject }} is part of another incident',
  'not-watched': 'No longer watched: {{ incident.subject }}',
  digest: 'Daily digest of {{ digest.day }}{% if cluster.name != "" %}, {{ cluster.name }}{% endif %}',
  baseline: `${severity} ${what}`,
  trouble: `${severity} ${what}`,
  edit:
    `${severity} {% if incident.state == "recovering" %}(recovering) {% elsif incident.state == "resolved" %}(resolved) ` +
    `{% elsif incident.state == "not watched" %}(no longer watched) {% elsif incident.state == "absorbed" %}(part of another incident) {% endif %}${what}`,
};

const footer = `Incident {{ incident.id }} | revision {{ revision }} | cycle {{ cycle }}`;

const list = (label: string, values: string): string =>
  `{% if ${values}.size > 0 %}${label}:\n{% for line in ${values} %}- {{ line }}\n{% endfor %}{% endif %}`;

/** Used where the Markdown has no `liquid` template of that name, or one that does not render. */
export const defaultTemplates: Record<TemplateName | 'absorbed' | 'not-watched', string> = {
  full: `{{ incident.says }}

What: {{ incident.subject }}{% if incident.services.size > 0 %}
Service: {{ incident.services | join: ", " }}{% if incident.priority != "" %} ({{ incident.priority }}){% endif %}{% endif %}
Since: {{ incident.since }} ({{ incident.lasted }})
Why {{ incident.severity }}: {{ incident.because }}
Cause: {% if incident.cause != "" %}{{ incident.cause }}{% else %}unknown{% endif %} ({{ incident.check }})
${list('Evidence', 'incident.evidence')}${list('Could be', 'incident.candidates')}${list('What changed', 'incident.changes')}${list('Also affected', 'incident.victims')}{% if incident.unseen != "" %}Not seen: {{ incident.unseen }}; what we know is old
{% endif %}{% if incident.acknowledged_by != "" %}Acknowledged by {{ incident.acknowledged_by }}
{% endif %}${list('Runbook', 'incident.runbooks')}{% if incident.next != "" %}Next: \`{{ incident.next }}\`
{% endif %}Told because: {{ because }}
${footer}`,
  brief: `Still {{ incident.state }} after {{ incident.lasted }}: {{ incident.says }}
Next: \`{{ incident.next }}\`
${footer}`,
  resolved: `{{ incident.subject }} is healthy again; it lasted {{ incident.lasted }} (since {{ incident.since }}).
{% if incident.recovered_after != "" %}It recovered after {{ incident.recovered_after }}: that change was the cause.
{% endif %}It was: {{ incident.says }}
${list('What changed', 'incident.changes')}${footer}`,
  absorbed: `{{ because }}. Follow it there; nothing more comes here.
${footer}`,
  'not-watched': `{{ because }}.
It was: {{ incident.says }} (since {{ incident.since }}). It may still be so; nothing more comes here until it is watched again.
${footer}`,
  digest: `${list('Open, not urgent', 'digest.open')}${list('Ended in the last day', 'digest.ended')}${list('Kept silent as configured', 'digest.suppressed')}${list('Rollouts', 'digest.rollouts')}${list('Held for later', 'digest.held')}${list('I would have sent', 'digest.would_send')}Revision {{ revision }} | cycle {{ cycle }}`,
};
