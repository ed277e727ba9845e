import type { SourceFile } from '../config/revision.ts';
import { filesOfHalf, halfNames } from '../config/source/halves.ts';

/**
 * An edit of a part as the whole it would make: a half that was not given is the one in force, as with two ConfigMaps of which one is
 * applied; single Markdown files take the place of those of their names.
 */
export function completeFiles(
  paths: readonly string[],
  given: readonly SourceFile[],
  inForce: readonly SourceFile[],
): { files: SourceFile[]; added: SourceFile[] } {
  const areSingle = paths.length > 0 && paths.every((path) => path.endsWith('.md'));
  const names = new Set(given.map(({ name }) => name.toLowerCase()));
  const isLeft = areSingle
    ? ({ name }: SourceFile): boolean => !names.has(name.toLowerCase())
    : (file: SourceFile): boolean => missing.has(file.role);
  const missing = new Set(
    halfNames
      .filter((half) => filesOfHalf(given, half).length === 0)
      .map((half): SourceFile['role'] => (half === 'agents' ? 'agent' : 'orchestrator')),
  );
  const added = given.length === 0 ? [] : inForce.filter(isLeft);
  return { files: [...given, ...added], added };
}
