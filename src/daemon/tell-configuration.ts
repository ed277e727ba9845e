import type { Refusal } from '../config/keep.ts';
import type { Problem, Revision } from '../config/revision.ts';
import type { Log } from '../lib/log.ts';
import { count } from '../lib/text.ts';

/** `CLAUDE.md:42:3  "P5" is not a priority. Use P0, P1, P2 or P3.` */
export function sayProblem({ file, line, column, message, cure }: Problem): string {
  return `${file}:${line}:${column}  ${message} ${cure}`;
}

/** The lines that operators are told to look for, and what is worth a look. */
export function tellLoaded(log: Log, revision: Revision, from: string): void {
  log.info({ revision: revision.id, source: from }, 'Loading orchestrator context from CLAUDE.md');
  log.info({ revision: revision.id }, `Discovered agents: ${revision.agents.map(({ name }) => name).join(', ')}`);
  for (const problem of revision.problems.filter(({ level }) => level === 'warning'))
    log.warn({ code: problem.code }, sayProblem(problem));
}

/** A refusal with its first three errors, and what stays in force. */
export function tellRefused(log: Log, refusal: Refusal, active: Revision): void {
  log.error({ refused: refusal.id, revision: active.id, source: refusal.from }, sayRefusal(refusal, active));
}

/** One sentence with the first three errors; for the log and for the Event on the ConfigMap. */
export function sayRefusal({ problems }: Refusal, active: Revision): string {
  const errors = problems.filter(({ level }) => level === 'error');
  const more = errors.length > 3 ? ` (and ${errors.length - 3} more)` : '';
  return `configuration refused, revision ${active.id} stays in force: ${count(errors.length, 'error')}: ${errors.slice(0, 3).map(sayProblem).join(' | ')}${more}`;
}
