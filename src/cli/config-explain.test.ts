import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { configFiles, exampleFolder } from '../../test/support/config-files.ts';
import { object, workload } from '../../test/support/triage.ts';
import { explainDocument } from '../config/explain.ts';
import { kubeconfigFor } from '../demo/server/kubeconfig.ts';
import { startApiServer } from '../demo/server/start-api-server.ts';
import type { Output } from './output.ts';
import { run } from './program.ts';

const company = join(exampleFolder, '..', 'company');
const folder = mkdtempSync(join(tmpdir(), 'config-explain-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs `config explain` as from a shell and returns what it printed. */
async function explain(args: string[], colour = false): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const output: Output = { print: (text) => void lines.push(text), warn: (text) => void lines.push(text), colour };
  const code = await run(['config', 'explain', ...args], output);
  return { code, text: lines.join('\n') };
}

/** The example with edits of its files, in a folder of its own. */
function edited(name: string, edits: Record<string, [string, string][]>): string {
  const path = join(folder, name);
  cpSync(exampleFolder, path, { recursive: true });
  for (const [file, pairs] of Object.entries(edits)) {
    let text = readFileSync(join(path, file), 'utf8');
    for (const [from, to] of pairs) {
      assert.ok(text.includes(from), from);
      text = text.replace(from, () => to);
    }
    writeFileSync(join(path, file), text);
  }
  return path;
}

const red = (text: string): string => `\u001b[31m${text}\u001b[0m`;
const holds = (text: string, part: string): void => assert.ok(text.includes(part.trim()), `${part}\nnot in\n${text}`);

test('the page: services with what they match, how many are ready, and which line said so', async () => {
  const { code, text } = await explain([exampleFolder, '--recording', company]);
  assert.equal(code, 0);
  holds(text, '12 listed: 5 P0, 3 P1, 2 P2, 2 P3; what is not listed counts as P3');
  holds(text, '12 of 12 found in the recording');
  assert.match(text, /^ {2}P0 {2}orders +Deployment shop\/orders, 2 of 2 ready +CLAUDE\.md:20$/m);
  assert.match(text, /^ {2}P2 {2}recommendations +Deployment shop\/recommendations, 0 of 1 ready +CLAUDE\.md:48$/m);
  holds(
    text,
    '      the workload of its name in the namespace of line 21; down for at most 2m; needs postgres and payments',
  );
});

test('the page: known issues with what they mute, their next windows, and what they do not mute', async () => {
  const { text } = await explain([exampleFolder, '--now', '2026-11-24T10:00:00Z']);
  holds(
    text,
    `
  Search rebuilds its index  CLAUDE.md:57
    mutes     not-ready, no-replicas, no-endpoints, health-check-failed of search (P1)
    when      every Sunday 02:00-03:00
    next      Sun 2026-11-29 02:00-03:00 Europe/Berlin (01:00-02:00 UTC)
              Sun 2026-12-06 02:00-03:00 Europe/Berlin (01:00-02:00 UTC)
              Sun 2026-12-13 02:00-03:00 Europe/Berlin (01:00-02:00 UTC)
    not       crash-loop, oom-killed, restarting, image-pull, config-error and`,
  );
  holds(text, 'what was told before a\n              window opened; what outlives it');
  holds(text, 'when      while the pod is younger than 6m\n    not       crash-loop (as it says), ');
  const open = await explain([exampleFolder, '--now', '2026-11-29T01:30:00Z']);
  holds(open.text, 'when      every Sunday 02:00-03:00 (open now)');
});

test('the page: severities as logic, with a case that fires and one that just does not', async () => {
  const { text } = await explain([exampleFolder]);
  holds(
    text,
    `
  SEV-2  to #shop-alerts, after 5m, for On-call engineer, again every 1h  CLAUDE.md:86
    when      any P0 service degraded for 5m  agents/escalation-manager.md:20
              fires  web-frontend degraded for 5m
              not    web-frontend degraded for 4m 59s: nothing yet
    or        any P1 service down for 5m  agents/escalation-manager.md:21
              fires  catalog down for 5m
              not    catalog down for 4m 59s: nothing yet
    or        at least 2 nodes not ready  agents/escalation-manager.md:22
              fires  node node-1 and node node-2 not ready
              not    node node-1 not ready: SEV-3`,
  );
  holds(text, 'What they match is shown with --cluster or --recording PATH.');
});

test('the page: templates are shown with a sample, one that cannot be rendered with the reason', async () => {
  const { text } = await explain([exampleFolder, '--recording', company]);
  holds(text, '| Resolved after 5m: web-frontend: Deployment shop/web-frontend');
  const path = edited('template', {
    'agents/slack-notifier.md': [['{{ incident.says }}', '{% for i in (1..9999999) %}x{% endfor %}']],
  });
  holds((await explain([path])).text, 'cannot be used, the built-in one is sent: memory alloc limit exceeded');
});

test('what the cluster says against it stands among the problems, in the order of the lines', async () => {
  const path = edited('absent', {
    'CLAUDE.md': [
      ['- web-frontend: The', '- frontend: The'],
      ['- redis: Cache', '- cash: Cache'],
      ['Namespace: data\n\n## Supp', 'Workload: reddis\n\n## Supp'],
    ],
  });
  const { code, text } = await explain([path, '--recording', company]);
  assert.equal(code, 0);
  holds(text, '11 of 12 found in the recording');
  assert.match(text, /^ {2}P1 {2}cash +matches nothing +CLAUDE\.md:41$/m);
  holds(text, '      everything in the namespace of line 18; needs orders, catalog and ingress-nginx-controller');
  const problems = text.split('\n').filter((line) => /workload-not-found|namespace-as-a-whole/.test(line));
  assert.equal(problems.length, 2);
  assert.match(
    problems[0] ?? '',
    /^CLAUDE\.md:17:\d+.*`frontend`, so everything in it counts as this service: .*Did you mean Deployment shop\/web-frontend\?/,
  );
  assert.match(
    problems[1] ?? '',
    /^CLAUDE\.md:41:\d+.*No workload named `reddis`\. Did you mean Deployment data\/redis\?/,
  );
});

test('a configuration with an error is explained all the same, and the exit code says so', async () => {
  const path = edited('broken', { 'CLAUDE.md': [['Europe/Berlin', 'Europe/Berln']] });
  const { code, text } = await explain([path]);
  assert.equal(code, 1);
  holds(text, 'Search rebuilds its index');
  holds(text, 'timezone-unknown');
});

test('--annotate: the Markdown, every line with its number, a mark and what it means', async () => {
  const { text } = await explain([exampleFolder, '--annotate']);
  for (const { text: markdown } of configFiles()) for (const line of markdown.trimEnd().split('\n')) holds(text, line);
  assert.match(text, /^ {2}7 \+ - \*\*Name\*\*: shop-production +<- cluster name: shop-production$/m);
  assert.match(text, /^ {2}3 {3}Read by k8s-monitor\./m);
  assert.match(text, /^123 - ## Customization History$/m);
});

test('--annotate: a problem stands below its line, with colour on a terminal', async () => {
  const path = edited('annotated', { 'CLAUDE.md': [['Europe/Berlin', 'Europe/Berln']] });
  const { text } = await explain([path, '--annotate'], true);
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.includes('Europe/Berln'));
  holds(lines[at] ?? '', red('!'));
  holds(lines[at + 1] ?? '', `${red('error timezone-unknown')}: "Europe/Berln"`);
});

test('--annotate: of ConfigMap files the lines are those of the YAML', async () => {
  const indent = (text: string): string => text.replace(/^(?=.)/gm, '    ');
  const map = (name: string, data: Record<string, string>): string =>
    [
      'apiVersion: v1\nkind: ConfigMap\nmetadata:',
      `  name: ${name}\ndata:`,
      ...Object.entries(data).map(([key, text]) => `  ${key}: |\n${indent(text)}`),
    ].join('\n');
  const files = configFiles();
  const textsOf = (role: string): Record<string, string> =>
    Object.fromEntries(files.filter((file) => file.role === role).map(({ name, text }) => [name, text]));
  const path = join(folder, 'maps.yaml');
  writeFileSync(
    path,
    `${map('k8s-monitor-orchestrator', textsOf('orchestrator'))}\n---\n${map('k8s-monitor-agents', textsOf('agent'))}`,
  );
  const { code, text } = await explain([path, '--annotate']);
  assert.equal(code, 0);
  assert.match(text, /^CLAUDE\.md \(.*maps\.yaml\)$/m);
  assert.match(text, /^ +13 \+ - \*\*Name\*\*: shop-production +<- cluster name: shop-production$/m);
});

test('--output json is the document of the schema, with the cluster, windows and examples', async () => {
  const { text } = await explain([exampleFolder, '--recording', company, '--output', 'json']);
  const document = explainDocument.parse(JSON.parse(text));
  const orders = document.services.find(({ name }) => name === 'orders');
  assert.deepEqual(
    [orders?.matches, orders?.by],
    [['Deployment shop/orders'], 'the workload of its name in the namespace of its entry'],
  );
  assert.equal(document.knownIssues[0]?.next?.length, 3);
  assert.deepEqual(document.severities[0]?.example, {
    fires: 'web-frontend down',
    misses: 'web-frontend only degraded',
    instead: 'SEV-2',
  });
});

test('--cluster asks the cluster of the kubeconfig', async () => {
  const server = await startApiServer({
    objects: [object('v1', 'Namespace data'), ...workload('StatefulSet data/postgres', { wanted: 3, ready: 1 })],
  });
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, kubeconfigFor(server.url, {}));
  const before = process.env['KUBECONFIG'];
  process.env['KUBECONFIG'] = file;
  try {
    const { code, text } = await explain([exampleFolder, '--cluster']);
    assert.equal(code, 0);
    holds(text, 'Held against the cluster demo.');
    assert.match(text, /^ {2}P0 {2}postgres +StatefulSet data\/postgres, 1 of 3 ready +CLAUDE\.md:29$/m);
    holds(text, '1 of 12 found in the cluster demo; 11 services stand for nothing');
    server.fault('deployments', { kind: '403' });
    const partly = await explain([exampleFolder, '--cluster']);
    assert.equal(partly.code, 3);
    holds(partly.text, 'Not seen there: deployments. What they hold may be missing below.');
    assert.doesNotMatch(partly.text, /workload-not-found/);
  } finally {
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
    await server.stop();
  }
});
