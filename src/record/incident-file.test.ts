import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { deliveryWith, incidentWith, judgementOf, morning } from '../../test/support/told.ts';
import { emptySnapshot } from '../cluster/snapshot.ts';
import { minute } from '../lib/clock.ts';
import type { Incident } from '../triage/incident.ts';
import { commitCycle } from './commit-cycle.ts';
import { takeCycleRecord } from './cycle-record.ts';
import { incidentStory, writeIncidentFiles } from './incident-file.ts';
import { type MonitorRecord, openRecord } from './open-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-files-'));
after(() => rmSync(folder, { recursive: true }));

const subject = { kind: 'Deployment', namespace: 'shop', name: 'shop' };
const whole = incidentWith({
  id: 'i-7f3a9c',
  state: 'resolved',
  endedAt: morning + 4 * minute,
  evidence: [
    {
      id: 'e1',
      text: 'exit code 1, 7 restarts',
      object: { kind: 'Pod', namespace: 'shop', name: 'shop-1' },
      at: morning - 11 * minute,
    },
  ],
  changes: [
    {
      id: 'c',
      kind: 'rollout',
      subject,
      at: morning - 15 * minute,
      details: [],
      says: 'image of app: shop:1 -> shop:2',
      score: 0.9,
      because: '3m before',
    },
  ],
  victims: [{ kind: 'Ingress', namespace: 'shop', name: 'front' }],
  acknowledged: { by: 'ana', at: morning },
});

function keep(incident: Incident): MonitorRecord {
  const record = openRecord(':memory:', { now: morning });
  const events = [
    { type: 'opened' as const, incident: incident.id, at: morning - 11 * minute, says: 'seen first' },
    { type: 'resolved' as const, incident: incident.id, at: morning + 4 * minute, says: 'healthy for 3m' },
  ];
  const judgement = judgementOf([incident], { events });
  const deliveries = [deliveryWith({ incident: incident.id })];
  const snapshot = emptySnapshot(morning, { id: 'cluster', name: 'test' });
  const result = {
    ...judgement,
    cycle: 'c1',
    now: morning,
    revision: { id: 'r1' },
    snapshot,
    deliveries,
    withheld: [],
  };
  const cycle = takeCycleRecord(result, { trigger: 'start', took: 1, exit: 0 });
  commitCycle(record, { cycle, memory: judgement.memory, events, deliveries });
  return record;
}

test('the story of an incident is read from top to bottom', () => {
  const record = keep(whole);
  const [path] = writeIncidentFiles(record, folder, ['i-7f3a9c'], 'Europe/Berlin');
  assert.equal(path, join(folder, 'incidents', '2026-11-24-i-7f3a9c.md'));
  assert.equal(
    readFileSync(path, 'utf8'),
    `# SEV-2 container app exits with code 1 again and again

- **Incident**: \`i-7f3a9c\`
- **State**: resolved, 2026-11-24 11:04 Europe/Berlin, after 16m
- **Severity**: SEV-2: P1 shop degraded for 12m (SEV-2: any P1 service degraded)
- **What**: Deployment shop/shop
- **Services**: shop
- **Since**: 2026-11-24 10:48 Europe/Berlin
- **Cause**: exit-code (crash-loop)
- **Acknowledged**: by ana, 2026-11-24 11:00 Europe/Berlin
- **Revision**: \`r1\`

Next:

\`kubectl -n shop logs deploy/shop --previous\`

## Evidence

- exit code 1, 7 restarts (Pod shop/shop-1, 2026-11-24 10:49 Europe/Berlin)

## What changed

- 2026-11-24 10:45 Europe/Berlin: image of app: shop:1 -> shop:2 (3m before)

## Also affected

- Ingress shop/front

## What happened

- 2026-11-24 10:49 Europe/Berlin: opened: seen first
- 2026-11-24 11:04 Europe/Berlin: resolved: healthy for 3m

## What was told

- 2026-11-24 11:00 Europe/Berlin: first to \\#incidents (planned): first message: SEV-1
`,
  );
});

test('it is rewritten when it changes, and no draft is left', () => {
  const record = keep(whole);
  writeIncidentFiles(record, folder, ['i-7f3a9c'], 'UTC');
  writeIncidentFiles(record, folder, ['i-7f3a9c'], 'UTC');
  assert.deepEqual(readdirSync(join(folder, 'incidents')), ['2026-11-24-i-7f3a9c.md']);
});

test('what settles, or does not exist, has no file', () => {
  const record = keep({ ...whole, state: 'settling' });
  assert.deepEqual(writeIncidentFiles(record, folder, ['i-7f3a9c', 'i-none'], 'UTC'), []);
});

test('hostile cluster text is text: no heading, link, image, table or HTML of its own', () => {
  const hostile =
    '# All is well\n\n[click](https://evil.example) ![x](y) <script>z</script> | a | `b` https://evil.example www.evil.example x@evil.example \u202e';
  const text = incidentStory(
    {
      incident: incidentWith({
        says: hostile,
        because: hostile,
        next: `kubectl get x # \`\`\`\n${hostile}`,
        evidence: [{ id: 'e1', text: hostile }],
        services: [hostile],
      }),
      events: [],
      messages: [],
    },
    'UTC',
  );
  const found: string[] = [];
  const walk = (node: { type: string; depth?: number; children?: object[] }): void => {
    found.push(node.type);
    for (const child of node.children ?? []) walk(child as typeof node);
  };
  walk(unified().use(remarkParse).use(remarkGfm).parse(text));
  for (const kind of ['link', 'image', 'html', 'table', 'code', 'linkReference', 'definition']) {
    assert.ok(!found.includes(kind), `${kind} in\n${text}`);
  }
  assert.equal(found.filter((type) => type === 'heading').length, 2, 'the title and "Evidence"');
});
