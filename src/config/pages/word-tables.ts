import { adverbs, quantifierWords, statePhrases, subjectPhrases, tailPhrases } from '../grammar/criteria-words.ts';
import { comparators, numberWords, units } from '../grammar/duration.ts';
import { checkWords } from '../grammar/kinds.ts';
import { dayGroups, ordinals } from '../grammar/window-days.ts';
import { zoneNames } from '../grammar/window-zone.ts';
import { type LabelId, labelNames } from '../labels.ts';
import { clusterLabels } from '../sections/cluster-information.ts';
import { changeLabels } from '../sections/deployment.ts';
import { issueLabels } from '../sections/known-issue-parts.ts';
import { sectionKinds } from '../sections/orchestrator.ts';
import { policyLabels } from '../sections/policy-lines.ts';
import { detailLabels } from '../sections/service-details.ts';
import { thresholdRows } from '../sections/threshold-rows.ts';
import { criteriaAbove, issueAbove, type Piece, policyAbove } from './forms.ts';

/** A row of a table of the grammar: the words that mean the same, and how one of them stands in a line. */
export type WordRow = { words: readonly string[]; form: (word: string) => Piece };
/** Its words, and a line with a word that is none of them. */
export type WordTable = { title: string; says: string; near: Piece; rows: WordRow[] };

/** A value that each label takes. */
const sampleValues: Partial<Record<LabelId, string>> = {
  cluster: 'production',
  type: 'EKS',
  environment: 'production',
  timezone: 'Europe/Berlin',
  frequency: 'Every 1 hour',
  defaultPriority: 'P3',
  namespace: 'office',
  workload: 'Deployment/reports',
  maxDowntime: '5 minutes',
  dependsOn: 'shop, search',
  repository: 'shop/reports',
  manifests: 'apps/*/production',
  aliases: 'numbers',
  optional: 'yes',
  healthCheck: 'HTTP /health :8080',
  runbook: 'https://wiki.example/reports',
  priority: 'P2',
  description: 'nightly numbers',
  service: 'search',
  kinds: 'not-ready, no-endpoints',
  window: 'Daily 02:00-03:00',
  grace: '5 minutes',
  until: '2026-12-31',
  owner: 'Search team',
  why: 'It is built from scratch',
  solution: 'Wait',
  who: 'On-call engineer',
  channel: '#ops',
  timing: 'Immediate',
  notification: 'immediate',
  mention: '@oncall',
  followUp: 'every 15 minutes',
  settle: '15 s',
  escalate: 'pagerduty after 5 minutes without acknowledgement',
  timeToCheck: '6 hours',
  syncDelay: '3-5 minutes',
  gitopsTool: 'Argo CD',
  briefUpdate: 'every 1 hour',
  fullRepeat: 'every 4 hours',
  criteria: 'Any P0 service down',
};

const serviceAbove = '## Supporting Services (P2)\n\n- reports: numbers\n';

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** One row for each label of a section, in the order of the section. Labels for words that decide nothing have no form. */
const labelRows = (ids: readonly LabelId[], file: string, above: string, indent = ''): WordRow[] =>
  ids
    .filter((id) => sampleValues[id] !== undefined)
    .map((id) => ({
      words: labelNames[id],
      form: (word) => ({ file, above, write: `${indent}- ${capital(word)}: ${sampleValues[id]}` }),
    }));

const criterion =
  (write: (word: string) => string) =>
  (word: string): Piece => ({
    file: 'escalation-manager.md',
    above: criteriaAbove,
    write: `- **Criteria**: ${write(word)}`,
  });
const window =
  (write: (word: string) => string) =>
  (word: string): Piece => ({
    file: 'CLAUDE.md',
    above: issueAbove,
    write: `- When: ${write(word)}`,
  });
const downtime =
  (write: (word: string) => string) =>
  (word: string): Piece => ({
    file: 'CLAUDE.md',
    above: serviceAbove,
    write: `  - Max downtime: ${write(word)}`,
  });

const lines = (title: string, says: string, near: Piece, rows: WordRow[]): WordTable => ({ title, says, near, rows });

/** Words with the same value in one row. */
function grouped(words: Iterable<readonly [string, unknown]>, form: WordRow['form']): WordRow[] {
  const rows = Map.groupBy(words, ([, value]) => JSON.stringify(value));
  return [...rows.values()].map((row) => ({ words: row.map(([word]) => word), form }));
}

/** What stands below a heading so that it is not empty. */
const bodies: Record<string, string> = { 'Critical Services (P0)': '- cart: baskets', 'Default priority': 'P3' };

