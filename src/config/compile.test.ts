import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFiles, sourceFile } from '../../test/support/config-files.ts';
import { minute } from '../lib/clock.ts';
import { compileFiles, hasErrors } from './compile.ts';
import { defaultFiles } from './default/default-files.ts';
import { explainDocument, explainRevision } from './explain.ts';
import { describeChange } from './meaning/describe-change.ts';
import { findHarm } from './meaning/find-harm.ts';
import type { Revision, SourceFile } from './revision.ts';

const example = configFiles();
/** The example with one edit in one file. */
const edited = (name: string, from: string, to: string): Revision => {
  const file = example.find((each) => each.name === name);
  assert.ok(file?.text.includes(from), `${name} has "${from}"`);
  return compileFiles(example.map((each) => (each === file ? { ...each, text: each.text.replace(from, to) } : each)));
};
const codes = (revision: Revision): string[] =>
  revision.problems.map(({ code, file, line }) => `${code} ${file}:${line}`);
const orchestrator = (text: string): Revision => compileFiles([sourceFile('CLAUDE.md', text)], { allowEmpty: true });
const agent = (name: string, text: string, head = '## P0\n- shop: x\n## P1\n- search: x'): Revision =>
  compileFiles(
    [sourceFile('CLAUDE.md', head), sourceFile(`${name}.md`, `---\nname: ${name}\ndescription: d\n---\n${text}`)],
    { allowEmpty: true },
  );

test("the guide's scenario 1: a service is added with a plus sign", () => {
  const revision = edited('CLAUDE.md', '- postgres:', '+ my-new-service: Description of service\n- postgres:');
  const added = revision.services.find(({ name }) => name === 'my-new-service');
  assert.equal(added?.priority, 'P0');
  assert.equal(added?.description, 'Description of service');
  assert.equal(hasErrors(revision), false);
});

test("the guide's scenario 2: a database backup window", () => {
  const issue =
    '### Database Backup Window\n- Every Sunday 2-3 AM\n- Why: Regular backup process\n- Solution: This is expected - DO NOT FLAG\n\n### Search';
  const [first] = edited('CLAUDE.md', '### Search', issue).knownIssues;
  assert.deepEqual(first?.classes, ['database']);
  assert.deepEqual(first?.services, []);
  assert.deepEqual(first?.bound, {
    type: 'windows',
    windows: [{ repeats: 'weekly', days: [7], start: 120, end: 180, says: 'every Sunday 02:00-03:00' }],
  });
  assert.equal(first?.why, 'Regular backup process');
});

test("the guide's scenario 3: SEV-1 after two minutes", () => {
  const revision = edited(
    'escalation-manager.md',
    'Any P0 service down immediately',
    'Any P0 service down for > 2 minutes (was: immediately)',
  );
  const [rule] = revision.severityRules;
  assert.equal(rule?.severity, 'SEV-1');
  assert.deepEqual(
    rule?.anyOf.map((group) => group.map(({ state, for: length }) => ({ state, length }))),
    [[{ state: 'down', length: 2 * minute }]],
  );
  const line = revision.lines.find(
    ({ file, line: number }) => file === 'agents/escalation-manager.md' && number === 15,
  );
  assert.equal(line?.verdict, 'understood');
});

test("the guide's scenario 4: a memory check", () => {
  const check = `### 5. Memory Usage Alerts

\`\`\`bash
# New check: Find pods using >80% of limit
kubectl get pods --all-namespaces -o json | \\
  jq '.items[] | select(.spec.containers[].resources.limits.memory)'
\`\`\`

## How to look`;
  const { customChecks } = edited('k8s-analyzer.md', '## How to look', check);
  const [added] = customChecks.filter(({ name }) => name === 'Memory Usage Alerts');
  assert.deepEqual([added?.kinds, added?.allNamespaces, added?.severity], [['pods'], true, 'SEV-4']);
  assert.equal(added?.filter, '.items[] | select(.spec.containers[].resources.limits.memory)');
});

test("the guide's change log and history are asides, also as first-level headings", () => {
  const revision = orchestrator(
    '# CHANGE LOG:\n# - 2025-10-20: Added P0 thresholds\n\n# Title\n\n## P0\n- shop: x\n\n## Customization History\n\n### 2025-10-20\n- Added vault.unseal as known issue',
  );
  assert.deepEqual(
    revision.lines.map(({ verdict }) => verdict),
    [
      'aside',
      'aside',
      'aside',
      'context',
      'context',
      'understood',
      'understood',
      'context',
      'aside',
      'aside',
      'aside',
      'aside',
    ],
  );
});

