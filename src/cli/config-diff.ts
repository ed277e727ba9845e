import { existsSync } from 'node:fs';
import { compileFiles } from '../config/compile.ts';
import { describeChange } from '../config/meaning/describe-change.ts';
import { isError } from '../config/problems.ts';
import type { Revision, SourceFile } from '../config/revision.ts';
import { readConfigPaths } from '../config/source/read-yaml.ts';
import { cleanText } from '../lib/text.ts';
import { loadRevisions } from '../record/revisions.ts';
import { completeFiles } from './complete-files.ts';
import { exitCodes } from './exit-codes.ts';
import { toJson } from './json.ts';
import { type Output, paints } from './output.ts';
import { findInForce, needRevision } from './saved-revisions.ts';
import { unifiedDiff } from './text-diff.ts';
import { withRecord } from './with-record.ts';

export type DiffOptions = { a?: string; b?: string; output: string };

/** A configuration to compare: its name for people, its files, what they mean. */
type Side = { name: string; files: readonly SourceFile[]; revision: Revision };

/**
 * What differs in text and in meaning: between the revision in force and the one before it; between it and the one given; between
 * the two given. A path is a folder, or the YAML of the ConfigMaps.
 */
export async function diffConfig(options: DiffOptions, output: Output): Promise<number> {
  const { before, after } = await findSides(options);
  const meaning = describeChange(before.revision, after.revision);
  const files = compareFiles(before.files, after.files);
  if (options.output === 'json') {
    const sideOf = ({ name, revision }: Side) => ({ name, revision: revision.id });
    output.print(toJson({ before: sideOf(before), after: sideOf(after), meaning, files }));
    return exitCodes.done;
  }
  const { bold, dim, good, bad } = paints(output);
  if (files.length === 0) output.print(`${before.name} and ${after.name} have the same text.`);
  for (const { name, lines } of files) {
    output.print(bold(`--- ${name} (${before.name})\n+++ ${name} (${after.name})`));
    for (const line of lines) {
      const text = cleanText(line);
      output.print(
        line.startsWith('+') ? good(text) : line.startsWith('-') ? bad(text) : line.startsWith('@') ? dim(text) : text,
      );
    }
    output.print('');
  }
  output.print(bold(meaning.length === 0 ? 'Nothing changes in meaning.' : 'What changes in meaning:'));
  for (const sentence of meaning) output.print(`  ${cleanText(sentence)}`);
  return exitCodes.done;
}

async function findSides({ a, b }: DiffOptions): Promise<{ before: Side; after: Side }> {
  if (a !== undefined && b !== undefined) return { before: await readSide(a), after: await readSide(b) };
  const inForce = await withRecord((record): Side => {
    const found = findInForce(record);
    if (!found) throw new Error('the record keeps no revision yet: name two folders, or two ConfigMap YAML files');
    return sideOf(found.id, found.files);
  });
  if (a !== undefined)
    return existsSync(a)
      ? { before: inForce, after: await readSide(a, inForce.files) }
      : { before: await readSide(a), after: inForce };
  const before = await withRecord((record) => {
    const other = loadRevisions(record).find(({ id }) => id !== inForce.revision.id);
    return other && sideOf(other.id, other.files);
  });
  if (!before) throw new Error(`the record keeps only ${inForce.name}: there is nothing before it`);
  return { before, after: inForce };
}

/** `inForce` completes a path that has a part only. */
async function readSide(idOrPath: string, inForce: readonly SourceFile[] = []): Promise<Side> {
  if (!existsSync(idOrPath))
    return withRecord((record) => {
      const { id, files } = needRevision(record, idOrPath);
      return sideOf(id, files);
    });
  const { files, problems } = await readConfigPaths([idOrPath]);
  const [first] = problems.filter(isError);
  if (first) throw new Error(`${idOrPath} cannot be read: ${first.message} ${first.cure}`);
  return sideOf(idOrPath, completeFiles([idOrPath], files, inForce).files);
}

const sideOf = (name: string, files: readonly SourceFile[]): Side => ({ name, files, revision: compileFiles(files) });

/** Files that differ, by their names in the configuration: where they stood does not matter. */
function compareFiles(
  before: readonly SourceFile[],
  after: readonly SourceFile[],
): { name: string; lines: string[] }[] {
  const textsOf = (files: readonly SourceFile[]): Map<string, string> =>
    new Map(files.map(({ role, name, text }) => [role === 'agent' ? `agents/${name}` : name, text]));
  const [old, fresh] = [textsOf(before), textsOf(after)];
  const names = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  return names
    .map((name) => ({ name, lines: unifiedDiff(old.get(name), fresh.get(name)) }))
    .filter(({ lines }) => lines.length > 0);
}
