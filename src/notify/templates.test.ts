import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { incidentWith, line, morning, revisionOf } from '../../test/support/told.ts';
import type { Revision, TemplateName } from '../config/revision.ts';
import { templateValues } from '../config/sections/message-templates.ts';
import { hour, minute } from '../lib/clock.ts';
import { messageContext } from './message-context.ts';
import { renderMessage } from './templates.ts';

const berlin = { cluster: { name: 'prod', timezone: 'Europe/Berlin', frequency: hour } };
const withTemplate = (liquid: string, name: TemplateName = 'full'): Revision =>
  revisionOf([line('SEV-2')], {
    ...berlin,
    templates: [{ name, liquid, at: { file: 'agents/slack-notifier.md', line: 12, column: 1 } }],
  });
const contextOf = (revision: Revision, incident = incidentWith()): ReturnType<typeof messageContext> =>
  messageContext(incident, { revision, now: morning, cycle: 'c1', because: 'first message: SEV-2' });

test('the default says what, service, since when, why, cause and evidence, what changed and what to run next', () => {
  const revision = revisionOf([line('SEV-2')], {
    ...berlin,
    emoji: { 'SEV-2': ':large_orange_circle:' },
    services: [
      {
        name: 'shop',
        priority: 'P1',
        dependsOn: [],
        aliases: [],
        optional: false,
        optionalWorkloads: [],
        runbook: 'https://runbooks.example/shop',
        at: { file: 'CLAUDE.md', line: 3, column: 1 },
      },
    ],
  });
  const incident = incidentWith({
    changes: [
      {
        id: 'c',
        kind: 'rollout',
        subject: { kind: 'Deployment', namespace: 'shop', name: 'shop' },
        at: morning - 15 * minute,
        details: [],
        says: 'image of app: shop:1.4.1 -> shop:1.4.2',
        score: 0.9,
        because: '3m before it began',
      },
    ],
    victims: [{ kind: 'Ingress', namespace: 'shop', name: 'front' }],
  });
  const { title, text } = renderMessage('first', contextOf(revision, incident), revision);
  assert.equal(title, ':large_orange_circle: SEV-2 shop: container app exits with code 1 again and again');
  assert.equal(
    text,
    `container app exits with code 1 again and again

What: Deployment shop/shop
Service: shop (P1)
Since: 2026-11-24 10:48 Europe/Berlin (12m)
Why SEV-2: P1 shop degraded for 12m (SEV-2: any P1 service degraded)
Cause: exit-code (crash-loop)
Evidence:
- restarted 7 times in 10m
What changed:
- image of app: shop:1.4.1 -> shop:1.4.2 (3m before it began)
Also affected:
- Ingress shop/front
Runbook:
- https://runbooks.example/shop
Next: \`kubectl -n shop logs deploy/shop --previous\`
Told because: first message: SEV-2
Incident i-000001 | revision r1 | cycle c1`,
  );
});

test('the compiler knows every value that a message has', () => {
  const context = contextOf(revisionOf([line('SEV-2')]));
  const { incident, cluster } = context;
  assert.deepEqual(Object.keys(incident).sort(), [...templateValues.incident].sort());
  assert.deepEqual(Object.keys(cluster).sort(), [...templateValues.cluster].sort());
  assert.deepEqual(Object.keys(context).sort(), ['incident', ...templateValues['']].sort());
});

test("the Markdown's own template is used", () => {
  const revision = withTemplate(
    '{{ incident.severity }} {{ incident.service }} since {{ incident.since }}: {{ incident.evidence | join: "; " }}',
  );
  assert.equal(
    renderMessage('first', contextOf(revision), revision).text,
    'SEV-2 shop since 2026-11-24 10:48 Europe/Berlin: restarted 7 times in 10m',
  );
});

describe('a template that does not render falls back to the default and is reported with its line', () => {
  const rows: [fault: string, liquid: string, message: RegExp][] = [
    ['a misspelt variable', '{{ incident.sevrity }}', /undefined variable: incident.sevrity/],
    ['a misspelt filter', '{{ incident.severity | upcaes }}', /undefined filter: upcaes/],
    ['an open tag', '{% if incident.flapping %}x', /not closed/],
    ['a file of the machine', '{% include "/etc/passwd" %}', /ENOENT|not found|Failed to lookup/i],
    ['a rendered file', '{% render "../../etc/passwd" %}', /ENOENT|not found|Failed to lookup/i],
    [
      'an endless loop',
      '{% for a in (1..9999) %}{% for b in (1..9999) %}{{ b }}{% endfor %}{% endfor %}',
      /limit exceeded/,
    ],
    ['too much memory', '{% for a in (1..99999999) %}{% endfor %}', /limit exceeded/],
    ['nothing at all', '{% comment %}later{% endcomment %}', /renders to nothing/],
  ];
  for (const [fault, liquid, message] of rows) {
    test(fault, () => {
      const revision = withTemplate(liquid);
      const { text, faults } = renderMessage('first', contextOf(revision), revision);
      assert.match(text, /^container app exits/);
      assert.partialDeepStrictEqual(faults, [{ template: 'full', file: 'agents/slack-notifier.md', line: 12 }]);
      assert.match(faults[0]?.message ?? '', message);
    });
  }
});

test('a template sees plain data and nothing behind it', () => {
  const revision = withTemplate('[{{ incident.constructor.name | default: "-" }}]');
  const { text } = renderMessage('first', contextOf(revision), revision);
  assert.doesNotMatch(text, /Object|Function/);
});

test('cluster text is data: one line, capped, and never run as a template', () => {
  const revision = withTemplate('{{ incident.says }}');
  const says = `{{ incident.id }}\n# all is well \u001b[2J${'x'.repeat(5000)}`;
  const { text } = renderMessage('first', contextOf(revision, incidentWith({ says })), revision);
  assert.match(text, /^\{\{ incident.id \}\} # all is well x+…$/);
  assert.equal(text.length, 300);
});

test('a message is never longer than people read', () => {
  const revision = withTemplate('{% for a in (1..2000) %}{{ incident.says }}{% endfor %}');
  assert.equal(renderMessage('first', contextOf(revision), revision).text.length, 8000);
});