/** What is written in a priority section, and the services it gives. */
const services: [string, string][] = [
  ['## Critical Services (P0 - Business Critical)\n- shop: the shop', 'P0 shop'],
  ['## 1. 🔥 Critical (p0)\n* shop - the shop', 'P0 shop'],
  ['## P1\n1. **shop** (the shop)', 'P1 shop'],
  ['## P1\n+ `shop`', 'P1 shop'],
  ['## P1\n- **`shop`** the shop', 'P1 shop'],
  ['## P1\n- shop, cart and search: three', 'P1 shop; P1 cart; P1 search'],
  ['## Services\n### P0\n- shop\n#### P3 Low\n- wiki', 'P0 shop; P3 wiki'],
  ['## Critical Services\n**P0 - Business:**\n- shop\n\n**P1:**\n- cart', 'P0 shop; P1 cart'],
  ['## Critical Services\n- **P0**: shop, cart\n- **P2**: wiki', 'P0 shop; P0 cart; P2 wiki'],
  ['## P2-P3\n- wiki\n- blog (P3): old', 'P2 wiki; P3 blog'],
  ['## P2-P3\n- wiki: P3 old\n- blog - P3\n- docs: p99 latency matters', 'P2 docs; P3 wiki; P3 blog'],
  ['## P0\n### shop\n- **Namespace**: prod\n- **Workload**: Deployment/web', 'P0 shop ns=prod wl=Deployment/web'],
  ['## P0\n- shop (`prod` namespace)\n- prod2/cart: x', 'P0 shop ns=prod; P0 cart ns=prod2 wl=cart'],
  ['## P0\n- shop: x\n  - Max downtime: 5-15 minutes', 'P0 shop max=5m'],
  ['## P0 (max downtime: 90s)\n- shop\n- cart: x\n  - **Max downtime**: 0 minutes', 'P0 shop max=1.5m; P0 cart max=0m'],
  ['## P0\n**Max downtime**: 2 minutes (was: 5 minutes)\n- shop', 'P0 shop max=2m'],
  ['## P3\n- wiki\n\n→ log only, SEV-4', 'P3 wiki cap=SEV-4'],
  ['## P3\n- wiki\n→ log only, SEV-4', 'P3 wiki cap=SEV-4'],
  ['## P0\n| Service | Namespace | Max downtime |\n|---|---|---|\n| shop | prod | 2 min |', 'P0 shop ns=prod max=2m'],
  [
    '## P0\n- shop\n## Service inventory\n| Service | Priority | Namespace |\n|--|--|--|\n| shop | P0 | prod |\n| cart | P1 | prod |',
    'P0 shop ns=prod; P1 cart ns=prod',
  ],
  ['## P0\n- ~~old~~: gone\n- shop', 'P0 shop'],
  ['## P0\n- <name>: x\n- service-name-1: x\n- shop', 'P0 shop'],
  [
    '## P0\n- Note: restarts are slow\n- **Impact**: 100 orders a minute\n- Max downtime: 2 minutes\n- shop',
    'P0 shop max=2m',
  ],
  ['## P0 Examples\n- shop', ''],
  ['```\n## P0\n- shop\n```', ''],
  ['<!--\n## P0\n- shop\n-->', ''],
];
for (const [text, expected] of services) {
  test(`services: ${text.replaceAll('\n', ' / ')}`, () => {
    const said = orchestrator(text).services.map(({ name, priority, namespace, workload, maxDowntime, cap }) =>
      [
        `${priority} ${name}`,
        namespace && `ns=${namespace}`,
        workload && `wl=${workload.kind === undefined ? '' : `${workload.kind}/`}${workload.name}`,
        maxDowntime !== undefined && `max=${maxDowntime / minute}m`,
        cap && `cap=${cap}`,
      ]
        .filter(Boolean)
        .join(' '),
    );
    assert.equal(said.join('; '), expected);
  });
}

test('values before the first section, two on a line and in a table', () => {
  const { cluster } = orchestrator(
    '# Ops\n**Cluster**: prod | **Type**: EKS\n\n## Cluster Information\n| Key | Value |\n|--|--|\n| Timezone | America/New_York |\n| Monitoring Frequency | every 15 minutes |\n\n## P0\n- shop',
  );
  assert.deepEqual(cluster, { name: 'prod', type: 'EKS', timezone: 'America/New_York', frequency: 15 * minute });
});

