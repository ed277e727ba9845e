import { type ProblemPage, shown } from './page.ts';

/** Problems of the cluster's facts, of services and of health checks. */
export const servicePages: Record<string, ProblemPage> = {
  'orchestrator-frontmatter': shown(
    'CLAUDE.md',
    'Frontmatter belongs to agents. That of CLAUDE.md was left out.',
    '---\ncluster: production\n---\n\n## Critical Services (P0)\n\n- shop: the shop',
    '## Cluster Information\n\n- **Name**: production\n\n## Critical Services (P0)\n\n- shop: the shop',
    { whole: true },
  ),
  'timezone-unknown': shown(
    'CLAUDE.md',
    'Time zones have IANA names. Abbreviations such as CET know no summer time and are not taken for the zone of a cluster.',
    '## Cluster Information\n\n- **Timezone**: Europe/Berln',
    '## Cluster Information\n\n- **Timezone**: Europe/Berlin',
  ),
  'timezone-missing': shown(
    'CLAUDE.md',
    'Hours are given and no zone is, so they count in UTC, which is seldom what was meant.',
    '## Critical Services (P0)\n\n- shop: the shop\n\n## Known Issues\n\n- shop backup every Sunday 2-3 AM, do not alert',
    '## Cluster Information\n\n- **Timezone**: Europe/Berlin\n\n## Critical Services (P0)\n\n- shop: the shop\n\n## Known Issues\n\n- shop backup every Sunday 2-3 AM, do not alert',
    { whole: true },
  ),
  'frequency-unreadable': shown(
    'CLAUDE.md',
    'How often a cycle runs when nothing else starts one cannot be read, or is less than a minute.',
    '## Cluster Information\n\n- **Monitoring Frequency**: when there is time',
    '## Cluster Information\n\n- **Monitoring Frequency**: Every 1 hour',
  ),
  'no-services': shown(
    'CLAUDE.md',
    'Without a list of services everything counts by the default priority, and nobody is woken for what matters most.',
    '## Cluster Information\n\n- **Name**: production',
    '## Cluster Information\n\n- **Name**: production\n\n## Critical Services (P0)\n\n- shop: the shop',
    { whole: true },
  ),
  'priority-unknown': shown(
    'CLAUDE.md',
    'There are four priorities. What has another would be watched under a priority that nobody chose.',
    '## Supporting Services (P2-P3)\n\n- reports (P5): numbers',
    '## Supporting Services (P2-P3)\n\n- reports (P3): numbers',
  ),
  'priority-differs': shown(
    'CLAUDE.md',
    "A service's line and the heading over it name different priorities. Under one priority the heading counts, under a range the line.",
    '## Supporting Services (P2)\n\n- reports (P1): numbers',
    '## Other Services (P1)\n\n- reports: numbers',
  ),
  'services-without-priority': shown(
    'CLAUDE.md',
    'A list of services has no priority in its heading, so its items are context and are not watched as services.',
    '## Supporting Services\n\n- reports: numbers',
    '## Supporting Services (P2)\n\n- reports: numbers',
  ),
  'service-unreadable': shown(
    'CLAUDE.md',
    "An item of a list of services does not begin with a service's name, so nothing watches it.",
    '## Supporting Services (P2)\n\n- reports: numbers\n- all the small ones that nobody misses',
    '## Supporting Services (P2)\n\n- reports: numbers\n- mailer: one of the small ones that nobody misses',
  ),
  'service-name-invalid': shown(
    'CLAUDE.md',
    'Kubernetes has no such name, so the service would match nothing.',
    '## Supporting Services (P2)\n\n- shop_reports: numbers',
    '## Supporting Services (P2)\n\n- shop-reports: numbers',
  ),
  'name-invalid': shown(
    'CLAUDE.md',
    'A namespace or a workload has one name in small letters. Anything else would match nothing.',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Namespace: Office Tools',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Namespace: office-tools',
  ),
  'downtime-not-read': shown(
    'CLAUDE.md',
    'A sentence names a length of downtime, and only the label `Max downtime:` sets one.',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Nobody minds when it is down on a day off, 2 hours are fine',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Max downtime: 2 hours',
  ),
  'service-listed-twice': shown(
    'CLAUDE.md',
    'A service has one priority. The first line that lists it counts.',
    '## Supporting Services (P2)\n\n- shop: the shop',
    '## Supporting Services (P2)\n\n- reports: numbers',
  ),
  'service-unknown': shown(
    'CLAUDE.md',
    'The name is that of no listed service, so this line does nothing for it.',
    '## Known Issues\n\n### Index\n- Services: serach\n- Daily 02:00-03:00, do not alert',
    '## Known Issues\n\n### Index\n- Services: search\n- Daily 02:00-03:00, do not alert',
  ),
  'section-empty': shown(
    'CLAUDE.md',
    'The heading promises something and nothing stands below it.',
    '## Supporting Services (P2)',
    '## Supporting Services (P2)\n\n- reports: numbers',
  ),
  'cap-unreadable': shown(
    'CLAUDE.md',
    'An arrow below a list of services caps how severe their incidents may be, and this one names no severity.',
    '## Supporting Services (P3)\n\n- reports: numbers\n\n-> page nobody, log after 5 minutes',
    '## Supporting Services (P3)\n\n- reports: numbers\n\n-> log only, SEV-4',
  ),
  'boolean-unreadable': shown(
    'CLAUDE.md',
    'Whether a service may be missing has to be yes or no, or the names of its workloads that may.',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Optional: sometimes',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Optional: yes',
  ),
  'health-check-unreadable': shown(
    'CLAUDE.md',
    'How the service is asked cannot be read, so it would not be asked at all.',
    '## Health Check Patterns\n\n| Service | Health check |\n| --- | --- |\n| shop | ask it nicely |',
    '## Health Check Patterns\n\n| Service | Health check |\n| --- | --- |\n| shop | HTTP /health :8080 |',
  ),
  'health-check-unsupported': shown(
    'CLAUDE.md',
    'Commands are not run inside pods; what the pods themselves say about their readiness is used.',
    '## Health Check Patterns\n\n| Service | Health check |\n| --- | --- |\n| shop | kubectl exec shop -- curl localhost |',
    '## Health Check Patterns\n\n| Service | Health check |\n| --- | --- |\n| shop | TCP 3306 |',
  ),
  'health-check-columns': shown(
    'CLAUDE.md',
    'A table of health checks is read by its header, and this one has no column for the service or none for the check.',
    '## Health Check Patterns\n\n| Who | How |\n| --- | --- |\n| shop | TCP 3306 |',
    '## Health Check Patterns\n\n| Service | Health check |\n| --- | --- |\n| shop | TCP 3306 |',
  ),
};
