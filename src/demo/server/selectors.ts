import type { Labels, Selector } from '../../cluster/objects.ts';
import { parseSelector } from '../../cluster/parse-selector.ts';
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

function labelSelector(text: string): Selector | Refusal {
  return parseSelector(text) ?? refusal(400, 'BadRequest', `unable to parse requirement: ${text}`);
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
