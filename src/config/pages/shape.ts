import { type ProblemPage, shown } from './page.ts';

/** Problems of headings, labels and values, wherever they stand. */
export const shapePages: Record<string, ProblemPage> = {
  'section-unknown': shown(
    'CLAUDE.md',
    'The heading differs from the name of a section by slips of the pen. Its lines are context and decide nothing.',
    '## Knwon Issues\n\n- The shop is slow on Mondays',
    '## Known Issues\n\n- The shop is slow on Mondays',
  ),
  'section-misplaced': shown(
    'CLAUDE.md',
    'A first-level heading is the title of the file and never a section.',
    '# Known Issues\n\n- The shop is slow on Mondays',
    '## Known Issues\n\n- The shop is slow on Mondays',
  ),
  'section-too-deep': shown(
    'CLAUDE.md',
    'Sections are second-level headings; priorities and severities may also stand at the third and fourth level.',
    '## Notes\n\n### Known Issues\n\n- The shop is slow on Mondays',
    '## Known Issues\n\n- The shop is slow on Mondays',
  ),
  'aside-names-section': shown(
    'CLAUDE.md',
    'Whatever stands below a heading with Example, Template, History or Change log is read by nobody, and this heading also has a priority or a severity in it.',
    '## Example services (P2)\n\n- reports: numbers',
    '## Services (P2)\n\n- reports: numbers',
  ),
  'label-unknown': shown(
    'CLAUDE.md',
    'The label differs from one that is read here by slips of the pen. Its line is context and sets nothing.',
    '## Escalation Policy\n\n### SEV-1\n\n- **Channel**: #ops\n- **Timng**: Immediate',
    '## Escalation Policy\n\n### SEV-1\n\n- **Channel**: #ops\n- **Timing**: Immediate',
  ),
  placeholder: shown(
    'CLAUDE.md',
    'The word only stands in for a name, so it was left out.',
    '## Supporting Services (P2)\n\n- reports: numbers\n- service-name-1: description',
    '## Supporting Services (P2)\n\n- reports: numbers',
  ),
  'former-value': shown(
    'CLAUDE.md',
    'What a value was before decides nothing and was left out.',
    '## Cluster Information\n\n- **Monitoring Frequency**: Every 1 hour (was: 30 minutes)',
    '## Cluster Information\n\n- **Monitoring Frequency**: Every 1 hour',
  ),
  guidance: shown(
    'CLAUDE.md',
    'The line stands where rules do and cannot be read as one. Agents read it; rules will not act on it. Begin it with `Guidance:` where that is meant.',
    '## Escalation Policy\n\n### SEV-1\n\n- **Channel**: #ops\n- **Timing**: as fast as you can',
    '## Escalation Policy\n\n### SEV-1\n\n- **Channel**: #ops\n- **Guidance**: as fast as you can',
  ),
  'duration-unreadable': shown(
    'CLAUDE.md',
    'A length of time is needed here and none can be read. Leaving it out would decide otherwise than was written.',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Max downtime: a while',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Max downtime: 5 minutes',
  ),
  'duration-vague': shown(
    'CLAUDE.md',
    'Words such as "hours to days" name no length of time, so they set nothing.',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Max downtime: hours to days',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Max downtime: 1 hour',
  ),
  'value-half-read': shown(
    'CLAUDE.md',
    'A value was read, and beside it stands another number that would silently decide nothing.',
    '## Cluster Information\n\n- **Monitoring Frequency**: Every 1 hour, at night every 5',
    '## Cluster Information\n\n- **Monitoring Frequency**: Every 1 hour',
  ),
  'remark-not-read': shown(
    'CLAUDE.md',
    'A remark in parentheses has a number in it that decides nothing.',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Max downtime: 5 minutes (2 on Mondays)',
    '## Supporting Services (P2)\n\n- reports: numbers\n  - Max downtime: 5 minutes',
  ),
  'value-missing': shown(
    'CLAUDE.md',
    'The label is there and nothing stands behind it, so it sets nothing.',
    '## Cluster Information\n\n- **Name**:',
    '## Cluster Information\n\n- **Name**: production',
  ),
  'value-twice': shown(
    'CLAUDE.md',
    'The same is given twice; the first counts.',
    '## Escalation Policy\n\n### SEV-1\n\n- **Channel**: #ops\n- **Channel**: #shop',
    '## Escalation Policy\n\n### SEV-1\n\n- **Channel**: #ops, #shop',
  ),
};
