import type { ProblemLevel } from '../revision.ts';

/** What a grammar says about the text it read; `column` counts characters from the start of that text. */
export type CriteriaNote = { level: ProblemLevel; code: string; message: string; cure: string; column: number };
