import type { Place, Reader } from '../draft.ts';
import { type Severity, severities } from '../revision.ts';

export const severityHeading = /\bSEV(?:ERITY)?[ -]?\d+\b/i;

/** The severities a text names: `SEV-1`, `CRITICAL (SEV-1)`, `SEV-3 / SEV-4`. A number that is none is an error. */
export function severitiesIn(text: string, place: Place, reader: Reader): Severity[] {
  const written = [...text.matchAll(/\bSEV(?:ERITY)?[ -]?(\d+)\b/gi)];
  return written.flatMap((match) => {
    const severity = severities.find((each) => each === `SEV-${match[1]}`);
    if (!severity) reader.problem('severity-unknown', place, { word: match[0] });
    return severity ? [severity] : [];
  });
}
