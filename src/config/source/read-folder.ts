import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Millis } from '../../lib/clock.ts';
import type { HalfFacts } from '../keep.ts';
import type { SourceFile } from '../revision.ts';
import { faultOf, readTextFile } from './read-file.ts';
import { mostAgents, orchestratorName, plainFile, type SourceSet, sourceProblem } from './source-set.ts';

/** Where a folder keeps its files: as it is mounted, or as Claude Code has it. The first with anything in it counts. */
const layouts = ['', '.claude/'] as const;

/**
 * Reads CLAUDE.md and agents/*.md of a folder (or of its .claude folder), never deeper. Names that begin with a dot are
 * not looked at: a mounted ConfigMap keeps its versions there. Missing or unreadable files are problems; it never throws.
 */
export async function readConfigFolder(path: string): Promise<SourceSet> {
  let root: string;
  try {
    root = await realpath(path);
  } catch (error) {
    return { files: [], problems: [faultOf(error, path)] };
  }
  const sets: SourceSet[] = [];
  for (const layout of layouts) {
    const set = await readLayout(root, layout);
    if (set.files.length > 0 || set.problems.length > 0) sets.push(set);
  }
  const found = sets[0];
  if (!found) {
    const message = 'There is no CLAUDE.md and no agents folder.';
    const cure = 'Give the folder that has CLAUDE.md and agents/*.md, or the ConfigMap YAML files.';
    return { files: [], problems: [sourceProblem(path, 'no-configuration', message, cure)] };
  }
  return found;
}

/** Whether a folder has anything that `readConfigFolder` would read. */
export async function isConfigFolder(path: string): Promise<boolean> {
  for (const layout of layouts) {
    for (const name of [orchestratorName, 'agents']) {
      const there = await stat(join(path, layout, name)).catch(() => undefined);
      if (there) return true;
    }
  }
  return false;
}

async function readLayout(root: string, layout: string): Promise<SourceSet> {
  const orchestrator = await readPinned(join(root, layout), `${layout}${orchestratorName}`, (dir) =>
    readOne(root, dir, `${layout}${orchestratorName}`, orchestratorName),
  );
  const agents = await readPinned(join(root, layout, 'agents'), `${layout}agents`, (dir) =>
    readAgents(root, dir, `${layout}agents`),
  );
  return {
    files: [...orchestrator.files, ...agents.files],
    problems: [...orchestrator.problems, ...agents.problems],
    halves: { orchestrator: orchestrator.written, agents: agents.written },
  };
}

/** A mount is swapped about once a minute; one that moves this often in a row is broken. */
const mostTries = 20;

type Pinned = SourceSet & { written: Pick<HalfFacts, 'changedAt' | 'version'> };

/**
 * Reads a folder in one state. kubelet keeps a mounted ConfigMap's versions in folders of their own and swaps the link `..data`: every
 * file is read from the folder that the link named at first, and all of them again where it moved meanwhile.
 */
async function readPinned(path: string, name: string, read: (dir: string) => Promise<SourceSet>): Promise<Pinned> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const version = await versionOf(path);
    const dir = version === undefined ? path : join(path, version);
    const set = await read(dir);
    const changedAt = await writtenAt(dir, version === undefined ? set.files : []);
    if (version === (await versionOf(path)))
      return { ...set, written: { ...(changedAt !== undefined && { changedAt }), ...(version && { version }) } };
  }
  const message = 'The mount was replaced faster than it could be read.';
  const moving = sourceProblem(name, 'mount-moving', message, 'It is read again by itself; look at what writes it.');
  return { files: [], problems: [moving], written: {} };
}

/** Name of the folder that `..data` names; undefined where this is no mounted ConfigMap. */
async function versionOf(path: string): Promise<string | undefined> {
  const link = await readlink(join(path, '..data')).catch(() => undefined);
  // Only a folder beside the link is a version of the mount.
  return link !== undefined && basename(link) === link ? link : undefined;
}

/** When a folder, or the newest of the files in it, was written. */
async function writtenAt(dir: string, files: readonly SourceFile[]): Promise<Millis | undefined> {
  const paths = files.length > 0 ? files.map(({ name }) => join(dir, name)) : [dir];
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => [mtimeMs],
        () => [],
      ),
    ),
  );
  const newest = Math.max(...times.flat());
  return Number.isFinite(newest) ? Math.round(newest) : undefined;
}

async function readAgents(root: string, dir: string, folder: string): Promise<SourceSet> {
  const names = await listMarkdown(dir, folder);
  if ('problems' in names) return { files: [], ...names };
  const set: SourceSet = { files: [], problems: [] };
  for (const name of names.slice(0, mostAgents)) {
    const read = await readOne(root, dir, `${folder}/${name}`, name);
    set.files.push(...read.files);
    set.problems.push(...read.problems);
  }
  if (names.length > mostAgents) {
    const message = `There are ${names.length} agents; the most is ${mostAgents}.`;
    set.problems.push(sourceProblem(folder, 'too-many-agents', message, 'Remove those that are not needed.'));
  }
  return set;
}

async function listMarkdown(path: string, name: string): Promise<string[] | Pick<SourceSet, 'problems'>> {
  try {
    const names = await readdir(path);
    return names.filter((each) => !each.startsWith('.') && each.endsWith('.md') && each !== orchestratorName).sort();
  } catch (error) {
    const problem = faultOf(error, name);
    // No folder of agents: the compiler says which agents are missing.
    return problem.code === 'file-missing' ? [] : { problems: [problem] };
  }
}

/** `relative` is what people call the file; it lies in `dir`. */
async function readOne(root: string, dir: string, relative: string, name: string): Promise<SourceSet> {
  const { text, problems } = await readTextFile(join(dir, name), relative, root);
  if (text !== undefined) return { files: [plainFile(relative, name, text)], problems };
  return { files: [], problems: problems.filter(({ code }) => code !== 'file-missing') };
}
