import type { HalfFacts, HalfName } from '../keep.ts';
import type { Problem, SourceFile } from '../revision.ts';

/** What a source holds, and what went wrong while reading it. With an error among the problems the files are never a configuration. */
export type SourceSet = {
  files: SourceFile[];
  problems: Problem[];
  /** Of a folder's halves: when each was written, and of a mounted ConfigMap the name of the version that `..data` names. */
  halves?: Partial<Record<HalfName, Pick<HalfFacts, 'changedAt' | 'version'>>>;
};

/** The file that decides; every other Markdown file is an agent's. */
export const orchestratorName = 'CLAUDE.md';

/** The most a single file may have: far above what the compiler accepts (256 KiB), far below what hurts. */
export const mostBytes = 2 * 1024 * 1024;
/** The most files of agents a source may have. */
export const mostAgents = 200;

/** An error about a whole file. */
export function sourceProblem(
  file: string,
  code: string,
  message: string,
  cure: string,
  line = 1,
  column = 1,
): Problem {
  return { file, line, column, level: 'error', code, message, cure };
}

/** A Markdown file whose positions are its own. */
export function plainFile(file: string, name: string, text: string): SourceFile {
  const role = name === orchestratorName ? 'orchestrator' : 'agent';
  return { file, name, role, text, lineOffset: 0, columnOffset: 0 };
}

/** Several sets as one; a second CLAUDE.md or a second agent of the same name is an error. */
export function joinSets(sets: readonly SourceSet[]): SourceSet {
  const files: SourceFile[] = [];
  const problems = sets.flatMap((set) => set.problems);
  for (const file of sets.flatMap((set) => set.files)) {
    const other = files.find(
      ({ name }) => name.normalize('NFC').toLowerCase() === file.name.normalize('NFC').toLowerCase(),
    );
    if (!other) files.push(file);
    else {
      problems.push(
        sourceProblem(
          file.file,
          'file-twice',
          `${file.name} is also in ${other.file}${other.lineOffset > 0 ? `:${other.lineOffset}` : ''}.`,
          'Keep one of the two.',
          file.lineOffset + 1,
        ),
      );
    }
  }
  const [only, ...more] = sets;
  return { files, problems, ...(only?.halves && more.length === 0 && { halves: only.halves }) };
}
