import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { exampleFolder } from '../../test/support/config-files.ts';
import { type Edit, editExample } from '../../test/support/edit-example.ts';
import { noon, object, workload } from '../../test/support/triage.ts';
import { compileFiles } from '../config/compile.ts';
import { readConfigFolder } from '../config/source/read-folder.ts';
import { kubeconfigFor } from '../demo/server/kubeconfig.ts';
import { startApiServer } from '../demo/server/start-api-server.ts';
import { minute } from '../lib/clock.ts';
import { toRfc3339 } from '../lib/duration.ts';
import { type PlanDocument, planDocument } from './plan/plan-document.ts';
import { run } from './program.ts';

const company = join(exampleFolder, '..', 'company');
const folder = mkdtempSync(join(tmpdir(), 'k8s-monitor-plan-'));
const settings = ['K8S_MONITOR_DATA_DIR', 'KUBECONFIG'];
const kept = Object.fromEntries(settings.map((name) => [name, process.env[name]]));
before(() => {
  process.env['K8S_MONITOR_DATA_DIR'] = join(folder, 'none');
});
after(() => {
  for (const [name, value] of Object.entries(kept)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(folder, { recursive: true });
});

const edited = (...edits: Edit[]): string => editExample(folder, edits);

/** A cluster in which these stand, as a List file. */
function recordingOf(...objects: unknown[]): string {
  const path = join(mkdtempSync(join(folder, 'cluster-')), 'list.json');
  writeFileSync(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects.flat() }));
  return path;
}

async function plan(...args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const add = (text: string): void => void lines.push(text);
  const code = await run(['plan', ...args], { print: add, warn: add, colour: false });
  return { code, text: lines.join('\n') };
}
async function planOf(...args: string[]): Promise<{ code: number; plan: PlanDocument }> {
  const { code, text } = await plan(...args, '--against', exampleFolder, '--output', 'json');
  return { code, plan: planDocument.parse(JSON.parse(text)) };
}
const sayAll = ({ incidents }: PlanDocument): string[] =>
  incidents.map(({ change, subject, before: was, after: is }) =>
    [change, `${subject.kind} ${subject.namespace}/${subject.name}`, was?.severity ?? '-', is?.severity ?? '-'].join(
      ' ',
    ),
  );

const at = (moment: number): string[] => ['--now', toRfc3339(moment)];
const down = (said: string, since: number): unknown[] => workload(said, { wanted: 2, ready: 0, since });
const orders = (since: number): string =>
  recordingOf(
    object('v1', 'Namespace shop'),
    down('Deployment shop/orders', since),
    workload('Deployment shop/web-frontend'),
  );
const sunday = Date.parse('2026-11-29T01:30:00Z');
const backup =
  '### Database Backup Window\n- Services: postgres\n- Every Sunday 2-3 AM\n- Solution: This is expected - DO NOT FLAG\n\n### Search';

const memoryCheck =
  "### 5. Memory Usage Alerts\n\n```bash\n# New check: Find pods using >80% of limit\nkubectl get pods --all-namespaces -o json | \\\n  jq '.items[] | select(.spec.containers[].resources.limits.memory)'\n```\n\n## How to look";

