import { problemTable } from '../problems.ts';
import type { ProblemLevel } from '../revision.ts';
import { agentPages } from './agents.ts';
import { escalationPages } from './escalation.ts';
import { filePages } from './files.ts';
import { knownIssuePages } from './known-issues.ts';
import { matchingPages } from './matching.ts';
import type { ProblemPage } from './page.ts';
import { servicePages } from './services.ts';
import { shapePages } from './shape.ts';
import { tryExample } from './try-example.ts';

export type { Example, ProblemPage } from './page.ts';

/** Every code with what `config check --explain` and its page in docs/problems/ say about it. */
export const problemPages: ReadonlyMap<string, ProblemPage> = new Map(
  Object.entries({
    ...filePages,
    ...shapePages,
    ...servicePages,
    ...knownIssuePages,
    ...escalationPages,
    ...agentPages,
    ...matchingPages,
  }),
);

/** How bad problems of a code are. */
export function levelOf(code: string): ProblemLevel {
  const page = problemPages.get(code);
  if (page && 'level' in page && page.level) return page.level;
  if (page && 'example' in page) {
    const shown = tryExample(page.example, page.example.wrong).problems.find((problem) => problem.code === code);
    if (shown) return shown.level;
  }
  return Object.entries(problemTable).find(([key]) => key === code)?.[1].level ?? 'error';
}
