import type { Selector } from './objects.ts';

/** A label selector as kubectl takes it: `app=web,tier in (a, b),!canary`. Undefined where it is none. */
export function parseSelector(text: string): Selector | undefined {
  const matchExpressions: Selector['matchExpressions'] = [];
  // A comma separates, except between the parentheses of a set.
  for (const part of text.split(/,(?![^(]*\))/)) {
    const term = part.trim();
    if (term === '') continue;
    const set = /^([\w./-]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(term);
    const equality = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(term);
    const exists = /^(!?)\s*([\w./-]+)$/.exec(term);
    if (set) {
      const values = (set[3] ?? '').split(',').map((value) => value.trim());
      matchExpressions.push({ key: set[1] ?? '', operator: set[2] === 'in' ? 'In' : 'NotIn', values });
    } else if (equality) {
      const operator = equality[2] === '!=' ? 'NotIn' : 'In';
      matchExpressions.push({ key: equality[1] ?? '', operator, values: [equality[3] ?? ''] });
    } else if (exists) {
      matchExpressions.push({ key: exists[2] ?? '', operator: exists[1] ? 'DoesNotExist' : 'Exists', values: [] });
    } else return undefined;
  }
  return { matchLabels: {}, matchExpressions };
}
