import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { exampleFolder } from '../../test/support/config-files.ts';
import { type Edit, editExample } from '../../test/support/edit-example.ts';
import { object, workload } from '../../test/support/triage.ts';
import { minute } from '../lib/clock.ts';
import { toRfc3339 } from '../lib/duration.ts';
import { type PlanDocument, planDocument } from './plan/plan-document.ts';
import { run } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-plan-cycles-'));
const kept = process.env['K8S_MONITOR_DATA_DIR'];
after(() => {
  if (kept === undefined) delete process.env['K8S_MONITOR_DATA_DIR'];
  else process.env['K8S_MONITOR_DATA_DIR'] = kept;
  rmSync(folder, { recursive: true });
});

const edited = (edits: readonly Edit[]): string => editExample(folder, edits);

/** A Sunday, 02:30 in Berlin. */
const night = Date.parse('2026-11-29T01:30:00Z');

/** A cluster in which the P0 postgres and an unlisted tool are down since ten minutes before that. */
const cluster = join(folder, 'list.json');
const since = night - 10 * minute;
const down = (said: string): unknown[] => workload(said, { wanted: 2, ready: 0, since });
writeFileSync(
  cluster,
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [object('v1', 'Namespace data'), ...down('StatefulSet data/postgres'), ...down('Deployment tools/wiki')],
  }),
);

const quiet = { print: () => undefined, warn: () => undefined, colour: false };
/** Cycles under a configuration at so many minutes after that moment, in a record that is theirs from now on; plans leave it as it is. */
async function recordCycles(edits: readonly Edit[], minutes: readonly number[]): Promise<string> {
  const key = JSON.stringify([edits, minutes]);
  const { config, data } = recorded.get(key) ?? { config: edited(edits), data: mkdtempSync(join(folder, 'data-')) };
  process.env['K8S_MONITOR_DATA_DIR'] = data;
  for (const later of recorded.has(key) ? [] : minutes) {
    const at = ['--now', toRfc3339(night + later * minute)];
    assert.equal(await run(['cycle', '--config', config, '--recording', cluster, '--notify', ...at], quiet), 0);
  }
  recorded.set(key, { config, data });
  return config;
}
const recorded = new Map<string, { config: string; data: string }>();

async function planOver(
  candidate: string,
  against: string,
  cycles: number,
): Promise<{ code: number; plan: PlanDocument }> {
  const lines: string[] = [];
  const output = {
    ...quiet,
    print: (text: string) => void lines.push(text),
    warn: (text: string) => void lines.push(text),
  };
  const args = ['plan', candidate, '--against', against, '--cycles', String(cycles), '--output', 'json'];
  const code = await run(args, output);
  return { code, plan: planDocument.parse(JSON.parse(lines.join('\n'))) };
}

const sayAll = ({ incidents }: PlanDocument): string[] =>
  incidents.map(({ change, subject, before, after: is }) =>
    [change, subject.name, before?.severity ?? '-', is?.severity ?? '-'].join(' '),
  );
const sayMessages = ({ messages }: PlanDocument): string[] =>
  messages.map(({ change, channel, times }) => `${change} ${channel} ${times}`);

const backup: Edit = [
  '### Search',
  '### Backup\n- Services: postgres\n- Every Sunday 2-3 AM\n- Solution: This is expected - DO NOT FLAG\n\n### Search',
];
const ignored: Edit = ['## What to ignore\n', '## What to ignore\n\n- Namespaces: data\n'];

