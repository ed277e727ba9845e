import { makeWorld } from '../cluster/make-world.ts';
import type { Snapshot } from '../cluster/snapshot.ts';
import type { Refusal } from '../config/keep.ts';
import { isError } from '../config/problems.ts';
import type { Problem, Revision } from '../config/revision.ts';
import { day, type Millis } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { count } from '../lib/text.ts';
import { findMatchProblems, unseenWorkloads } from '../triage/match-problems.ts';

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

/** The first of the errors that refused it. */
export function firstFault({ problems }: Pick<Refusal, 'problems'>): Problem | undefined {
  return problems.find(isError);
}

/** One sentence with the first three errors; for the log and for the Event on the ConfigMap. */
export function sayRefusal(refusal: Pick<Refusal, 'problems'>, active: Pick<Revision, 'id'>): string {
  const errors = refusal.problems.filter(isError);
  const more = errors.length > 3 ? ` (and ${errors.length - 3} more: \`k8s-monitor config status\`)` : '';
  return `${sayRefused(refusal, active)}: ${errors.slice(0, 3).map(sayProblem).join(' | ')}${more}`;
}

/** The same without the errors, for where they are listed. */
export function sayRefused({ problems }: Pick<Refusal, 'problems'>, active: Pick<Revision, 'id'>): string {
  const errors = problems.filter(isError);
  return `configuration refused, revision ${active.id} stays in force: ${count(errors.length, 'error')}`;
}

/** What was not understood, each with its cure: errors first, then warnings. */
export function listFaults({ problems }: Pick<Refusal, 'problems'>): string[] {
  return (['error', 'warning'] as const).flatMap((level) =>
    problems
      .filter((problem) => problem.level === level)
      .map((problem) => `${level === 'warning' ? 'warning: ' : ''}${sayProblem(problem)}`),
  );
}

/** What a cycle saw, as far as it bears on the configuration. */
type Seen = { revision: Revision; snapshot: Snapshot; now: Millis };

/**
 * Tells what the cluster, the clock and the record say against a configuration: services that stand for nothing, known
 * issues that are over. Each once per revision, with the first cycle that saw all workloads, and what comes up later daily.
 */
export function makeMatchTeller(log: Log, unmatched: (seen: Seen) => readonly string[]): (seen: Seen) => void {
  let told = { revision: '', at: 0, said: new Set<string>() };
  return (seen) => {
    const { revision, snapshot, now } = seen;
    if (told.revision === revision.id && now - told.at < day) return;
    const world = makeWorld(snapshot);
    if (unseenWorkloads(world).length > 0) return;
    told = { revision: revision.id, at: now, said: told.revision === revision.id ? told.said : new Set() };
    for (const problem of findMatchProblems({ revision, world, now, unmatched: unmatched(seen) })) {
      const says = sayProblem(problem);
      if (!told.said.has(says)) log.warn({ code: problem.code, revision: revision.id }, says);
      told.said.add(says);
    }
  };
}
