import type { Section } from '../document.ts';
import type { Place, Reader } from '../draft.ts';
import { type Severity, severities } from '../revision.ts';

export const severityHeading = /\bSEV(?:ERITY)?[ -]?\d+\b/i;

/** One severity with those that share its word: `SEV-3/4`, `SEV 3 and 4`, `SEV-2-4`. Behind a number with a unit nothing is shared. */
const written =
  /\bSEV(?:ERITY)?[ -]?(\d+)\b((?:\s*(?:\/|,|&|\band\b|\bor\b)\s*\d(?![\d%]|[.:]\d|\s*(?:min|m\b|h|s\b|sec|day|d\b)))*)(?:[-–]\s?(?:SEV[ -]?)?(\d)\b)?/gi;

/** Behind a label or in a column that says "severity" a number is enough: `3` is SEV-3. */
export const withSeverityWord = (text: string): string => text.replace(/^\W*([1-9])\W*$/, 'SEV-$1');

/** The severities a text names: `SEV-1`, `CRITICAL (SEV-1)`, `SEV-3 / SEV-4`, `SEV-3/4`. A number that is none is an error. */
export function severitiesIn(text: string, place: Place, reader: Reader): Severity[] {
  const found = [...text.matchAll(written)].flatMap(([, first = '', more = '', last]) => {
    const named = [first, ...more.matchAll(/\d/g).map(([number]) => number)];
    if (last === undefined) return named;
    const to = Number(last);
    return [...named, ...Array.from({ length: Math.max(0, to - Number(first)) }, (_, index) => String(to - index))];
  });
  for (const number of new Set(found))
    if (!severities.some((each) => each === `SEV-${number}`))
      reader.problem('severity-unknown', place, { word: `SEV-${number}` });
  return severities.filter((each) => found.includes(each.slice(4)));
}

/** A heading with a severity: which it names, and the blocks below it and its own headings. Undefined where it names none. */
export function openSeverity(
  section: Section,
  reader: Reader,
): { found: Severity[]; blocks: Section['blocks'] } | undefined {
  const at = section.placeOf(Math.max(0, section.title.search(severityHeading)));
  const found = severitiesIn(section.title, at, reader);
  if (found.length === 0) return undefined;
  reader.understood({ line: section.line, endLine: section.line }, found.join(' and '));
  const below = section.sections.filter(({ aside }) => !aside);
  return { found, blocks: [...section.blocks, ...below.flatMap(({ blocks }) => blocks)] };
}
