import type { Labels } from '../objects.ts';
import { parseSelector } from '../parse-selector.ts';
import { fields, isFields, text } from '../project/read.ts';
import { matches } from '../select.ts';
import { sourceRows } from '../sources.ts';
import { RecordingError } from './format.ts';
import { readRawObjects } from './read-recording.ts';

/**
 * The raw objects of one resource in a recording, as `kubectl get` would choose them by namespace and label selector. Throws a
 * RecordingError for a resource that recordings do not keep and for a selector that is none.
 */
export async function listRecorded(
  path: string,
  wish: { resource: string; namespace?: string; selector?: string },
): Promise<unknown[]> {
  const word = (wish.resource.split('.')[0] ?? '').toLowerCase();
  const row = sourceRows.find(({ source, kind }) => source === word || kind.toLowerCase() === word);
  if (!row) throw new RecordingError(`a recording has no "${wish.resource}"`);
  const selector = parseSelector(wish.selector ?? '');
  if (!selector) throw new RecordingError(`"${wish.selector}" is no label selector`);
  const found: unknown[] = [];
  for await (const raw of readRawObjects(path)) {
    if (!isFields(raw) || raw['kind'] !== row.kind) continue;
    const metadata = fields(raw['metadata']);
    if (wish.namespace !== undefined && text(metadata['namespace']) !== wish.namespace) continue;
    if (matches(selector, fields(metadata['labels']) as Labels)) found.push(raw);
  }
  return found;
}
