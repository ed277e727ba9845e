import { hashOf } from '../../lib/hash.ts';
import type { HalfFacts, HalfName } from '../keep.ts';
import type { SourceFile } from '../revision.ts';
import { fencedLines, readNormalText, textForHash } from '../shape/normal-text.ts';

export const halfNames: readonly HalfName[] = ['orchestrator', 'agents'];

/** Which half a file belongs to. */
export const halfOf = ({ role }: Pick<SourceFile, 'role'>): HalfName =>
  role === 'orchestrator' ? 'orchestrator' : 'agents';

/** The files of one half of a configuration. */
export function filesOfHalf(files: readonly SourceFile[], half: HalfName): SourceFile[] {
  return files.filter((file) => halfOf(file) === half);
}

/** Names the content of a half as a revision's id does, without comments: the same wherever it comes from; undefined where there are no files. */
export function hashOfHalf(files: readonly SourceFile[], half: HalfName): string | undefined {
  const own = filesOfHalf(files, half).sort((a, b) => (a.name < b.name ? -1 : 1));
  return own.length > 0
    ? hashOf(own.flatMap(({ name, text }) => [name, textForHash(readNormalText(text))]))
    : undefined;
}

/** What a half says of itself in comments (`<!-- bundle: 7 -->`, `<!-- confirm: a1b2c3 -->`) that begin a line outside of fences; the first counts. */
export function factsInComments(files: readonly SourceFile[], half: HalfName): Pick<HalfFacts, 'bundle' | 'confirm'> {
  const found: Pick<HalfFacts, 'bundle' | 'confirm'> = {};
  for (const { text } of filesOfHalf(files, half)) {
    // Most files have none: a look is cheaper than finding the fences.
    if (!text.includes('<!--')) continue;
    const lines = text.split('\n');
    const fenced = fencedLines(lines);
    const open = lines.map((line, index) => (fenced[index] ? '' : line)).join('\n');
    for (const [, comment = ''] of open.matchAll(/^[ \t]*<!--([\s\S]*?)-->/gm)) {
      for (const [, word, value = ''] of comment.matchAll(/^[ \t]*(bundle|confirm)[ \t]*:[ \t]*(\S{1,128})[ \t]*$/gm)) {
        if (word === 'bundle') found.bundle ??= value;
        else found.confirm ??= value;
      }
    }
  }
  return found;
}