test('the details of a service', () => {
  const [shop] = orchestrator(
    '## P0\n- shop: x\n  - Depends on: db, cache\n  - Aliases: storefront\n  - Optional: metrics-exporter\n  - Repository: acme/shop\n  - Manifests: apps/shop\n  - Runbook: https://wiki.example/shop\n  - Health check: HTTP /health :8080\n- db\n- cache',
  ).services;
  assert.deepEqual(
    [shop?.dependsOn, shop?.aliases, shop?.optionalWorkloads, shop?.repository, shop?.manifests, shop?.runbook],
    [['db', 'cache'], ['storefront'], ['metrics-exporter'], 'acme/shop', 'apps/shop', 'https://wiki.example/shop'],
  );
});

/** One issue under Known Issues over the services shop (P0), search and vault (P1), and how it is understood. */
const issues: [string, string][] = [
  ['### Vault\n- vault is sealed after a restart, do not flag for 30 minutes', 'vault | 30m onset'],
  ['- **vault**: sealed after restarts. Never page. Daily 02:00-03:00', 'vault | every day 02:00-03:00'],
  ['### Slow startup\n- Services: search, vault\n- Up to: 6 minutes\n- do not alert', 'search,vault | 6m pod-start'],
  ['### Backups\n- databases are slow every Sunday 2-3 AM, DO NOT FLAG', 'every database | every Sunday 02:00-03:00'],
  ['### Search\n- search is odd, do not alert (but monitor for crashes)', 'search | none, tells crash-loop'],
  [
    '### Search\n- Kinds: crash-loop\n- search restarts. do not flag for 5 minutes',
    'search only crash-loop | 5m onset',
  ],
  ['**Search rebuild**\n- search, Every Sunday 2-3 AM, do not flag', 'search | every Sunday 02:00-03:00'],
  ['### Search\n- search is slow, this is expected', ''],
  ['### Weather\n- rain, do not flag', 'nothing | none'],
];
for (const [text, expected] of issues) {
  test(`known issue: ${text.replaceAll('\n', ' / ')}`, () => {
    const { knownIssues } = orchestrator(
      `**Timezone**: Europe/Berlin\n## P0\n- shop: x\n## P1\n- search: x\n- vault: x\n## Known Issues\n${text}`,
    );
    const said = knownIssues.map(({ services: named, classes, kinds, exceptions, bound }) => {
      const who = [...named, ...classes.map((each) => `every ${each}`)].join(',') || 'nothing';
      const what = kinds.length === 4 ? '' : ` only ${kinds.join(',')}`;
      const when =
        bound.type === 'grace'
          ? `${bound.lasts / minute}m ${bound.from}`
          : bound.type === 'none'
            ? 'none'
            : bound.windows.map(({ says }) => says).join(';');
      return `${who}${what} | ${when}${exceptions.length > 0 ? `, tells ${exceptions.join(',')}` : ''}`;
    });
    assert.equal(said.join('; '), expected);
  });
}

test('a heading that says not to flag counts for its bullets, a sentence over the section does not', () => {
  const flat = "**Timezone**: UTC\n## P1\n- vault\n## Don't flag these\n- vault sealed, up to 5 minutes";
  assert.equal(orchestrator(flat).knownIssues.length, 1);
  const sentence =
    '**Timezone**: UTC\n## P1\n- vault\n## Known Issues\nDo not flag any of these.\n\n- vault sealed, up to 5 minutes';
  assert.deepEqual(
    [orchestrator(sentence).knownIssues.length, codes(orchestrator(sentence))],
    [0, ['issue-whole-section CLAUDE.md:5']],
  );
});

const policies: [string, string][] = [
  [
    '### SEV-1\n- **Channel**: #a, #b\n- **Timing**: Immediate\n- Follow-up: every 15 minutes',
    'SEV-1 #a,#b immediate followUp=15',
  ],
  ['### CRITICAL (SEV-1)\n**Notification**: immediate, to #a', 'SEV-1 #a immediate'],
  ['### SEV-3 / SEV-4\n- Channel: None', 'SEV-3 - immediate; SEV-4 - digest'],
  ['| Severity | Channel | Timing |\n|--|--|--|\n| SEV-2 | #a | within 5 minutes |', 'SEV-2 #a after'],
  ['- **SEV-1**: immediate, to #a\n- **SEV-4**: log only', 'SEV-1 #a immediate; SEV-4 - digest'],
  ['### SEV-4\n- Channel: N/A - log only', 'SEV-4 - digest'],
  [
    '### SEV-1\n- Channel: #a\n- Escalate: pagerduty after 5 minutes without acknowledgement\n- Settle: 15 s',
    'SEV-1 #a immediate settle=0.25 then pagerduty 5',
  ],
];
for (const [text, expected] of policies) {
  test(`escalation: ${text.replaceAll('\n', ' / ')}`, () => {
    const revision = orchestrator(`**Timezone**: UTC\n## P0\n- shop\n## Escalation Policy\n${text}`);
    const said = revision.escalation.map(({ severity, channels, timing, followUp, settle, escalate }) =>
      [
        severity,
        channels.join(',') || '-',
        timing.when,
        followUp && `followUp=${followUp / minute}`,
        settle && `settle=${settle / minute}`,
        escalate && `then ${escalate.channel} ${escalate.after / minute}`,
      ]
        .filter(Boolean)
        .join(' '),
    );
    assert.equal(said.join('; '), expected);
    assert.deepEqual(codes(revision), []);
  });
}

