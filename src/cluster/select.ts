import type { Labels, Selector } from './objects.ts';

/** Whether labels fit a selector of the API, or a plain map of labels (all of them). An empty selector fits everything. */
export function matches(selector: Labels | Selector, labels: Labels): boolean {
  if (!isSelector(selector)) return hasAll(selector, labels);
  return hasAll(selector.matchLabels, labels) && selector.matchExpressions.every((one) => fits(one, labels));
}

/** Told apart by its list of expressions: a label's value is never a list. */
export function isSelector(selector: Labels | Selector): selector is Selector {
  return Array.isArray(selector['matchExpressions']);
}

function hasAll(wanted: Labels, labels: Labels): boolean {
  for (const key in wanted) if (labels[key] !== wanted[key]) return false;
  return true;
}

function fits({ key, operator, values }: Selector['matchExpressions'][number], labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
