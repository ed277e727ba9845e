import type { Example } from './page.ts';

/** A line or a few where they stand, for the compiler to say what they are. */
export type Piece = Pick<Example, 'file' | 'whole'> & { above: string; write: string };

/** A piece that is read, and the one nearest to it that somebody may write and that is not read as this form. */
export type Form = Piece & { near: string };

/** A part of the reference: what it is about, and its forms. */
export type FormGroup = { title: string; says: string; forms: Form[] };

/** Forms in one place, each with its near-miss. */
const inAgent = (file: string, above: string, ...pairs: readonly [write: string, near: string][]): Form[] =>
  pairs.map(([write, near]) => ({ file, above, write, near }));
const inOrchestrator = (above: string, ...pairs: readonly [write: string, near: string][]): Form[] =>
  inAgent('CLAUDE.md', above, ...pairs);

export const issueAbove = '## Known Issues\n\n### Search index\n- Services: search\n- Do not flag\n';
export const policyAbove = '## Escalation Policy\n\n### SEV-1\n\n- **Channel**: #ops\n';
export const criteriaAbove = '## Severity levels\n\n### SEV-1\n\n';

/** Forms that are more than a word of a table. */
export const formGroups: readonly FormGroup[] = [
  {
    title: 'Services',
    says: 'Below a heading with `P0`, `P1`, `P2` or `P3`, or a range: the first word of an item is the name. A range means its first priority unless the item says otherwise.',
    forms: [
      ...inOrchestrator(
        '## Supporting Services (P2-P3)\n\n',
        ['- reports: nightly numbers', '- Nightly numbers: reports'],
        ['- reports - nightly numbers', '- reports nightly numbers'],
        ['- reports (nightly numbers)', '- reports (max downtime: a few)'],
        ['- reports', 'reports'],
        ['- **reports** nightly numbers', '- **Nightly reports** numbers'],
        ['- reports (P3): nightly numbers', '- reports (P5): nightly numbers'],
        ['- reports, mailer and wiki: three of them', '- reports, mailer and the wiki: three of them'],
        ['- office/reports: in the namespace office', '- office reports: in the namespace office'],
        ['- Deployment/reports: a workload by its kind', '- Deployment reports: a workload by its kind'],
      ),
      ...inOrchestrator(
        '## Supporting Services (P2)\n\n- reports\n\n',
        ['-> log only, SEV-4', '-> log only'],
        ['**Max downtime**: 5 minutes', 'Down at most 5 minutes'],
      ),
      ...inOrchestrator(
        '',
        [
          '## Supporting Services (P2, max downtime: 10 minutes)\n\n- reports',
          '## Supporting Services (P2, max downtime: a bit)\n\n- reports',
        ],
        [
          '## Tools (P3)\n\n| Service | Namespace | Max downtime |\n| --- | --- | --- |\n| wiki | office | 2 hours |',
          '## Tools (P3)\n\n| Service | Namespace | Max downtime |\n| --- | --- | --- |\n| wiki | office | soon |',
        ],
        [
          '## Service inventory\n\n| Service | Priority |\n| --- | --- |\n| wiki | P3 |',
          '## Service inventory\n\n| Service | Priority |\n| --- | --- |\n| wiki | P5 |',
        ],
      ),
    ],
  },
  {
    title: 'Known issues',
    says: 'A heading and its bullets, or one bullet for each issue. A phrase silences, a service or class says whom, a window or a length says when.',
    forms: [
      ...inOrchestrator(
        '## Known Issues\n\n',
        [
          '- search rebuilds its index every Sunday 2-3 AM, do not flag',
          '- search rebuilds its index every other Sunday 2-3 AM, do not flag',
        ],
        ['- search is slow to start, never page for 5 minutes', '- search is slow to start, never page for a while'],
        [
          '- Databases are backed up daily 02:00-03:00: expected and not a problem',
          '- Databases are backed up at night: expected and not a problem',
        ],
        [
          '### Search index\n- Services: search\n- Up to: 5 minutes\n- Do not alert (but monitor for crashes)',
          '### Search index\n- Services: search\n- Up to: a while\n- Do not alert (but monitor for crashes)',
        ],
      ),
      ...inOrchestrator('', [
        "## Don't flag these\n\n- search is away daily 02:00-03:00",
        "## Don't flag these\n\n- search is away nightly",
      ]),
    ],
  },
  {
    title: 'Windows',
    says: "When a known issue holds. A zone beside the hours counts for that window, else the cluster's. A window that starts in the hour that summer time skips starts at its end; an hour that comes twice counts both.",
    forms: inOrchestrator(
      issueAbove,
      ['- When: Every Sunday 2-3 AM', '- When: Every other Sunday 2-3 AM'],
      ['- When: Daily 02:00-03:00', '- When: Daily 02:00'],
      ['- When: Weekdays 9 AM - 5 PM', '- When: Weekdays in the morning'],
      ['- When: Monday, Wednesday and Friday 22:00-24:00', '- When: Monday, Wendesday and Friday 22:00-24:00'],
      ['- When: Friday 22:00 to Monday 06:00', '- When: Friday 22:00 to Monday'],
      ['- When: First Monday of the month 22:00-24:00', '- When: First working day of the month 22:00-24:00'],
      ['- When: Last Sunday of the month 02:00-04:00', '- When: Last Sunday of the month 02:00-04:00 except in May'],
      ['- When: 1st and 15th of each month 02:00-03:00', '- When: 1st and 32nd of each month 02:00-03:00'],
      ['- When: 2026-01-05 22:00 to 2026-01-06 02:00', '- When: 05/01/2026 22:00 to 06/01/2026 02:00'],
      ['- When: Every Sunday 02:00-03:00 UTC', '- When: Every Sunday 02:00-03:00 IST'],
      ['- When: Every Sunday 02:00-03:00 America/New_York', '- When: Every Sunday 02:00-03:00 America/NewYork'],
      ['- When: Every Sunday at 2 AM for 1 hour', '- When: Every Sunday at 2 AM'],
      ['- When: `0 2 * * 0` for 1 hour', '- When: `0 2 * * 9` for 1 hour'],
      ['- When: Saturday all day', '- When: Saturday'],
    ),
  },
  {
    title: 'Health Check Patterns',
    says: 'A table with a column for the service and one for the check, in either order, or a list. Without a port the only one of the Service is asked.',
    forms: inOrchestrator(
      '## Health Check Patterns\n\n',
      ['- shop: /health', '- shop: health'],
      ['- shop: HTTP /health :8000', '- shop: HTTP /health :80000'],
      ['- shop: HTTPS /ready on port 8443', '- shop: HTTPS /ready on port https'],
      ['- shop: TCP 3306', '- shop: UDP 3306'],
      ['- shop: mysql.data:3306', '- shop: mysql.data'],
      ['- shop: port 3306 responding', '- shop: port mysql responding'],
      ['- shop: http://shop.shop:8080/health', '- shopp: http://shop.shop:8080/health'],
      [
        '| Health check | Service |\n| --- | --- |\n| TCP 3306 | shop, search |',
        '| Health check | Service |\n| --- | --- |\n| TCP 3306 | shop, serach |',
      ],
    ),
  },
  {
    title: 'Timings and channels',
    says: 'When and where the message of a severity goes. Business hours are Monday to Friday 9 to 17 unless days or hours are named.',
    forms: [
      ...inOrchestrator(
        policyAbove,
        ['- **Timing**: Immediate', '- **Timing**: Immediate for P0, 5 minutes for P1'],
        ['- **Timing**: Within 5 minutes', '- **Timing**: Within a few minutes'],
        ['- **Timing**: Business hours', '- **Timing**: Business hours, P1 immediately'],
        ['- **Timing**: Business hours 8-18', '- **Timing**: Business hours 8-25'],
        ['- **Timing**: Weekdays 09:00-17:00', '- **Timing**: Weekdays'],
        ['- **Timing**: Daily digest', '- **Timing**: Daily digest unless P0'],
        [
          '- **Escalate**: pagerduty after 5 minutes without acknowledgement',
          '- **Escalate**: pagerduty after a while',
        ],
        ['- **Follow-up**: every 15 minutes', '- **Follow-up**: until resolved'],
        ['- **Settle**: 15 s', '- **Settle**: briefly'],
      ),
      ...inOrchestrator(
        '## Escalation Policy\n\n### SEV-1\n\n',
        ['- **Channel**: #ops, #shop', '- **Channel**: #ops, shop'],
        ['- **Channel**: None', '- **Channel**: None at night'],
        ['- **Channel**: pagerduty', '- **Channel**: pager'],
        ['- **Notification**: immediate, to #ops', '- **Notification**: immediate, to ops'],
      ),
      ...inOrchestrator(
        '## Escalation Policy\n\n',
        ['- SEV-1: immediate, to #ops', '- SEV-5: immediate, to #ops'],
        ['### CRITICAL (SEV-1)\n\n- **Channel**: #ops', '### CRITICAL\n\n- **Channel**: #ops'],
        ['### SEV-3/4\n\n- **Channel**: #ops', '### SEV-3/5\n\n- **Channel**: #ops'],
        [
          '| Severity | Channel | Timing |\n| --- | --- | --- |\n| SEV-1 | #ops | Immediate |',
          '| Severity | Chanel | Timing |\n| --- | --- | --- |\n| SEV-1 | #ops | Immediate |',
        ],
      ),
    ],
  },
  {
    title: 'Criteria',
    says: 'In escalation-manager.md. `OR`, commas and semicolons separate conditions, `AND` joins them; bullets below "ANY of these" are OR, below "ALL of these" AND. A condition is `[any | all | N or more | multiple] WHO STATE [for HOW LONG]`; without WHO it has that of the one before.',
    forms: inAgent(
      'escalation-manager.md',
      criteriaAbove,
      ['- **Criteria**: Any P0 service down', '- **Criteria**: Any P0 service slow'],
      ['- **Criteria**: Any P0 service down for 2 minutes', '- **Criteria**: Any P0 service down for a while'],
      ['- **Criteria**: P0/P1 services down or degraded', '- **Criteria**: P0/P1 services down or slow'],
      ['- **Criteria**: P2-P3 services degraded', '- **Criteria**: P2-P4 services degraded'],
      ['- **Criteria**: 2 or more P1 services down', '- **Criteria**: A few P1 services down'],
      ['- **Criteria**: All P1 services down', '- **Criteria**: Nearly all P1 services down'],
      ['- **Criteria**: shop and search down', '- **Criteria**: shop and serach down'],
      ['- **Criteria**: shop or search degraded for 5 minutes', '- **Criteria**: shop or search degraded 5 times'],
      [
        '- **Criteria**: Any P0 service down AND any node not ready',
        '- **Criteria**: Any P0 service down AND it is Sunday',
      ],
      [
        '- **Criteria**: Any P1 service down, multiple nodes not ready, or ingress controller down',
        '- **Criteria**: Any P1 service down, multiple nodes not ready, or DNS down',
      ],
      ['- **Criteria**: Max downtime exceeded', '- **Criteria**: Max downtime nearly exceeded'],
      ['- **Criteria**: Outage exceeds 30 minutes', '- **Criteria**: Outage exceeds limits'],
      [
        '- **Criteria**: ANY of these\n  - Any P0 service down\n  - Any P1 service down for 5 minutes',
        '- **Criteria**: ANY of these\n  - Any P0 service down\n  - Any P1 service down for a while',
      ],
      [
        '- **Criteria**: ALL of these\n  - Any P0 service degraded\n  - Multiple nodes not ready',
        '- **Criteria**: ALL of these\n  - Any P0 service degraded\n  - Multiple nodes not ready except on Sunday',
      ],
    ),
  },
  {
    title: 'Graces and ignores',
    says: 'In k8s-analyzer.md: how long a check waits before it counts, and what is left out.',
    forms: [
      ...inAgent(
        'k8s-analyzer.md',
        '## Thresholds\n\n',
        ['- image pull errors for > 5 min', '- image pull errors for > 5 parsecs'],
        ['- not-ready for more than 10 minutes', '- not-redy for more than 10 minutes'],
      ),
      ...inAgent(
        'k8s-analyzer.md',
        '## What to ignore\n\n',
        ['- Namespaces: kube-node-lease, test-*', '- Namespaces: all but kube-system'],
        ['- Kinds: Job', '- Objects: Job'],
        ['- Checks: job-failed', '- Checks: job-faild'],
        ['- Events: FailedMount', '- FailedMount'],
        ['- Restarts if Running', '- Restarts if few'],
      ),
      ...inAgent('k8s-analyzer.md', '', ['## Ignored namespaces\n\n- test-*', '## Namespaces\n\n- test-*']),
    ],
  },
  {
    title: 'Checks of your own',
    says: "In k8s-analyzer.md: a heading with one `kubectl get KINDS [-A | -n NAMESPACE] [-l SELECTOR] -o json | jq 'FILTER'` in a `bash` fence. What jq prints is a finding. There is no shell, and secrets are never read.",
    forms: inAgent(
      'k8s-analyzer.md',
      '## Checks\n\n',
      [
        "### Pods on the host's network\n\n```bash\nkubectl get pods -A -o json | jq '.items[] | select(.spec.hostNetwork)'\n```",
        "### Pods on the host's network\n\n```bash\nkubectl get secrets -A -o json | jq '.items[] | select(.spec.hostNetwork)'\n```",
      ],
      [
        "### Unpaid orders\n\n```bash\n# Pods say it themselves.\nkubectl get pods -n shop -l app=orders -o json \\\n  | jq '.items[] | select(.metadata.annotations.unpaid)'\n```\n\n**Severity**: SEV-3",
        "### Unpaid orders\n\n```bash\nkubectl get pods -n shop -l app=orders -o json \\\n  | jq '.items[] | select(.metadata.annotations.unpaid)'\n```\n\n**Severity**: high",
      ],
    ),
  },
  {
    title: 'Messages',
    says: 'In slack-notifier.md: an emoji for each severity, and `liquid` fences below headings with the words "full alert", "brief update", "resolved" or "digest".',
    forms: inAgent(
      'slack-notifier.md',
      '',
      ['## Emoji\n\n- SEV-1: 🚨', '## Emoji\n\n- SEV-0: 🚨'],
      ['## Full alert\n\n```liquid\n{{ incident.says }}\n```', '## Full alert\n\n```liquid\n{{ incident.says }\n```'],
      ['## Brief update\n\n```liquid\n{{ incident.says }}\n```', '## Brief update\n\n```\n{{ incident.says }}\n```'],
      [
        '## Resolved\n\n```liquid\n{{ incident.subject }} is healthy again.\n```',
        '## Solved\n\n```liquid\n{{ incident.subject }} is healthy again.\n```',
      ],
    ),
  },
];
