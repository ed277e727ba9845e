import { formatDuration, formatMoment } from '../../lib/duration.ts';
import { count } from '../../lib/text.ts';
import {
  explainAgents,
  explainCustomChecks,
  explainGraces,
  explainHealthChecks,
  explainIgnores,
  explainThresholds,
} from './checks.ts';
import { explainKnownIssues } from './known-issues.ts';
import { explainServices } from './services.ts';
import { explainSeverities } from './severities.ts';
import { explainTemplates } from './templates.ts';
import type { View } from './view.ts';

/** The page's sections in their order; one without a line is left out. */
const sections: readonly (readonly [title: string, explain: (view: View) => string[]])[] = [
  ['Services', explainServices],
  ['Known issues', explainKnownIssues],
  ['Severities', explainSeverities],
  ['Graces', explainGraces],
  ['Thresholds', explainThresholds],
  ['Ignored', explainIgnores],
  ['Checks of your own', explainCustomChecks],
  ['Health checks', explainHealthChecks],
  ['Messages, with a sample', explainTemplates],
  ['Agents', explainAgents],
];

/** What a configuration means, as a page for people. */
export function explainPage(view: View): string[] {
  const { paint } = view;
  const body = sections.flatMap(([title, explain]) => {
    const lines = explain(view);
    while (lines.at(-1) === '') lines.pop();
    return lines.length === 0 ? [] : [paint.bold(title), ...lines, ''];
  });
  return [...sayHead(view), '', ...body, sayLines(view)];
}

function sayHead({ revision, cluster, now, paint }: View): string[] {
  const { name, environment, type, timezone, frequency } = revision.cluster;
  const about = [environment, type].filter((part) => part !== undefined).join(', ');
  return [
    `${paint.bold(name ?? 'a cluster without a name')}${about === '' ? '' : ` (${about})`}, revision ${revision.id}`,
    `Times are in ${timezone}, where it is ${formatMoment(now, timezone)}. A cycle at least every ${formatDuration(frequency)}.`,
    ...(cluster ? [`Held against ${cluster.says}.`] : []),
  ];
}

function sayLines({ revision, paint }: View): string {
  const words = (['understood', 'context', 'problem', 'aside'] as const).map(
    (verdict) => `${revision.lines.filter((line) => line.verdict === verdict).length} ${verdict}`,
  );
  return paint.dim(
    `${count(revision.lines.length, 'line')}: ${words.join(', ')} (--annotate shows each, --output json has all of this)`,
  );
}
