import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { problemOf } from '../problems.ts';
import type { Problem, SourceFile } from '../revision.ts';
import { findConflicts } from '../shape/merge-conflict.ts';
import { faultOf, readTextFile } from './read-file.ts';
import { isConfigFolder, readConfigFolder } from './read-folder.ts';
import { joinSets, plainFile, type SourceSet, sourceProblem } from './source-set.ts';

/** Reads folders, ConfigMap YAML files and single Markdown files, in any mixture, as one configuration. */
export async function readConfigPaths(paths: readonly string[]): Promise<SourceSet> {
  const sets: SourceSet[] = [];
  for (const path of paths) sets.push(await readPath(path));
  // `k8s/*.yaml` names manifests of other kinds too: that they hold no Markdown is news only where none does.
  const others = sets.some(({ files }) => files.length > 0) ? paths.map((path) => /\.ya?ml$/.test(path)) : [];
  return joinSets(sets.map((set, index) => (others[index] ? withoutAbsence(set) : set)));
}

const withoutAbsence = ({ files, problems }: SourceSet): SourceSet => ({
  files,
  problems: problems.filter(({ code }) => code !== 'no-configuration'),
});

async function readPath(path: string): Promise<SourceSet> {
  const found = await stat(path).catch((error: unknown) => faultOf(error, path));
  if ('code' in found) return { files: [], problems: [found] };
  if (found.isDirectory()) return (await isConfigFolder(path)) ? readConfigFolder(path) : readYamlFolder(path);
  if (!path.endsWith('.md')) return readConfigMapYaml(path);
  const { text, problems } = await readTextFile(path, path);
  return { files: text === undefined ? [] : [plainFile(path, basename(path), text)], problems };
}

/** A folder of manifests: its YAML files that have a ConfigMap with Markdown in it. */
async function readYamlFolder(path: string): Promise<SourceSet> {
  const names = (await readdir(path).catch(() => [])).filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort();
  const sets: SourceSet[] = [];
  for (const name of names) {
    const set = await readConfigMapYaml(join(path, name));
    if (set.problems.every(({ code }) => code !== 'no-configuration')) sets.push(set);
  }
  return sets.length > 0 ? joinSets(sets) : readConfigFolder(path);
}

/**
 * Reads the Markdown in the ConfigMaps of a YAML file (several documents, or a List). Positions are lines and columns of that
 * file where the Markdown is a literal block (`|`); for other forms they count from the key, and an info says so.
 */
export async function readConfigMapYaml(path: string): Promise<SourceSet> {
  const { text, problems } = await readTextFile(path, path);
  if (text === undefined) return { files: [], problems };
  const set = filesOfYaml(text, path);
  return { files: set.files, problems: [...problems, ...set.problems] };
}

/** The same for YAML text that was already read; `file` is what problems call it. */
export function filesOfYaml(text: string, file: string): SourceSet {
  const counter = new LineCounter();
  const source = { file, counter, lines: text.split('\n') };
  let documents: Document[];
  try {
    const parsed = parseAllDocuments(text, {
      version: '1.2',
      uniqueKeys: true,
      lineCounter: counter,
      prettyErrors: false,
    });
    documents = 'empty' in parsed ? [] : [...parsed];
  } catch {
    // Nesting that exhausts the stack is the one thing the parser throws on.
    return {
      files: [],
      problems: [sourceProblem(file, 'yaml-invalid', 'The YAML cannot be read.', 'Nest it less deeply.')],
    };
  }
  const problems = documents.flatMap(({ errors }) =>
    errors.map(({ message, pos }) =>
      problemAt(source, pos[0], 'yaml-invalid', sentence(message), 'Correct the YAML: usually it is the indentation.'),
    ),
  );
  const conflicts = problems.length > 0 ? findConflicts(source.lines) : [];
  if (conflicts.length > 0)
    return { files: [], problems: conflicts.map((line) => problemOf('merge-conflict', { file, line, column: 1 }, {})) };
  // One fault often makes many: the first ones are what helps.
  if (problems.length > 0) return { files: [], problems: problems.slice(0, 10) };
  const sets = documents
    .flatMap(({ contents }) => (isMap(contents) ? mapsIn(contents) : []))
    .map((map) => filesOfMap(map, source));
  const joined = joinSets(sets);
  if (joined.files.length > 0 || joined.problems.length > 0) return joined;
  const cure = 'Give the manifests of the ConfigMaps with CLAUDE.md and the agents.';
  return {
    files: [],
    problems: [sourceProblem(file, 'no-configuration', 'There is no ConfigMap with Markdown in it.', cure)],
  };
}

