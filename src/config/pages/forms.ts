import type { Example } from './page.ts';

/** A line or a few that are read, where they stand; what they mean is what the compiler says of the last of them. */
export type Form = Pick<Example, 'file' | 'whole'> & { above: string; write: string };

/** A part of the reference: what it is about, and its forms. */
export type FormGroup = { title: string; says: string; forms: Form[] };

const inOrchestrator = (above: string, ...writes: string[]): Form[] =>
  writes.map((write) => ({ file: 'CLAUDE.md', above, write }));
const inAgent = (file: string, above: string, ...writes: string[]): Form[] =>
  writes.map((write) => ({ file, above, write }));

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
        '- reports: nightly numbers',
        '- reports - nightly numbers',
        '- reports (nightly numbers)',
        '- reports',
        '- **reports** nightly numbers',
        '- reports (P3): nightly numbers',
        '- reports, mailer and wiki: three of them',
        '- office/reports: in the namespace office',
        '- Deployment/reports: a workload by its kind',
      ),
      ...inOrchestrator(
        '## Supporting Services (P2)\n\n- reports\n\n',
        '-> log only, SEV-4',
        '**Max downtime**: 5 minutes',
      ),
      ...inOrchestrator(
        '',
        '## Supporting Services (P2, max downtime: 10 minutes)\n\n- reports',
        '## Tools (P3)\n\n| Service | Namespace | Max downtime |\n| --- | --- | --- |\n| wiki | office | 2 hours |',
        '## Service inventory\n\n| Service | Priority |\n| --- | --- |\n| wiki | P3 |',
      ),
    ],
  },
  {
    title: 'Known issues',
    says: 'A heading and its bullets, or one bullet for each issue. A phrase silences, a service or class says whom, a window or a length says when.',
    forms: [
      ...inOrchestrator(
        '## Known Issues\n\n',
        '- search rebuilds its index every Sunday 2-3 AM, do not flag',
        '- search is slow to start, never page for 5 minutes',
        '- Databases are backed up daily 02:00-03:00: expected and not a problem',
        '### Search index\n- Services: search\n- Up to: 5 minutes\n- Do not alert (but monitor for crashes)',
      ),
      ...inOrchestrator('', "## Don't flag these\n\n- search is away daily 02:00-03:00"),
    ],
  },
  {
    title: 'Windows',
    says: "When a known issue holds. A zone beside the hours counts for that window, else the cluster's. A window that starts in the hour that summer time skips starts at its end; an hour that comes twice counts both.",
    forms: inOrchestrator(
      issueAbove,
      '- When: Every Sunday 2-3 AM',
      '- When: Daily 02:00-03:00',
      '- When: Weekdays 9 AM - 5 PM',
      '- When: Monday, Wednesday and Friday 22:00-24:00',
      '- When: Friday 22:00 to Monday 06:00',
      '- When: First Monday of the month 22:00-24:00',
      '- When: Last Sunday of the month 02:00-04:00',
      '- When: 1st and 15th of each month 02:00-03:00',
      '- When: 2026-01-05 22:00 to 2026-01-06 02:00',
      '- When: Every Sunday 02:00-03:00 UTC',
      '- When: Every Sunday 02:00-03:00 America/New_York',
      '- When: Every Sunday at 2 AM for 1 hour',
      '- When: `0 2 * * 0` for 1 hour',
      '- When: Saturday all day',
    ),
  },
  {
    title: 'Health Check Patterns',
    says: 'A table with a column for the service and one for the check, in either order, or a list. Without a port the only one of the Service is asked.',
    forms: inOrchestrator(
      '## Health Check Patterns\n\n',
      '- shop: /health',
      '- shop: HTTP /health :8000',
      '- shop: HTTPS /ready on port 8443',
      '- shop: TCP 3306',
      '- shop: mysql.data:3306',
      '- shop: port 3306 responding',
      '- shop: http://shop.shop:8080/health',
      '| Health check | Service |\n| --- | --- |\n| TCP 3306 | shop, search |',
    ),
  },
  {
    title: 'Timings and channels',
    says: 'When and where the message of a severity goes. Business hours are Monday to Friday 9 to 17 unless days or hours are named.',
    forms: [
      ...inOrchestrator(
        policyAbove,
        '- **Timing**: Immediate',
        '- **Timing**: Within 5 minutes',
        '- **Timing**: Business hours',
        '- **Timing**: Business hours 8-18',
        '- **Timing**: Weekdays 09:00-17:00',
        '- **Timing**: Daily digest',
        '- **Escalate**: pagerduty after 5 minutes without acknowledgement',
        '- **Follow-up**: every 15 minutes',
        '- **Settle**: 15 s',
      ),
      ...inOrchestrator(
        '## Escalation Policy\n\n### SEV-1\n\n',
        '- **Channel**: #ops, #shop',
        '- **Channel**: None',
        '- **Channel**: pagerduty',
        '- **Notification**: immediate, to #ops',
      ),
      ...inOrchestrator(
        '## Escalation Policy\n\n',
        '- SEV-1: immediate, to #ops',
        '### CRITICAL (SEV-1)\n\n- **Channel**: #ops',
        '### SEV-3/4\n\n- **Channel**: #ops',
        '| Severity | Channel | Timing |\n| --- | --- | --- |\n| SEV-1 | #ops | Immediate |',
      ),
    ],
  },
  {
    title: 'Criteria',
    says: 'In escalation-manager.md. `OR`, commas and semicolons separate conditions, `AND` joins them; bullets below "ANY of these" are OR, below "ALL of these" AND. A condition is `[any | all | N or more | multiple] WHO STATE [for HOW LONG]`; without WHO it has that of the one before.',
    forms: inAgent(
      'escalation-manager.md',
      criteriaAbove,
      '- **Criteria**: Any P0 service down',
      '- **Criteria**: Any P0 service down for 2 minutes',
      '- **Criteria**: P0/P1 services down or degraded',
      '- **Criteria**: P2-P3 services degraded',
      '- **Criteria**: 2 or more P1 services down',
      '- **Criteria**: All P1 services down',
      '- **Criteria**: shop and search down',
      '- **Criteria**: shop or search degraded for 5 minutes',
      '- **Criteria**: Any P0 service down AND any node not ready',
      '- **Criteria**: Any P1 service down, multiple nodes not ready, or ingress controller down',
      '- **Criteria**: Max downtime exceeded',
      '- **Criteria**: Outage exceeds 30 minutes',
      '- **Criteria**: ANY of these\n  - Any P0 service down\n  - Any P1 service down for 5 minutes',
      '- **Criteria**: ALL of these\n  - Any P0 service degraded\n  - Multiple nodes not ready',
    ),
  },
  {
    title: 'Graces and ignores',
    says: 'In k8s-analyzer.md: how long a check waits before it counts, and what is left out.',
    forms: [
      ...inAgent(
        'k8s-analyzer.md',
        '## Thresholds\n\n',
        '- image pull errors for > 5 min',
        '- not-ready for more than 10 minutes',
      ),
      ...inAgent(
        'k8s-analyzer.md',
        '## What to ignore\n\n',
        '- Namespaces: kube-node-lease, test-*',
        '- Kinds: Job',
        '- Checks: job-failed',
        '- Events: FailedMount',
        '- Restarts if Running',
      ),
      ...inAgent('k8s-analyzer.md', '', '## Ignored namespaces\n\n- test-*'),
    ],
  },
  {
    title: 'Checks of your own',
    says: "In k8s-analyzer.md: a heading with one `kubectl get KINDS [-A | -n NAMESPACE] [-l SELECTOR] -o json | jq 'FILTER'` in a `bash` fence. What jq prints is a finding. There is no shell, and secrets are never read.",
    forms: inAgent(
      'k8s-analyzer.md',
      '## Checks\n\n',
      "### Pods on the host's network\n\n```bash\nkubectl get pods -A -o json | jq '.items[] | select(.spec.hostNetwork)'\n```",
      "### Unpaid orders\n\n```bash\n# Pods say it themselves.\nkubectl get pods -n shop -l app=orders -o json \\\n  | jq '.items[] | select(.metadata.annotations.unpaid)'\n```\n\n**Severity**: SEV-3",
    ),
  },
  {
    title: 'Messages',
    says: 'In slack-notifier.md: an emoji for each severity, and `liquid` fences below headings with the words "full alert", "brief update", "resolved" or "digest".',
    forms: inAgent(
      'slack-notifier.md',
      '',
      '## Emoji\n\n- SEV-1: 🚨',
      '## Full alert\n\n```liquid\n{{ incident.says }}\n```',
      '## Brief update\n\n```liquid\n{{ incident.says }}\n```',
      '## Resolved\n\n```liquid\n{{ incident.subject }} is healthy again.\n```',
    ),
  },
];