/** Every table of words that the compiler walks. */
export const wordTables: readonly WordTable[] = [
  lines(
    'Sections of CLAUDE.md',
    'Second-level headings with these words, in any case, with numbers and emoji around them; priorities and severities also at the third and fourth level. What stands below any other heading is context; below Example, Template, History or Change log nobody reads it.',
    { file: 'CLAUDE.md', above: '', write: '## Known Isues' },
    sectionKinds.map(({ title }) => ({
      words: [title],
      form: (word) => ({
        file: 'CLAUDE.md',
        above: '',
        write: `## ${word}${bodies[word] ? `\n\n${bodies[word]}` : ''}`,
      }),
    })),
  ),
  lines(
    'Labels of Cluster Information',
    'Also in the lines before the first section.',
    { file: 'CLAUDE.md', above: '## Cluster Information\n\n', write: '- Timezoen: Europe/Berlin' },
    labelRows(clusterLabels, 'CLAUDE.md', '## Cluster Information\n\n'),
  ),
  lines(
    'Labels of a service',
    'Nested below its item, or as columns of a table.',
    { file: 'CLAUDE.md', above: serviceAbove, write: '  - Namespce: office' },
    labelRows(detailLabels, 'CLAUDE.md', serviceAbove, '  '),
  ),
  lines(
    'Labels of a known issue',
    'Bullets below its heading.',
    { file: 'CLAUDE.md', above: issueAbove, write: '- Untl: 2026-12-31' },
    labelRows(
      issueLabels,
      'CLAUDE.md',
      '## Known Issues\n\n### The search index\n- Do not flag search for 5 minutes\n',
    ),
  ),
  lines(
    'Labels of a severity in the Escalation Policy',
    'Below `### SEV-n`, or as columns of a table.',
    { file: 'CLAUDE.md', above: policyAbove, write: '- Timng: Immediate' },
    labelRows(
      policyLabels.filter((id) => id !== 'channel'),
      'CLAUDE.md',
      policyAbove,
    ).concat(labelRows(['channel'], 'CLAUDE.md', '## Escalation Policy\n\n### SEV-1\n\n')),
  ),
  lines(
    'Labels of Deployment Information and of github-reviewer.md',
    'Where changes come from, and how long they take to arrive.',
    { file: 'github-reviewer.md', above: '', write: '- Time to chek: 6 hours' },
    labelRows(changeLabels, 'github-reviewer.md', ''),
  ),
  lines(
    'Labels of escalation-manager.md',
    'Criteria stand below the heading of their severity, intervals anywhere.',
    { file: 'escalation-manager.md', above: criteriaAbove, write: '- Critera: Any P0 service down' },
    [
      ...labelRows(['criteria'], 'escalation-manager.md', criteriaAbove),
      ...labelRows(['briefUpdate', 'fullRepeat'], 'escalation-manager.md', ''),
    ],
  ),
  lines(
    'Thresholds of k8s-analyzer.md',
    'Below a heading "Thresholds" or as a label anywhere.',
    { file: 'k8s-analyzer.md', above: '## Thresholds\n\n', write: '- Memory usge: 90% of limit' },
    thresholdRows.map(({ example }) => ({
      words: [example],
      form: (word) => ({ file: 'k8s-analyzer.md', above: '## Thresholds\n\n', write: `- ${word}` }),
    })),
  ),
  lines(
    'States in criteria',
    'What a subject has to be.',
    criterion((word) => word)('Any P0 service dwon'),
    statePhrases.map(([state, words]) => ({
      words,
      form: criterion((word) => {
        if (state === 'outage') return `${word} 5 minutes`;
        return state === 'max-downtime-exceeded' && word.startsWith('outage') ? word : `Any P0 service ${word}`;
      }),
    })),
  ),
  lines(
    'Subjects in criteria',
    'Besides priorities (`P0`, `P0/P1`, `P2-P3`) and the names of listed services.',
    criterion((word) => word)('Any databse down'),
    subjectPhrases.map(([, words]) => ({ words, form: criterion((word) => `Any ${word} down`) })),
  ),
  lines(
    'Quantifiers in criteria',
    'How many of the subject; without one, any.',
    criterion((word) => word)('Most P1 services down'),
    [
      ...grouped(
        quantifierWords,
        criterion((word) => `${word} P1 services down`),
      ),
      {
        words: ['2 or more', 'at least 2', 'more than 1', '2+'],
        form: criterion((word) => `${word} P1 services down`),
      },
    ],
  ),
  lines(
    'Adverbs and tails in criteria',
    'They change nothing.',
    criterion((word) => word)('Any P1 service nearly down'),
    [
      { words: [...adverbs], form: criterion((word) => `Any P1 service ${word} down`) },
      { words: tailPhrases, form: criterion((word) => `Multiple P1 services down ${word}`) },
    ],
  ),
  lines(
    'Units of time',
    'Of a range (`5-15 min`) the stricter end counts: the lower for a downtime, the upper for a grace or a delay.',
    downtime((word) => word)('2 fortnights'),
    units.map(([, words]) => ({ words, form: downtime((word) => `2 ${word}`) })),
  ),
  lines(
    'Words beside lengths of time',
    'Numbers in words, and words that change nothing.',
    downtime((word) => word)('a few hours'),
    [
      { words: numberWords.map(([word]) => word), form: downtime((word) => `${word} hours`) },
      { words: comparators, form: downtime((word) => `${word} 5 minutes`) },
    ],
  ),
  lines(
    'Days of windows',
    'Days also by their names, alone (`Sunday`), as a span (`Mon-Fri`) or as a list.',
    window((word) => word)('weekdys 02:00-03:00'),
    [
      ...grouped(
        dayGroups,
        window((word) => `${word} 02:00-03:00`),
      ),
      { words: [...ordinals.keys()], form: window((word) => `${word} Monday of the month 02:00-03:00`) },
    ],
  ),
  lines(
    'Zones by abbreviation',
    'Beside the hours of a window. Any IANA name works as well.',
    window((word) => word)('Every Sunday 02:00-03:00 IST'),
    [...new Set(zoneNames.values())].map((zone) => ({
      words: [...zoneNames].filter(([, other]) => other === zone).map(([word]) => word),
      form: window((word) => `Every Sunday 02:00-03:00 ${word.toUpperCase()}`),
    })),
  ),
  lines(
    'Words for checks',
    'In `Kinds:`, in exceptions, graces and ignores; besides the ids of the checks.',
    { file: 'k8s-analyzer.md', above: '## What to ignore\n\n', write: '- Checks: job-faild' },
    checkWords.map(([id, words]) => ({
      words: [id, ...words],
      form: (word) => ({ file: 'k8s-analyzer.md', above: '## What to ignore\n\n', write: `- Checks: ${word}` }),
    })),
  ),
];
