import type { Ref } from '../../cluster/objects.ts';
import type { CauseId } from '../../config/checks.ts';
import type { Millis } from '../../lib/clock.ts';
import type { Observation } from '../finding.ts';

/** Why something is as it is, as far as the evidence shows. */
export type FoundCause = {
  /** Absent: we can say what is seen, not why. */
  cause?: CauseId;
  /** The rest of a sentence: "its image x does not exist". */
  because: string;
  evidence: Observation['evidence'];
  /** What it points at: configuration, claims, dependencies. */
  related?: Ref[];
  /** Replaces the check's grace: 0 for what never heals alone. */
  grace?: Millis;
};

/** A line of a table: text that fits the pattern shows the cause. */
export type CauseRow<Cause extends CauseId = CauseId> = { cause: Cause; pattern: RegExp };

/** The first row whose pattern the text fits, with what it caught. */
export function findRow<Row extends CauseRow>(
  rows: readonly Row[],
  text: string,
): { row: Row; match: RegExpExecArray } | undefined {
  for (const row of rows) {
    const match = row.pattern.exec(text);
    if (match) return { row, match };
  }
  return undefined;
}