type Row = {
  what: string;
  /** Under which the cycles ran, and which is compared with it. */
  before: Edit[];
  after: Edit[];
  incidents: string[];
  because?: RegExp;
  messages?: string[];
};
const rows: Row[] = [
  { what: 'an edit of prose', before: [], after: [['Customers notice within seconds', 'They notice']], incidents: [] },
  {
    what: 'a window over the beginning: told when it closes',
    before: [],
    after: [backup],
    incidents: ['later postgres SEV-1 SEV-1'],
    because:
      /told from 2026-11-29T02:05:00Z on, and not from 2026-11-29T01:30:00Z: known issue "Backup" expects it \(CLAUDE\.md:57\)/,
  },
  {
    what: 'the window taken away: told when it began',
    before: [backup],
    after: [],
    incidents: ['sooner postgres SEV-1 SEV-1'],
    because: /until now: known issue "Backup" expects it/,
  },
  {
    what: 'an ignored namespace',
    before: [],
    after: [ignored],
    incidents: ['vanishes postgres SEV-1 -'],
    because: /namespace data is ignored \(agents\/k8s-analyzer\.md:23\)/,
    messages: ['spared #shop-alerts 2'],
  },
  {
    what: 'no longer ignored',
    before: [ignored],
    after: [],
    incidents: ['appears postgres - SEV-1'],
    because: /^until now: namespace data is ignored.*; now SEV-1 to #shop-alerts: P0 postgres down/,
    messages: ['sent #shop-alerts 1'],
  },
  {
    what: 'a lower priority: another severity in another channel',
    before: [],
    after: [
      ['- postgres: Orders, customers and the catalogue\n  - Namespace: data\n', ''],
      ['- mailer: Order mails', '- postgres: Orders\n  - Namespace: data\n- mailer: Order mails'],
    ],
    incidents: ['severity postgres SEV-1 SEV-3'],
    because:
      /^SEV-1 to #shop-alerts: P0 postgres down.*; now SEV-3 to #shop-platform as its Timing says: P2 postgres down/,
    messages: ['spared #shop-alerts 2', 'sent #shop-platform 1'],
  },
  {
    what: 'SEV-1 after a time that it did not last: not yet',
    before: [],
    after: [['Any P0 service down immediately', 'Any P0 service down for 2 hours']],
    incidents: ['vanishes postgres SEV-1 -'],
    because: /would not be told before 2026-11-29T03:20:00Z: criterion "Any P0 service down for 2 hours"/,
    messages: ['spared #shop-alerts 2'],
  },
  {
    what: 'what was unlisted is listed: by its name it is known',
    before: [],
    after: [['- payments: Talks', '- wiki: How we work\n- payments: Talks']],
    incidents: ['severity wiki SEV-4 SEV-1'],
    messages: ['spared digest 1', 'sent #shop-alerts 1'],
  },
];

describe('plan --cycles', () => {
  for (const { what, before, after: later, incidents, because, messages = [] } of rows) {
    test(what, async () => {
      const config = await recordCycles(before, [0, 5, 35, 40]);
      const { code, plan } = await planOver(edited(later), config, 10);
      assert.deepEqual(sayAll(plan), incidents);
      if (because) assert.match(plan.incidents[0]?.because ?? '', because);
      assert.deepEqual(sayMessages(plan), messages);
      assert.equal(code, incidents.length > 0 ? 2 : 0);
      assert.ok(
        plan.notReplayed.every((sentence) => !sentence.includes('is not enough')),
        plan.notReplayed.join('\n'),
      );
    });
  }

  test('only so many cycles are looked at, and a known issue that hid something in them is not idle', async () => {
    const config = await recordCycles([backup], [0, 5, 35, 40]);
    const early = await planOver(config, config, 10);
    const late = await planOver(config, config, 2);
    const idle = ({ knownIssues }: PlanDocument): string[] => knownIssues.map(({ title }) => title);
    assert.deepEqual([early.plan.replayed?.cycles, late.plan.replayed?.cycles], [4, 2]);
    assert.deepEqual([idle(early.plan).includes('Backup'), idle(late.plan).includes('Backup')], [false, true]);
  });

  test('what the record cannot show is said', async () => {
    await recordCycles([], [0, 5, 35, 40]);
    const { plan } = await planOver(
      edited([['- **Memory usage**: 90% of limit', '- **Memory usage**: 70% of limit']]),
      exampleFolder,
      10,
    );
    assert.match(
      plan.notReplayed.join('\n'),
      /keeps no objects.*\n.*\n1 change beyond services, severities, known issues and channels can show only on a cluster/,
    );
  });

  test('a record without a cycle is said', async () => {
    await recordCycles([], []);
    const lines: string[] = [];
    const output = { ...quiet, warn: (text: string) => void lines.push(text) };
    assert.equal(await run(['plan', exampleFolder, '--against', exampleFolder, '--cycles', '5'], output), 1);
    assert.match(lines.join(), /there is no record in/);
  });
});