/** Criteria in escalation-manager.md; groups are joined by |, clauses of one group by +. */
const criteria: [string, string][] = [
  ['### SEV-1\n- **Criteria**: Any P0 service down', 'SEV-1 Any P0 service down'],
  [
    '### SEV-1\n- **Criteria**: ANY of these\n  - P0 service down\n  - P1 service down for 5 minutes',
    'SEV-1 P0 service down|P1 service down for 5 minutes',
  ],
  [
    '### SEV-1\n**Criteria** (ALL of):\n- P0 service down\n- Multiple nodes not ready',
    'SEV-1 P0 service down+Multiple nodes not ready',
  ],
  [
    '### SEV-1\nANY of these:\n- P0 service down\n- **Guidance**: think\n- P1 service down',
    'SEV-1 P0 service down|P1 service down',
  ],
  ['### SEV-1\n- P0 service down\n- **Action**: page 2 people', 'SEV-1 P0 service down'],
  ['- **SEV-1**: P0 service down', 'SEV-1 P0 service down'],
  ['| Severity | Criteria |\n|--|--|\n| SEV-1 | P0 service down |', 'SEV-1 P0 service down'],
];
for (const [text, expected] of criteria) {
  test(`criteria: ${text.replaceAll('\n', ' / ')}`, () => {
    const revision = agent('escalation-manager', text);
    const said = revision.severityRules.map(
      ({ severity, anyOf }) =>
        `${severity} ${anyOf.map((group) => group.map((clause) => clause.text).join('+')).join('|')}`,
    );
    assert.equal(said.join('; '), expected);
    assert.equal(hasErrors(revision), false, codes(revision).join());
  });
}

test('an ALL with a part that cannot be read is refused as a whole', () => {
  const revision = agent(
    'escalation-manager',
    '### SEV-1\n- **Criteria**: ALL of these\n  - P0 service down\n  - customers complain',
  );
  assert.deepEqual(revision.severityRules, []);
  assert.ok(hasErrors(revision));
});

test("CLAUDE.md's When serves where escalation-manager.md has no criteria", () => {
  const head =
    '## P0\n- shop\n## Escalation Policy\n### SEV-1\n- When: P0 service down\n- Channel: #a\n### SEV-2\n- When: P0 service degraded\n- Channel: #a';
  const revision = agent('escalation-manager', '### SEV-1\n- **Criteria**: P0 service down for 9 minutes', head);
  assert.deepEqual(
    revision.severityRules.map(({ severity, at }) => `${severity} ${at.file}`),
    ['SEV-1 agents/escalation-manager.md', 'SEV-2 CLAUDE.md'],
  );
  assert.deepEqual(codes(revision), ['criteria-twice CLAUDE.md:5']);
});

test('thresholds, graces and ignores of k8s-analyzer.md', () => {
  const { thresholds, ignores } = agent(
    'k8s-analyzer',
    '## Thresholds\n- **Memory usage**: 80% of limit\n- Restarts: > 3\n- Certificate expiry: 30 days warning, 7 days critical\n- Image pull errors for > 5 min\n| Check | Value |\n|--|--|\n\n## Ignore\n- Namespaces: kube-system, `dev-*` (only if not running)\n- `staging` namespace\n- FailedMount events',
  );
  assert.deepEqual(
    [thresholds.memoryUsage, thresholds.restarts, thresholds.certificateDays, thresholds.graces],
    [0.8, 3, { warning: 30, error: 7 }, { 'image-pull': 5 * minute }],
  );
  assert.deepEqual(
    ignores.map(({ what, name, when }) => `${what} ${name} ${when ?? 'always'}`),
    [
      'namespace kube-system not-running',
      'namespace dev-* not-running',
      'namespace staging always',
      'reason FailedMount always',
    ],
  );
});

