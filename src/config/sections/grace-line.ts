import { formatDuration } from '../../lib/duration.ts';
import type { Entry } from '../document.ts';
import type { Draft, Reader } from '../draft.ts';
import { findCondition } from '../grammar/conditions.ts';
import { readDuration } from '../grammar/duration.ts';
import { readKinds } from '../grammar/known-issue.ts';
import { namesIn } from './judged.ts';
import { isLength, readLong } from './threshold-rows.ts';

const graceLine =
  /^(.{3,60}?)\s*(?::|\bfor\b|\blonger than\b|\bmore than\b|>)\s*(?:grace\s*:?\s*)?(?:for\s+)?((?:>|≥|at least|more than|longer than|over)?\s*\d.*)$/i;

/** `Image pull errors for > 5 min`: how long a check waits before it counts. */
export function readGraceLine(entry: Entry, reader: Reader, draft: Draft): boolean {
  const [, head = '', tail = ''] = graceLine.exec(entry.text) ?? [];
  if (head === '') return false;
  const { kinds, unknown } = readKinds(
    head
      .replace(/\s*\(.*?\)/g, '')
      .replace(/\b(?:grace|pods?|errors?|state)\b/gi, ' ')
      .trim(),
  );
  const length = readLong(tail);
  const rest = readDuration(tail, 'lower');
  if (
    kinds.length === 0 ||
    unknown.length > 0 ||
    length === undefined ||
    (rest && 'rest' in rest && rest.rest.replace(/[^\p{L}]/gu, '').length > 12)
  )
    return false;
  if (!isLength(length)) {
    reader.problem('threshold-out-of-range', entry, { word: tail.trim(), range: 'up to 30 days' });
    return true;
  }
  const beside = rest && 'rest' in rest ? rest.rest : '';
  const word = conditionOf(beside, draft) ?? /\d.*|\b(?:or|and)\b.*/i.exec(beside)?.[0];
  if (word !== undefined)
    reader.problem('value-half-read', entry, { word, value: `${head.trim()} for ${formatDuration(length)}` });
  for (const kind of kinds) draft.revision.thresholds.graces[kind] = length;
  draft.revision.thresholdLines.push({
    name: `grace of ${kinds.join(', ')}`,
    value: tail.trim(),
    at: reader.at(entry),
  });
  reader.understood(entry, `${kinds.join(', ')} counts after ${tail.trim()}`);
  return true;
}

/** A threshold holds always and for every service. */
export const conditionOf = (text: string, draft: Draft): string | undefined => {
  const [service] = namesIn(text, draft.serviceWords());
  return (
    findCondition(text) ??
    (service === undefined ? undefined : (/\b(?:for|of|in|on)\b[^,;]*$/i.exec(text)?.[0] ?? service))
  );
};
