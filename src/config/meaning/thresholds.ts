import { type CheckId, checkIds } from '../checks.ts';
import type { Revision, Thresholds } from '../revision.ts';
import { amount, compareFields, type Field, type Fields, type Growth, length } from './fields.ts';
import { type Said, sayShare, usualRank } from './said.ts';

type Pair = { warning: number; error: number };

/** A warning and an error level that come as one. */
const levels =
  (word: string, grows: Growth, says: (value: number) => string): Field<Pair> =>
  (before, after) => [
    ...amount(`${word} warning`, grows, says)(before.warning, after.warning),
    ...amount(`${word} error`, grows, says)(before.error, after.error),
  ];

const graces: Field<Partial<Record<CheckId, number>>> = (before, after) =>
  checkIds.flatMap((check) =>
    length(`grace of ${check}`, 'silences', { unset: "the check's own" })(before[check], after[check]),
  );

const fields: Fields<Thresholds> = {
  memoryUsage: amount('memory threshold', 'silences', sayShare),
  cpuUsage: amount('CPU threshold', 'silences', sayShare),
  restarts: amount('restarts threshold', 'silences'),
  pending: length('pending threshold', 'silences'),
  startup: length('startup threshold', 'silences'),
  certificateDays: levels('certificate', 'wakes', (days) => `${days} d`),
  volumeFree: levels('free volume', 'wakes', sayShare),
  graces,
};

/** What an edit does to thresholds and graces, each on its own. */
export const compareThresholds = ({ thresholds: before }: Revision, { thresholds: after }: Revision): Said[] =>
  compareFields(fields, before, after).map((phrase) => ({ ...phrase, rank: usualRank }));