type Expected = { code: number; incidents: string[]; because?: RegExp; spared?: string[]; sent?: string[] };
const rows: [what: string, candidate: () => string, cluster: () => string, more: string[], expected: Expected][] = [
  [
    'an edit of prose changes nothing',
    () => edited(['Customers notice within seconds', 'Customers notice at once']),
    () => company,
    [],
    { code: 0, incidents: [] },
  ],
  [
    'a new critical service: what was a note becomes grave',
    () =>
      edited(['- payments: Talks', '- recommendations-v2: New suggestions\n  - Namespace: shop\n- payments: Talks']),
    () => company,
    [],
    {
      code: 2,
      incidents: ['severity Service shop/recommendations-v2 SEV-4 SEV-1'],
      sent: ['#shop-alerts'],
      spared: ['digest'],
    },
  ],
  [
    'a backup window over a P0 that is down: its incident vanishes, and the line that hides it is named',
    () => edited(['### Search', backup]),
    () => recordingOf(object('v1', 'Namespace data'), down('StatefulSet data/postgres', sunday - 10 * minute)),
    at(sunday),
    {
      code: 2,
      incidents: ['vanishes StatefulSet data/postgres SEV-1 -'],
      because: /known issue "Database Backup Window" expects it \(CLAUDE\.md:57\)/,
      spared: ['#shop-alerts'],
    },
  ],
  [
    'the same outside of its window changes nothing that is told',
    () => edited(['### Search', backup]),
    () => recordingOf(object('v1', 'Namespace data'), down('StatefulSet data/postgres', noon - 10 * minute)),
    at(noon),
    { code: 0, incidents: [] },
  ],
  [
    'SEV-1 after two minutes: one that is down for one waits',
    () => edited(['Any P0 service down immediately', 'Any P0 service down for > 2 minutes (was: immediately)']),
    () => orders(noon - minute),
    at(noon),
    {
      code: 2,
      incidents: ['vanishes Deployment shop/orders SEV-1 -'],
      because: /not be told before .*Any P0 service down for > 2 minutes/,
      spared: ['#shop-alerts'],
    },
  ],
  [
    'SEV-1 after two minutes: one that is down for ten is told as before',
    () => edited(['Any P0 service down immediately', 'Any P0 service down for > 2 minutes (was: immediately)']),
    () => orders(noon - 10 * minute),
    at(noon),
    { code: 0, incidents: [] },
  ],
  [
    'a check that matches nearly every pod: one incident, not one for each',
    () => edited(['## How to look', memoryCheck]),
    () => company,
    [],
    {
      code: 2,
      incidents: ['appears CustomCheck undefined/Memory Usage Alerts - SEV-4'],
      because: /^until now: there is no such custom check$/,
      sent: ['digest'],
    },
  ],
  [
    'a service that is no longer listed',
    () => edited(['- search: Product search; pages fall back to the catalogue without it\n  - Namespace: shop\n', '']),
    () => company,
    [],
    {
      code: 2,
      incidents: ['severity Deployment shop/search SEV-3 SEV-4'],
      because: /P1 search degraded.*now SEV-4 in the digest: .*unlisted, as P3/,
      spared: ['#shop-platform'],
      sent: ['digest'],
    },
  ],
  [
    'an ignored namespace',
    () => edited(['## What to ignore\n', '## What to ignore\n\n- Namespaces: shop\n']),
    () => orders(noon - 10 * minute),
    at(noon),
    {
      code: 2,
      incidents: ['vanishes Deployment shop/orders SEV-1 -'],
      because: /namespace shop is ignored \(agents\/k8s-analyzer\.md:23\)/,
      spared: ['#shop-alerts'],
    },
  ],
  [
    'another channel',
    () =>
      edited([
        '- **Channel**: #shop-alerts\n- **Timing**: Immediate',
        '- **Channel**: #shop-urgent\n- **Timing**: Immediate',
      ]),
    () => orders(noon - 10 * minute),
    at(noon),
    {
      code: 2,
      incidents: ['channels Deployment shop/orders SEV-1 SEV-1'],
      sent: ['#shop-urgent'],
      spared: ['#shop-alerts'],
    },
  ],
];

