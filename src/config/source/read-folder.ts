import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
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
  const orchestrator = await readOne(root, `${layout}${orchestratorName}`, orchestratorName);
  const agents = await readAgents(root, `${layout}agents`);
  return { files: [...orchestrator.files, ...agents.files], problems: [...orchestrator.problems, ...agents.problems] };
}

async function readAgents(root: string, folder: string): Promise<SourceSet> {
  const names = await listMarkdown(join(root, folder), folder);
  if ('problems' in names) return { files: [], ...names };
  const set: SourceSet = { files: [], problems: [] };
  for (const name of names.slice(0, mostAgents)) {
    const read = await readOne(root, `${folder}/${name}`, name);
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

async function readOne(root: string, relative: string, name: string): Promise<SourceSet> {
  const { text, problems } = await readTextFile(join(root, relative), relative, root);
  if (text !== undefined) return { files: [plainFile(relative, name, text)], problems };
  return { files: [], problems: problems.filter(({ code }) => code !== 'file-missing') };
}
