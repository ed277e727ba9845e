import { agentPages } from './agents.ts';
import { escalationPages } from './escalation.ts';
import { filePages } from './files.ts';
import { knownIssuePages } from './known-issues.ts';
import type { ProblemPage } from './page.ts';
import { servicePages } from './services.ts';
import { shapePages } from './shape.ts';

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
  }),
);
