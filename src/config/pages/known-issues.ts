import { type ProblemPage, shown } from './page.ts';

/** Problems of known issues. Nothing is suppressed by a guess. */
export const knownIssuePages: Record<string, ProblemPage> = {
  'issue-only-expected': shown(
    'CLAUDE.md',
    'Saying that something is expected is context. Only a phrase such as "do not flag" or "never page" silences.',
    '## Known Issues\n\n### Search index\n- Services: search\n- Daily 02:00-03:00\n- This is expected',
    '## Known Issues\n\n### Search index\n- Services: search\n- Daily 02:00-03:00\n- This is expected - DO NOT FLAG',
  ),
  'issue-names-nothing': shown(
    'CLAUDE.md',
    'The issue names no listed service and no class of services (database, cache, queue, ingress), so it silences nothing.',
    '## Known Issues\n\n### Index rebuild\n- Daily 02:00-03:00\n- Do not flag',
    '## Known Issues\n\n### Index rebuild\n- Services: search\n- Daily 02:00-03:00\n- Do not flag',
  ),
  'issue-unbounded': shown(
    'CLAUDE.md',
    'What is expected at any time and for any length could hide a real failure for ever. It is told in the daily digest as SEV-4 while it lasts.',
    '## Known Issues\n\n### Search index\n- Services: search\n- Do not flag',
    '## Known Issues\n\n### Search index\n- Services: search\n- When: Every Sunday 2-3 AM\n- Do not flag',
  ),
  'issue-whole-section': shown(
    'CLAUDE.md',
    'A sentence over all issues silences none of them: each needs its own phrase, so that the next one added is not silent by accident.',
    '## Known Issues\n\nDo not flag any of these.\n\n### Search index\n- Services: search\n- Daily 02:00-03:00',
    '## Known Issues\n\n### Search index\n- Services: search\n- Daily 02:00-03:00\n- Do not flag',
  ),
  'issue-covers-all-critical': shown(
    'CLAUDE.md',
    'While this issue holds, no P0 service at all would be told.',
    '## More Critical Services (P0)\n\n- cart: baskets\n\n## Known Issues\n\n### Backup\n- Services: shop, cart\n- Daily 02:00-03:00\n- Do not flag',
    '## More Critical Services (P0)\n\n- cart: baskets\n\n## Known Issues\n\n### Backup\n- Services: cart\n- Daily 02:00-03:00\n- Do not flag',
  ),
  'issue-kind-unknown': shown(
    'CLAUDE.md',
    'The word is that of no check, so it would cover nothing or the wrong thing.',
    '## Known Issues\n\n### Search index\n- Services: search\n- Kinds: not-redy\n- Daily 02:00-03:00\n- Do not flag',
    '## Known Issues\n\n### Search index\n- Services: search\n- Kinds: not-ready\n- Daily 02:00-03:00\n- Do not flag',
  ),
  'issue-exception-unreadable': shown(
    'CLAUDE.md',
    'The issue names something that is told all the same, and it cannot be read. Leaving it out would silence what was meant to page.',
    '## Known Issues\n\n### Search index\n- Services: search\n- Daily 02:00-03:00\n- Do not flag (but monitor for gremlins)',
    '## Known Issues\n\n### Search index\n- Services: search\n- Daily 02:00-03:00\n- Do not flag (but monitor for crashes)',
  ),
  'issue-until-unreadable': shown(
    'CLAUDE.md',
    'The day on which the issue ends cannot be read, so it would never end.',
    '## Known Issues\n\n### Search index\n- Services: search\n- Daily 02:00-03:00\n- Until: the summer\n- Do not flag',
    '## Known Issues\n\n### Search index\n- Services: search\n- Daily 02:00-03:00\n- Until: 2026-12-31\n- Do not flag',
  ),
  'issue-window-unreadable': shown(
    'CLAUDE.md',
    'The hours in which something is expected cannot be read.',
    '## Known Issues\n\n### Search index\n- Services: search\n- When: sometimes around 2\n- Do not flag',
    '## Known Issues\n\n### Search index\n- Services: search\n- When: Every Sunday 2-3 AM\n- Do not flag',
  ),
  'suppression-elsewhere': shown(
    'CLAUDE.md',
    'A phrase that silences counts only below a heading for known issues, where people look for it.',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Slow after a restart, do not alert',
    '## Supporting Services (P2)\n\n- reports: numbers\n\n## Known Issues\n\n- reports is slow after a restart, do not alert for 5 minutes',
  ),
};
