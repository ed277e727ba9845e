import type { Revision, SourceFile } from '../revision.ts';

type Compile = (files: SourceFile[]) => Promise<Revision>;

export type AheadCompiler = {
  /** Compiles, or hands over what was begun for the very same files. Asked for a second time, they are compiled anew. */
  compile: Compile;
  /** Begins with files that will probably be asked for. While a compilation is under way only the newest are remembered, so that none waits behind many. */
  begin(files: SourceFile[]): void;
};

/** Uses the time in which an edit settles: when it has, it is compiled already. */
export function compileAhead(compile: Compile): AheadCompiler {
  let begun: { files: SourceFile[]; revision: Promise<Revision> } | undefined;
  let next: SourceFile[] | undefined;
  let isBusy = false;

  const begin = (files: SourceFile[]): void => {
    next = files;
    if (!isBusy) beginNext();
  };
  const beginNext = (): void => {
    if (!next) return;
    isBusy = true;
    begun = { files: next, revision: compile(next) };
    next = undefined;
    const ended = (): void => {
      isBusy = false;
      beginNext();
    };
    begun.revision.then(ended, ended);
  };

  return {
    begin,
    compile(files) {
      if (next === files) next = undefined;
      const found = begun?.files === files ? begun.revision : undefined;
      if (found) begun = undefined;
      return found ?? compile(files);
    },
  };
}
