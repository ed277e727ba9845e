import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configFiles } from '../../../test/support/config-files.ts';
import { compileFiles } from '../compile.ts';
import type { Revision } from '../revision.ts';
import { describeChange } from './describe-change.ts';

const files = configFiles();

/** The example's files with an edit: what stands in the file, and what instead. */
function compileEdited(name: string, from: string, to: string): Revision {
  const edited = files.map((file) => {
    if (file.name !== name) return file;
    assert.ok(file.text.includes(from), `${name} does not say "${from}"`);
    return { ...file, text: file.text.replace(from, () => to) };
  });
  const revision = compileFiles(edited);
  assert.deepEqual(
    revision.problems.filter(({ level }) => level === 'error'),
    [],
  );
  return revision;
}

const example = compileFiles(files);
const issue = (title: string, ...lines: string[]): string =>
  `\n### ${title}\n${lines.map((line) => `- ${line}`).join('\n')}\n\n## Health Check Patterns`;
const check = [
  '### 5. Memory Usage Alerts',
  '',
  '```bash',
  '# New check: Find pods using >80% of limit',
  'kubectl get pods --all-namespaces -o json | \\',
  "  jq '.items[] | select(.spec.containers[].resources.limits.memory)'",
  '```',
];

type Row = [file: string, from: string, to: string, ...says: string[]];

