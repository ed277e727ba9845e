import { checks } from '../../analysis/checks/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { oneLine } from '../../lib/text.ts';
import { table } from '../output.ts';
import { sayPlace, type View, wrap } from './view.ts';

/** How long each check waits, those with the same grace on one line. */
export function explainGraces({ revision, paint }: View): string[] {
  const set = revision.thresholds.graces;
  const graces = checks.map(({ id, grace }) => ({ id, grace: set[id] ?? grace, isSet: set[id] !== undefined }));
  const groups = [...Map.groupBy(graces, ({ grace }) => grace)].sort(([a], [b]) => a - b);
  return [
    ...groups.flatMap(([grace, list]) => {
      const names = list.map(({ id, isSet }) => (isSet ? `${id} (as written)` : id)).join(', ');
      const [first = '', ...rest] = wrap(names, ' '.repeat(12));
      return [`  ${(grace === 0 ? 'at once' : formatDuration(grace)).padEnd(10)}${first.trim()}`, ...rest];
    }),
    paint.dim('  A criterion with a time of its own replaces it; a P0 that is down has none.'),
  ];
}

export const explainThresholds = ({ revision, paint }: View): string[] =>
  lines(revision.thresholdLines.map(({ name, value, at }) => [name, value, paint.dim(sayPlace(at))]));

export const explainIgnores = ({ revision, paint }: View): string[] =>
  lines(
    revision.ignores.map(({ what, name, when, at }) => [
      what,
      name,
      when === undefined ? '' : when === 'running' ? 'if the pod is running' : 'if the pod is not running',
      paint.dim(sayPlace(at)),
    ]),
  );

/** Checks of the Markdown: what they list, what they filter by, how bad they are. */
export function explainCustomChecks({ revision, paint }: View): string[] {
  return revision.customChecks.flatMap(({ name, kinds, namespace, allNamespaces, selector, filter, severity, at }) => [
    `  ${name}  ${severity}  ${paint.dim(sayPlace(at))}`,
    `      lists ${kinds.join(', ')} ${allNamespaces ? 'in all namespaces' : `in namespace ${namespace ?? 'default'}`}${selector === undefined ? '' : ` with ${selector}`}`,
    paint.dim(`      jq ${oneLine(filter, 120)}`),
  ]);
}

export const explainHealthChecks = ({ revision, paint }: View): string[] =>
  lines(
    revision.healthChecks.map(({ service, protocol, path, port, host, at }) => [
      service,
      [protocol, host, path].filter((part) => part !== undefined).join(' '),
      port === undefined ? 'the only port of its Service' : `port ${port}`,
      paint.dim(sayPlace(at)),
    ]),
  );

export const explainAgents = ({ revision, paint }: View): string[] =>
  lines(
    revision.agents.map(({ name, model, when, tools, at }) => [
      name,
      model,
      when,
      tools === undefined ? 'all tools' : `tools: ${tools.join(', ')}`,
      paint.dim(sayPlace(at)),
    ]),
  );

function lines(rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : table(rows.map(([first = '', ...rest]) => [`  ${first}`, ...rest])).split('\n');
}