describe('plan', () => {
  for (const [what, candidate, cluster, more, expected] of rows) {
    test(`exit ${expected.code}: ${what}`, async () => {
      const { code, plan: found } = await planOf(candidate(), '--recording', cluster(), ...more);
      assert.deepEqual(sayAll(found), expected.incidents);
      assert.equal(code, expected.code);
      if (expected.because) assert.match(found.incidents[0]?.because ?? '', expected.because);
      for (const change of ['spared', 'sent'] as const)
        assert.deepEqual(
          found.messages.filter((message) => message.change === change).map(({ channel }) => channel),
          expected[change] ?? [],
        );
    });
  }

  test('the way back is the same way: what vanished appears, with why it was silent', async () => {
    const muted = edited(['### Search', backup]);
    const cluster = recordingOf(
      object('v1', 'Namespace data'),
      down('StatefulSet data/postgres', sunday - 10 * minute),
    );
    const { code, text } = await plan(
      exampleFolder,
      '--against',
      muted,
      '--recording',
      cluster,
      ...at(sunday),
      '--output',
      'json',
    );
    const found = planDocument.parse(JSON.parse(text));
    assert.deepEqual([code, sayAll(found)], [2, ['appears StatefulSet data/postgres - SEV-1']]);
    assert.match(found.incidents[0]?.because ?? '', /^until now: known issue "Database Backup Window" expects it/);
  });

  test('services added and lost, and those that nothing in the cluster is', async () => {
    const { plan: found } = await planOf(
      edited(
        ['- payments: Talks', '- my-new-service: Description of it\n- payments: Talks'],
        ['- grafana (P3): Dashboards\n  - Namespace: monitoring\n', ''],
      ),
      ...['--recording', company],
    );
    assert.deepEqual(found.services, {
      added: [{ name: 'my-new-service', priority: 'P0', matches: [] }],
      lost: [{ name: 'grafana', priority: 'P3' }],
      unmatched: ['my-new-service'],
    });
    assert.ok(found.problems.some(({ code }) => code === 'workload-not-found'));
  });

  test('known issues that hid nothing are named, one that did is not', async () => {
    const { plan: found } = await planOf(
      edited(['### Search', backup]),
      ...[
        '--recording',
        recordingOf(object('v1', 'Namespace data'), down('StatefulSet data/postgres', sunday)),
        ...at(sunday),
      ],
    );
    assert.deepEqual(
      found.knownIssues.map(({ title }) => title),
      ['Search rebuilds its index', 'Reports start slowly'],
    );
  });

  test('a new check of the Markdown is run over the recording, the old one too', async () => {
    const check =
      '### 5. Paused\n\n```bash\nkubectl get deployments -A -o json | jq \'.items[] | select(.metadata.name == "grafana")\'\n```\n\n- Severity: SEV-3\n\n## How to look';
    const { code, plan: found } = await planOf(edited(['## How to look', check]), '--recording', company);
    assert.deepEqual([code, sayAll(found)], [2, ['appears Deployment monitoring/grafana - SEV-3']]);
    assert.match(found.meaning.join(), /Paused/);
  });

  test('an edit of one ConfigMap, or of one file, is compared with the rest as it is in force', async () => {
    const path = edited(['Any P0 service down immediately', 'Any P0 service down for > 2 minutes']);
    const { files } = await readConfigFolder(path);
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'k8s-monitor-agents' } };
    const data = Object.fromEntries(files.filter(({ role }) => role === 'agent').map(({ name, text }) => [name, text]));
    const manifest = join(folder, 'agents-configmap.yaml');
    writeFileSync(manifest, JSON.stringify({ ...map, data }));
    const whole = await planOf(path, '--recording', company);
    for (const part of [manifest, join(path, 'agents', 'escalation-manager.md')]) {
      const { plan: found } = await planOf(part, '--recording', company);
      assert.deepEqual([found.candidate.accepted, found.meaning], [true, whole.plan.meaning], part);
      assert.equal(found.candidate.revision, whole.plan.candidate.revision);
      assert.ok(found.candidate.added.includes('CLAUDE.md'));
    }
  });

  test('exit 1: what cannot be compiled changes nothing, and its lines are said', async () => {
    const path = edited(['- reports (P3)', '- reports (P5)']);
    const { code, text } = await plan(path, '--against', exampleFolder, '--recording', company);
    assert.equal(code, 1);
    assert.match(text, /CLAUDE\.md:50:12: error: "P5" is not a priority/);
    assert.match(text, /^It would be refused: 1 error\.$/m);
    assert.doesNotMatch(text, /Incidents|Replayed/);
    const alone = await plan(path);
    assert.deepEqual([alone.code, /^It would be refused: 1 error\.$/m.test(alone.text)], [1, true], alone.text);
  });

  describe('harm', () => {
    const mute = '- **Channel**: #shop-alerts\n- **Timing**: Immediate';
    const silent: Edit = [mute, '- **Channel**: None\n- **Timing**: Immediate'];

    test('exit 1: it has to be confirmed, and what it silences is shown all the same', async () => {
      const { code, plan: found } = await planOf(
        edited(silent),
        '--recording',
        orders(noon - 10 * minute),
        ...at(noon),
      );
      assert.equal(code, 1);
      assert.ok(found.problems.some(({ code: word }) => word === 'needs-confirmation'));
      assert.deepEqual(sayAll(found), ['channels Deployment shop/orders SEV-1 SEV-1']);
      assert.equal(found.incidents[0]?.after?.when, 'nowhere');
    });

    test('exit 2: confirmed in a comment, or by the annotation of a ConfigMap', async () => {
      const path = edited(silent);
      const { files } = await readConfigFolder(path);
      const { id } = compileFiles(files);
      const map = (name: string, role: string): object => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, annotations: { 'k8s-monitor.io/confirm': id } },
        data: Object.fromEntries(files.filter((file) => file.role === role).map((file) => [file.name, file.text])),
      });
      const manifests = join(folder, 'confirmed.yaml');
      writeFileSync(
        manifests,
        JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [map('a', 'orchestrator'), map('b', 'agent')] }),
      );
      const claude = join(path, 'CLAUDE.md');
      writeFileSync(claude, `${readFileSync(claude, 'utf8')}\n<!-- confirm: ${id} -->\n`);
      for (const candidate of [path, manifests]) {
        const { code, plan: found } = await planOf(candidate, '--recording', orders(noon - 10 * minute), ...at(noon));
        assert.equal(code, 2, candidate);
        assert.equal(found.candidate.accepted, true);
      }
    });
  });

  test('against the revision that the record has in force, and the cycles that it holds', async () => {
    const data = join(folder, 'data');
    process.env['K8S_MONITOR_DATA_DIR'] = data;
    try {
      const cluster = orders(noon - 10 * minute);
      for (const later of [0, 5, 10]) {
        const args = [
          'cycle',
          '--config',
          exampleFolder,
          '--recording',
          cluster,
          '--notify',
          ...at(noon + later * minute),
        ];
        const output = { print: () => undefined, warn: () => undefined, colour: false };
        assert.equal(await run(args, output), 0);
      }
      const path = edited(['## What to ignore\n', '## What to ignore\n\n- Namespaces: shop\n']);
      const { code, plan: found } = await planOf(path, '--cycles', '10');
      assert.deepEqual([code, found.replayed?.what, found.replayed?.cycles], [2, 'cycles', 3]);
      assert.deepEqual(sayAll(found), ['vanishes Deployment shop/orders SEV-1 -']);
      assert.match(found.incidents[0]?.because ?? '', /namespace shop is ignored/);
      assert.match(found.incidents[0]?.id ?? '', /^i-/);
      assert.match(found.notReplayed.join(), /keeps no objects/);
      const same = await planOf(exampleFolder, '--cycles', '2');
      assert.deepEqual([same.code, same.plan.replayed?.cycles, same.plan.incidents], [0, 2, []]);
    } finally {
      process.env['K8S_MONITOR_DATA_DIR'] = join(folder, 'none');
    }
  });

  test('nothing to compare with, and two replays at once, are said', async () => {
    const alone = await plan(exampleFolder, '--recording', company);
    assert.deepEqual([alone.code, /give --against DIR/.test(alone.text)], [1, true], alone.text);
    const both = await plan(exampleFolder, '--recording', company, '--cycles', '3');
    assert.deepEqual([both.code, /leave out --recording or --cycles/.test(both.text)], [1, true], both.text);
    const none = await plan(exampleFolder, '--cycles', 'three');
    assert.deepEqual([none.code, /whole number from 1 on/.test(none.text)], [1, true], none.text);
    assert.ok(!existsSync(join(folder, 'none')), 'looking makes no folder');
  });

  test('--output markdown: what the cluster says stands in code spans, a bar ends no cell', async () => {
    const hostile = '- orders: x\n  - Namespace: shop\n- evil|@team [x](http://evil.example): <img src=x>\n';
    const path = edited(['- orders: Takes orders\n  - Namespace: shop\n', hostile]);
    const { text } = await plan(
      path,
      '--against',
      exampleFolder,
      '--recording',
      orders(noon),
      ...at(noon),
      '--output',
      'markdown',
    );
    assert.match(text, /^### What this edit changes$/m);
    const bare = text.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
    assert.doesNotMatch(bare, /@team|evil\.example|<img/);
  });

  test('the live cluster is asked, and what could not be seen makes it exit 3', async () => {
    const server = await startApiServer({
      objects: [object('v1', 'Namespace data'), ...workload('StatefulSet data/postgres')],
    });
    const file = join(folder, 'kubeconfig');
    writeFileSync(file, kubeconfigFor(server.url, {}));
    process.env['KUBECONFIG'] = file;
    try {
      const seen = await planOf(exampleFolder);
      assert.deepEqual([seen.code, seen.plan.replayed?.what], [0, 'cluster']);
      server.fault('pods', { kind: '403' });
      const blind = await planOf(exampleFolder);
      assert.deepEqual([blind.code, blind.plan.unseen.includes('pods')], [3, true]);
    } finally {
      await server.stop();
    }
  });
});
