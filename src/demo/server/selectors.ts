import type { Labels, Selector } from '../../cluster/objects.ts';
import { fields } from '../../cluster/project/read.ts';
import { matches } from '../../cluster/select.ts';
import { type ApiObject, type Refusal, refusal } from './api-object.ts';

export type Matcher = (object: ApiObject) => boolean;

/** What `labelSelector` and `fieldSelector` of a request ask for. */
export function selectorOf(query: URLSearchParams): Matcher | Refusal {
  const labels = labelSelector(query.get('labelSelector') ?? '');
  const wanted = fieldSelector(query.get('fieldSelector') ?? '');
  if ('refused' in labels) return labels;
  if ('refused' in wanted) return wanted;
  if (labels.matchExpressions.length === 0 && wanted.length === 0) return () => true;
  return (object) =>
    wanted.every(({ path, value, equal }) => (textAt(object, path) === value) === equal) &&
    matches(labels, fields(object.metadata['labels']) as Labels);
}

/** `app=web,tier in (a, b),!canary` */
function labelSelector(text: string): Selector | Refusal {
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
    } else {
      return refusal(400, 'BadRequest', `unable to parse requirement: ${term}`);
    }
  }
  return { matchLabels: {}, matchExpressions };
}

type FieldTerm = { path: string[]; value: string; equal: boolean };

/** `metadata.name=web,status.phase!=Running`; takes every path, where the real server knows a few per kind. */
function fieldSelector(text: string): FieldTerm[] | Refusal {
  const terms: FieldTerm[] = [];
  for (const term of text.split(',').filter(Boolean)) {
    const match = /^([\w.]+)\s*(==|=|!=)(.*)$/.exec(term);
    if (!match) return refusal(400, 'BadRequest', `invalid field selector: ${term}`);
    terms.push({ path: (match[1] ?? '').split('.'), value: match[3] ?? '', equal: match[2] !== '!=' });
  }
  return terms;
}

function textAt(object: ApiObject, path: readonly string[]): string {
  let value: unknown = object;
  for (const step of path) value = fields(value)[step];
  return value === undefined || value === null ? '' : String(value);
}