test('templates, emoji and settings of the other agents', () => {
  const slack = agent(
    'slack-notifier',
    '## Emoji\n- SEV-1: 🚨\n\n## Full Alert Template\n```\nexample\n```\n```liquid\n{{ incident.says }}\n```',
  );
  assert.deepEqual(
    [slack.emoji, slack.templates.map(({ name, liquid }) => `${name} ${liquid}`)],
    [{ 'SEV-1': '🚨' }, ['full {{ incident.says }}']],
  );
  assert.deepEqual(codes(slack), ['template-plain agents/slack-notifier.md:9']);
  const { github } = agent(
    'github-reviewer',
    '- **Time to check**: 2 hours\n- Repositories: acme/a, acme/b\n- Sync delay: 3-5 minutes',
  );
  assert.deepEqual(github, {
    timeToCheck: 120 * minute,
    repositories: ['acme/a', 'acme/b'],
    manifests: [],
    syncDelay: 5 * minute,
  });
});

test('positions are those of the source, also inside a ConfigMap', () => {
  const text = '## P0\n- shop_x: bad';
  const file: SourceFile = {
    ...sourceFile('CLAUDE.md', text),
    file: 'k8s/orchestrator-configmap.yaml',
    lineOffset: 7,
    columnOffset: 4,
  };
  const { problems, lines } = compileFiles([file], { allowEmpty: true });
  assert.deepEqual(
    problems.map(({ file: name, line, column, code }) => `${name}:${line}:${column} ${code}`),
    ['k8s/orchestrator-configmap.yaml:8:5 no-services', 'k8s/orchestrator-configmap.yaml:9:7 service-name-invalid'].map(
      (each) => each.replace(':8:1 ', ':8:5 '),
    ),
  );
  assert.deepEqual(
    lines.map(({ line }) => line),
    [8, 9],
  );
});

const sameRevision: [string, (text: string) => string, boolean][] = [
  ['a byte order mark', (text) => `\uFEFF${text}`, true],
  ['Windows line ends (F18)', (text) => text.replaceAll('\n', '\r\n'), true],
  ['spaces at line ends', (text) => text.replaceAll('\n', '  \n'), true],
  ['a comment', (text) => text.replace('\n## ', '\n<!-- a\nnote -->\n## '), true],
  ['a word', (text) => text.replace('Shop', 'Shops'), false],
];
for (const [what, change, same] of sameRevision) {
  test(`${what} ${same ? 'changes no' : 'changes the'} revision`, () => {
    const changed = compileFiles(
      example.map((file) => (file.name === 'CLAUDE.md' ? { ...file, text: change(file.text) } : file)),
    );
    assert.equal(changed.id === compileFiles(example).id, same);
  });
}

test('nothing at all is refused, unless that is asked for (F5)', () => {
  assert.ok(hasErrors(compileFiles([])));
  assert.deepEqual(compileFiles([], { allowEmpty: true }).problems, []);
});

test('a configuration without any agent is refused (F9)', () => {
  const { problems } = compileFiles(example.filter(({ role }) => role === 'orchestrator'));
  assert.ok(problems.some(({ code, level }) => code === 'agents-missing' && level === 'error'));
});

test('files that are too large together are refused, however small each is (F20)', () => {
  const big = Array.from({ length: 4 }, (_, index) =>
    sourceFile(`big-${index}.md`, `---\nname: big-${index}\ndescription: d\n---\n${'word '.repeat(50_000)}\n`),
  );
  const { problems } = compileFiles([...example, ...big]);
  assert.deepEqual(
    problems.filter(({ level }) => level === 'error').map(({ message }) => message.replace(/\d+ KiB;/, 'N KiB;')),
    ['All files together have N KiB; the most is 900 KiB.'],
  );
});

test('an agent that is not required may be removed, and the edit says so (F7)', () => {
  const more = [...example, sourceFile('poet.md', '---\nname: poet\ndescription: d\n---\nRhyme.\n')];
  const [before, after] = [compileFiles(more), compileFiles(example)];
  assert.equal(hasErrors(after), false);
  assert.deepEqual([describeChange(before, after), findHarm(before, after)], [['agent `poet` removed'], []]);
});

test('the built-in default has no error', () => {
  assert.deepEqual(
    compileFiles(defaultFiles()).problems.map(({ code }) => code),
    ['no-services'],
  );
});

test('what config explain prints fits its schema', () => {
  const document = explainRevision(compileFiles(example), (name) => [`Deployment/shop/${name}`]);
  assert.deepEqual(explainDocument.parse(document), document);
  assert.equal(document.knownIssues[1]?.bound.type === 'grace' && document.knownIssues[1].bound.lasts, 'PT6M');
});
