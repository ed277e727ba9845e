import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from '../../src/config/revision.ts';

export const exampleFolder = join(import.meta.dirname, '..', '..', 'examples', 'config');

/** A Markdown file as a source hands it over; `name` is `CLAUDE.md` or an agent's file name. */
export function sourceFile(name: string, text: string): SourceFile {
  const role = name === 'CLAUDE.md' ? 'orchestrator' : 'agent';
  const file = role === 'agent' ? `agents/${name}` : name;
  return { file, name, role, text, lineOffset: 0, columnOffset: 0 };
}

/** The files of a configuration folder; those it does not hold come from `examples/config`. A file named `REMOVE` lists names to leave out. */
export function configFiles(folder: string = exampleFolder): SourceFile[] {
  const removed = existsSync(join(folder, 'REMOVE'))
    ? readFileSync(join(folder, 'REMOVE'), 'utf8').trim().split('\n')
    : [];
  const names = [...new Set([...agentNames(exampleFolder), ...agentNames(folder)])].filter(
    (name) => !removed.includes(name),
  );
  const read = (path: string): string =>
    readFileSync(existsSync(join(folder, path)) ? join(folder, path) : join(exampleFolder, path), 'utf8');
  return [
    ...(removed.includes('CLAUDE.md') ? [] : [sourceFile('CLAUDE.md', read('CLAUDE.md'))]),
    ...names.map((name) => sourceFile(name, read(join('agents', name)))),
  ];
}

const agentNames = (folder: string): string[] =>
  existsSync(join(folder, 'agents')) ? readdirSync(join(folder, 'agents')).sort() : [];
