import { type ProblemPage, shown } from './page.ts';

const policy = (lines: string): string => `## Escalation Policy\n\n### SEV-1\n\n${lines}`;
const criteria = (lines: string): string => `## Severity levels\n\n### SEV-1\n\n${lines}`;

/** Problems of severities, their criteria and who is told. */
export const escalationPages: Record<string, ProblemPage> = {
  'severity-unknown': shown(
    'CLAUDE.md',
    'There are four severities, and what stands under another would decide nothing.',
    '## Escalation Policy\n\n### SEV-5\n\n- **Channel**: #ops',
    '## Escalation Policy\n\n### SEV-4\n\n- **Channel**: #ops',
  ),
  'severity-missing': shown(
    'CLAUDE.md',
    'Below a heading without a severity stand lines that say who is told and when. Nobody is told by them.',
    '## Escalation Policy\n\n### Low\n\n- **Channel**: #ops\n- **Timing**: Daily digest',
    '## Escalation Policy\n\n### SEV-4: Low\n\n- **Channel**: #ops\n- **Timing**: Daily digest',
  ),
  'channel-unreadable': shown(
    'CLAUDE.md',
    'No channel can be read, so messages would go nowhere.',
    policy('- **Channel**: the usual one'),
    policy('- **Channel**: #ops'),
  ),
  'channel-differs': shown(
    'CLAUDE.md',
    'Two channels differ by one character, which is more often a slip than a second channel. What is sent to a channel that is not there reaches nobody.',
    policy('- **Channel**: #shop-alerts\n\n### SEV-2\n\n- **Channel**: #shop-alrts'),
    policy('- **Channel**: #shop-alerts\n\n### SEV-2\n\n- **Channel**: #shop-alerts'),
  ),
  'timing-unreadable': shown(
    'CLAUDE.md',
    'When people are told cannot be read.',
    policy('- **Channel**: #ops\n- **Timing**: when somebody has had 2 coffees'),
    policy('- **Channel**: #ops\n- **Timing**: Within 5 minutes'),
  ),
  'escalate-unreadable': shown(
    'CLAUDE.md',
    'To whom it goes when nobody acknowledges, or after how long, cannot be read.',
    policy('- **Channel**: #ops\n- **Escalate**: the boss, soon'),
    policy('- **Channel**: #ops\n- **Escalate**: pagerduty after 5 minutes without acknowledgement'),
  ),
  'severity-silent': shown(
    'CLAUDE.md',
    'The severity is described and has no channel, so nobody is told of it. `None` says that this is meant.',
    policy('- **Timing**: Immediate'),
    policy('- **Channel**: #ops\n- **Timing**: Immediate'),
  ),
  'criteria-unlabelled': shown(
    'escalation-manager.md',
    'The line can be read as criteria, and its label is none that decides. Read silently as prose it would leave the severity to the defaults.',
    criteria('- **Rul**: Any P0 service down'),
    criteria('- **Criteria**: Any P0 service down'),
  ),
  'criteria-twice': shown(
    'CLAUDE.md',
    'CLAUDE.md and escalation-manager.md have different criteria for one severity. Those of escalation-manager.md decide.',
    policy('- **Channel**: #ops\n- **When**: Any P1 service down'),
    policy('- **Channel**: #ops'),
  ),
  'criteria-part-unread': shown(
    'escalation-manager.md',
    'One part of an ALL cannot be read. Without it the rest would fire more often than was written, so nothing of it counts.',
    criteria('- **Criteria**: ALL of these\n  - Any P0 service down\n  - customers complain'),
    criteria('- **Criteria**: ALL of these\n  - Any P0 service down\n  - Guidance: customers complain'),
  ),
  'criteria-guidance': shown(
    'escalation-manager.md',
    'The words have no priority, service, number or state in them, so no rule can act on them; agents read them.',
    criteria('- **Criteria**: ANY of these\n  - Any P0 service down\n  - Confirmed loss of data'),
    criteria('- **Criteria**: ANY of these\n  - Any P0 service down\n  - Guidance: Confirmed loss of data'),
  ),
  'criteria-tail-dropped': shown(
    'escalation-manager.md',
    'A remark that changes nothing was left out of a condition.',
    criteria('- **Criteria**: Multiple P1 services down simultaneously'),
    criteria('- **Criteria**: Multiple P1 services down'),
  ),
  'criteria-too-long': shown(
    'escalation-manager.md',
    'The criteria have more unreadable parts or characters than any policy has, so they are something else.',
    criteria(`- **Criteria**: ${'P0 asleep 2, '.repeat(15)}`),
    criteria('- **Criteria**: Any P0 service down'),
  ),
  'criteria-unknown-service': shown(
    'escalation-manager.md',
    'The condition names a service that is not listed, so it could never hold.',
    criteria('- **Criteria**: serach down'),
    criteria('- **Criteria**: search down'),
  ),
  'criteria-unreadable': shown(
    'escalation-manager.md',
    'The condition looks like a rule and cannot be read. Left out silently, it would wake nobody.',
    criteria('- **Criteria**: Any P0 service sad for 2 minutes'),
    criteria('- **Criteria**: Any P0 service down for 2 minutes'),
  ),
};