/** The edits of the guide, on its own lines. */
const backup = [
  'Every Sunday 2-3 AM',
  '**Why**: Regular backup process',
  '**Solution**: This is expected - DO NOT FLAG',
];
const rows: Record<string, Row[]> = {
  'the scenarios of the guide': [
    [
      'CLAUDE.md',
      '- orders: Takes',
      '- my-new-service: Description of service\n- orders: Takes',
      'P0 `my-new-service` added',
    ],
    [
      'CLAUDE.md',
      '\n## Health Check Patterns',
      issue('Database Backup Window', ...backup),
      'known issue `Database Backup Window` now mutes database every Sunday 02:00-03:00',
    ],
    [
      'escalation-manager.md',
      'Any P0 service down immediately',
      'Any P0 service down for > 2 minutes (was: immediately)',
      'SEV-1 at once -> after 2 minutes',
    ],
    [
      'k8s-analyzer.md',
      '## How to look',
      `${check.join('\n')}\n\n## How to look`,
      'custom check `Memory Usage Alerts` added',
    ],
  ],
  services: [
    [
      'CLAUDE.md',
      '- payments: Talks',
      '- ledger: Talks',
      'P0 `payments` removed',
      'health check of `payments` removed (http :80 /health)',
      'P0 `ledger` added',
    ],
    ['CLAUDE.md', '- reports (P3):', '- reports (P1):', '`reports` P3 -> P1'],
    ['CLAUDE.md', 'Max downtime: 2 minutes', 'Max downtime: 200 minutes', '`orders`: max downtime 2 -> 200 minutes'],
    ['CLAUDE.md', '  - Max downtime: 2 minutes\n', '', '`orders`: max downtime 2 minutes -> none'],
    ['CLAUDE.md', 'Depends on: postgres, payments', 'Depends on: postgres', '`orders`: dependency on payments removed'],
    ['CLAUDE.md', '- mailer: Order', '- mailer (P2): Order'],
    ['CLAUDE.md', 'Takes orders', 'Takes all the orders there are'],
    ['CLAUDE.md', '  - Namespace: data', '  - Namespace: data2', '`postgres`: namespace data -> data2'],
    [
      'CLAUDE.md',
      '- redis: Cache',
      '- redis: Cache\n  - Aliases: cache\n  - Optional: yes\n  - Description: Cache',
      '`redis`: alias cache added; optional now, so never down',
    ],
  ],
  'known issues': [
    [
      'CLAUDE.md',
      '\n## Health Check Patterns',
      issue('Backup', 'Every Sunday 2-3 AM', 'Services: postgres', 'DO NOT FLAG'),
      'known issue `Backup` now mutes postgres every Sunday 02:00-03:00',
    ],
    [
      'CLAUDE.md',
      '\n## Health Check Patterns',
      issue('Old disks', 'Services: postgres', 'DO NOT FLAG'),
      'known issue `Old disks` now makes postgres SEV-4, without an end',
    ],
    [
      'CLAUDE.md',
      '\n## Health Check Patterns',
      issue('Restarts', 'Services: redis', 'Kinds: crash-loop', 'Up to: 5 minutes', 'DO NOT FLAG'),
      'known issue `Restarts` now mutes crash-loop of redis for the first 5 minutes',
    ],
    [
      'CLAUDE.md',
      'Every Sunday 2-3 AM',
      'Every Monday 2-3 AM',
      'known issue `Search rebuilds its index`: holds every Sunday 02:00-03:00 -> every Monday 02:00-03:00',
    ],
    [
      'CLAUDE.md',
      'Every Sunday 2-3 AM',
      'Friday 22:00 to Monday 06:00',
      'known issue `Search rebuilds its index`: holds every Sunday 02:00-03:00 -> every Friday 22:00-06:00 3 days later',
    ],
    [
      'CLAUDE.md',
      'DO NOT FLAG',
      'that is so',
      'known issue `Search rebuilds its index` removed: search may be told again',
    ],
    [
      'CLAUDE.md',
      '### Search rebuilds its index',
      '### Weekly index',
      'known issue `Search rebuilds its index` is called `Weekly index` now',
    ],
    [
      'CLAUDE.md',
      'Services: search',
      'Services: search, catalog',
      'known issue `Search rebuilds its index`: service catalog added',
    ],
    ['CLAUDE.md', 'once a week', 'every week'],
  ],
  criteria: [
    ['escalation-manager.md', 'down immediately', 'down for > 2 minutes', 'SEV-1 at once -> after 2 minutes'],
    [
      'escalation-manager.md',
      'Any P1 service down for 5 minutes',
      'Any P1 service down for 50 minutes',
      'SEV-2 (any P1 service down) after 5 -> 50 minutes',
    ],
    ['escalation-manager.md', '  - Multiple nodes not ready\n', '', 'SEV-2 no longer when 2 or more nodes not ready'],
    [
      'escalation-manager.md',
      'any P2 service down',
      'any P2 service degraded',
      'SEV-3 when any P2 service down -> when any P2 service degraded',
    ],
    [
      'escalation-manager.md',
      'Any P0 service down immediately',
      'payments or orders down immediately',
      'SEV-1 when any P0 service down at once -> when orders or payments down at once',
    ],
    [
      'escalation-manager.md',
      'Any P0 service down immediately',
      'payments and orders down immediately, or control plane down',
      'SEV-1 no longer when any P0 service down at once',
      'SEV-1 also when orders and payments down at once',
      'SEV-1 also when control plane down',
    ],
  ],
  'escalation policy': [
    [
      'CLAUDE.md',
      '- **Channel**: #shop-alerts',
      '- **Channel**: #shop-alrts',
      'channel of SEV-1 #shop-alerts -> #shop-alrts',
    ],
    [
      'CLAUDE.md',
      '- **Channel**: #shop-platform\n',
      '- **Channel**: None\n',
      'SEV-3: no channel any more, was #shop-platform',
    ],
    ['CLAUDE.md', 'Within 5 minutes', 'Within 30 days', 'timing of SEV-2 after 5 minutes -> after 30 days'],
    [
      'CLAUDE.md',
      'Follow-up**: every 15 minutes',
      'Follow-up**: every 30 days',
      'follow-up of SEV-1 15 minutes -> 30 days',
    ],
    ['CLAUDE.md', 'Within 5 minutes', 'Within 50 minutes', 'timing of SEV-2 after 5 minutes -> after 50 minutes'],
    [
      'CLAUDE.md',
      'Follow-up**: every 15 minutes',
      'Follow-up**: every 2 hours',
      'follow-up of SEV-1 15 -> 120 minutes',
    ],
    [
      'CLAUDE.md',
      '- **Follow-up**: every 15 minutes',
      '- **Follow-up**: every 15 minutes\n- **Mention**: @oncall\n- **Settle**: 30 s',
      'SEV-1: mention none -> @oncall; settle the usual -> 30 seconds',
    ],
  ],
  analyzer: [
    ['k8s-analyzer.md', '90% of limit', '80% of limit', 'memory threshold 90 % -> 80 %'],
    ['k8s-analyzer.md', 'more than 5 in an hour', 'more than 10 in an hour', 'restarts threshold 5 -> 10'],
    ['k8s-analyzer.md', '- **Pending**: 2 minutes', '- **Pending**: 3 minutes', 'pending threshold 2 -> 3 minutes'],
    [
      'k8s-analyzer.md',
      'Namespaces: kube-node-lease',
      'Namespaces: kube-node-lease, dev',
      'ignored namespace `dev` added',
    ],
    [
      'k8s-analyzer.md',
      'Namespaces: kube-node-lease',
      'Namespaces: kube-node-lease, data',
      'ignored namespace `data` added: outages of P0 `postgres` and P1 `redis` are not told any more',
    ],
    [
      'k8s-analyzer.md',
      '## How to look',
      `${check.join('\n')}\n\n## How to look`,
      'custom check `Memory Usage Alerts` added',
    ],
    ['k8s-analyzer.md', '> 100)', '> 1000)', 'custom check `Orders waiting for payment`: filter changed'],
    [
      'k8s-analyzer.md',
      '**Severity**: SEV-3',
      '**Severity**: SEV-4',
      'custom check `Orders waiting for payment`: severity SEV-3 -> SEV-4',
    ],
    ['k8s-analyzer.md', 'Bash, Read, Grep', 'Read, Grep', 'agent `k8s-analyzer`: tools Bash removed'],
    ['k8s-analyzer.md', 'model: haiku', 'model: opus', 'agent `k8s-analyzer`: model haiku -> opus'],
    ['k8s-analyzer.md', 'Start from the events', 'Begin with the events'],
  ],
  'the rest': [
    ['CLAUDE.md', 'TCP 6379', 'TCP 6380', 'health check of `redis`: port 6379 -> 6380'],
    ['CLAUDE.md', 'Europe/Berlin', 'UTC', 'time zone Europe/Berlin -> UTC'],
    ['CLAUDE.md', 'Every 1 hour', 'Every 5 minutes', 'monitoring frequency 60 -> 5 minutes'],
    ['CLAUDE.md', '- **Team**: Platform', '- **Team**: Shop'],
    ['slack-notifier.md', 'SEV-1: 🚨', 'SEV-1: 🔥', 'emoji of SEV-1 🚨 -> 🔥'],
    ['slack-notifier.md', 'is healthy again', 'is well again', 'message template `resolved` changed'],
    [
      'escalation-manager.md',
      'Brief update**: every 1 hour',
      'Brief update**: every 2 hours',
      'brief update every 1 -> 2 hours',
    ],
    [
      'github-reviewer.md',
      'Time to check**: 6 hours',
      'Time to check**: 12 hours',
      'time to check changes 6 -> 12 hours',
    ],
  ],
};

for (const [part, list] of Object.entries(rows)) {
  describe(part, () => {
    for (const [file, from, to, ...says] of list) {
      test(`${JSON.stringify(from)} -> ${JSON.stringify(to)}: ${says.join('; ') || 'nothing'}`, () => {
        assert.deepEqual(describeChange(example, compileEdited(file, from, to)), says);
      });
    }
  });
}