type Source = { file: string; counter: LineCounter; lines: readonly string[] };

/** The ConfigMaps of a document: itself, or the items of a List. */
function mapsIn(document: YAMLMap): YAMLMap[] {
  const kind = document.get('kind');
  if (kind === 'ConfigMap') return [document];
  const items = document.get('items');
  if (typeof kind !== 'string' || !kind.endsWith('List') || !isSeq(items)) return [];
  return items.items.filter((item) => isMap(item)).filter((item) => item.get('kind') === 'ConfigMap');
}

function filesOfMap(map: YAMLMap, source: Source): SourceSet {
  const set: SourceSet = { files: [], problems: [] };
  const data = map.get('data');
  const binary = map.get('binaryData');
  for (const pair of isMap(binary) ? binary.items : []) {
    if (keyOf(pair).endsWith('.md')) {
      set.problems.push(
        problemAt(
          source,
          offsetOf(pair),
          'not-utf8',
          `${keyOf(pair)} is in \`binaryData\`.`,
          'Put it below `data` as text: `NAME.md: |`.',
        ),
      );
    }
  }
  for (const pair of isMap(data) ? data.items : []) {
    const name = keyOf(pair);
    if (!name.endsWith('.md')) continue;
    if (!isScalar(pair.value) || typeof pair.value.value !== 'string') {
      set.problems.push(
        problemAt(
          source,
          offsetOf(pair),
          'config-map-not-text',
          `${name} is not text.`,
          `Write \`${name}: |\` and the Markdown below it, indented.`,
        ),
      );
      continue;
    }
    const place = placeOf(pair, pair.value, source);
    set.files.push({ ...plainFile(source.file, name, pair.value.value), ...place.offsets });
    if (!place.exact) {
      const message = `${name} is not a literal block, so lines are counted from here.`;
      const inexact = problemAt(
        source,
        offsetOf(pair),
        'config-map-not-literal',
        message,
        `Write \`${name}: |\` to get exact lines.`,
      );
      set.problems.push({ ...inexact, level: 'info' });
    }
  }
  return set;
}

/** Where the first line of a scalar's text stands in the file. */
function placeOf(
  pair: Pair,
  scalar: Scalar,
  { counter, lines }: Source,
): { offsets: Pick<SourceFile, 'lineOffset' | 'columnOffset'>; exact: boolean } {
  const keyLine = counter.linePos(offsetOf(pair)).line;
  if (scalar.type !== 'BLOCK_LITERAL') return { offsets: { lineOffset: keyLine - 1, columnOffset: 0 }, exact: false };
  // The text begins below the line of its `|`, and each of its lines is indented as the first that is not empty.
  const lineOffset = counter.linePos(scalar.range?.[0] ?? 0).line;
  const text = String(scalar.value).split('\n');
  const first = text.findIndex((line) => line !== '');
  const indented = lines[lineOffset + first] ?? '';
  const columnOffset = first < 0 ? 0 : Math.max(0, indented.length - (text[first] ?? '').length);
  return { offsets: { lineOffset, columnOffset }, exact: true };
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function offsetOf(pair: Pair): number {
  return isScalar(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
}

function problemAt({ file, counter }: Source, offset: number, code: string, message: string, cure: string): Problem {
  const { line, col } = counter.linePos(offset);
  return sourceProblem(file, code, message, cure, Math.max(1, line), Math.max(1, col));
}

function sentence(message: string): string {
  const first = (message.split('\n')[0] ?? '').slice(0, 200);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
