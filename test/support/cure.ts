import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '../../src/config/revision.ts';
import { exampleFolder, sourceFile } from './config-files.ts';

/** One change to a file; without `from` the file of the example is put in its place. */
type Edit = { file: string; from?: string; to: string };

/** `follows`: the words of the message that are followed; `writes`: what it says to write. */
export type Cure = { follows: string; writes?: string; edits: Edit[] };

/**
 * Reads a `cure.txt`: first the words of the message that are followed, perhaps `writes TEXT`, then `FILE` with `- ` lines that
 * are replaced by `+ ` lines, or `restore FILE`.
 */
export function readCure(path: string): Cure {
  const [follows = '', ...lines] = readFileSync(path, 'utf8').replace(/\n$/, '').split('\n');
  const cure: Cure = { follows, edits: [] };
  let edit: { file: string; from: string[]; to: string[] } | undefined;
  const finish = (): void => {
    if (!edit) return;
    const { file, from, to } = edit;
    // Without a line to put in its place a line goes with its end.
    cure.edits.push(
      to.length > 0
        ? { file, from: from.join('\n'), to: to.join('\n') }
        : { file, from: `${from.join('\n')}\n`, to: '' },
    );
    edit = undefined;
  };
  for (const line of lines) {
    if (line.startsWith('writes ')) cure.writes = line.slice(7);
    else if (line.startsWith('restore ')) {
      finish();
      const file = line.slice(8);
      cure.edits.push({ file, to: readFileSync(join(exampleFolder, file), 'utf8') });
    } else if (line.startsWith('- ')) edit?.from.push(line.slice(2));
    else if (line.startsWith('+ ')) edit?.to.push(line.slice(2));
    else {
      finish();
      edit = { file: line, from: [], to: [] };
    }
  }
  finish();
  return cure;
}

/** The files after the edits; every edit must find what it replaces. */
export function cureFiles(files: readonly SourceFile[], edits: readonly Edit[]): SourceFile[] {
  let cured = [...files];
  for (const { file, from, to } of edits) {
    const known = cured.find((each) => each.file === file);
    if (from === undefined) {
      const restored = sourceFile(file.replace(/^agents\//, ''), to);
      cured = known ? cured.map((each) => (each === known ? restored : each)) : [...cured, restored];
      continue;
    }
    if (!known?.text.includes(from)) throw new Error(`${file} does not have ${JSON.stringify(from)}`);
    cured = cured.map((each) => (each === known ? { ...each, text: each.text.replace(from, () => to) } : each));
  }
  return cured;
}
