import { isError } from '../problems.ts';
import { normalText } from './decode.ts';
import { orchestratorName, plainFile, type SourceSet, sourceProblem } from './source-set.ts';

/** The part of a ConfigMap that holds configuration. */
export type ConfigMapData = {
  name: string;
  data?: Readonly<Record<string, string>> | undefined;
  binaryData?: Readonly<Record<string, string>> | undefined;
  immutable?: boolean;
};

/**
 * The files of the two live ConfigMaps; positions are those of the files (`CLAUDE.md:42`, `agents/k8s-analyzer.md:7`).
 * A map that is missing or empty is an error and never an empty configuration.
 */
export function filesOfConfigMaps(
  orchestrator: ConfigMapData | undefined,
  agents: ConfigMapData | undefined,
): SourceSet {
  const first = filesOf(orchestrator, 'CLAUDE.md', (key) => key === orchestratorName);
  const second = filesOf(agents, 'agents', (key) => key.endsWith('.md') && key !== orchestratorName);
  return { files: [...first.files, ...second.files], problems: [...first.problems, ...second.problems] };
}

function filesOf(map: ConfigMapData | undefined, wanted: string, accepts: (key: string) => boolean): SourceSet {
  const what = wanted === 'agents' ? 'the agents' : wanted;
  const refuse = (code: string, message: string, cure: string): SourceSet => ({
    files: [],
    problems: [sourceProblem(wanted, code, message, cure)],
  });
  if (!map) return refuse('config-map-missing', `The ConfigMap with ${what} is not there.`, 'Apply it again.');
  const set: SourceSet = { files: [], problems: [] };
  for (const key of Object.keys(map.binaryData ?? {})
    .filter(accepts)
    .sort()) {
    const message = `${key} is in \`binaryData\` of ${map.name}, so it was not UTF-8 text.`;
    set.problems.push(sourceProblem(nameOf(key), 'not-utf8', message, 'Save it as UTF-8 and apply it again.'));
  }
  for (const [key, raw] of Object.entries(map.data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!accepts(key)) continue;
    const { text, problems } = normalText(raw, nameOf(key));
    set.files.push(plainFile(nameOf(key), key, text));
    set.problems.push(...problems);
  }
  if (map.immutable) {
    const message = `The ConfigMap ${map.name} is \`immutable\`: it cannot be edited, and mounted files of it never change.`;
    const cure = 'Delete it and apply it without `immutable`.';
    set.problems.push({ ...sourceProblem(wanted, 'config-map-immutable', message, cure), level: 'warning' });
  }
  if (set.files.length > 0 || set.problems.some(isError)) return set;
  const key = wanted === 'agents' ? 'a key for each agent, such as `k8s-analyzer.md`' : `the key \`${wanted}\``;
  return refuse('config-map-empty', `The ConfigMap ${map.name} has nothing for ${what}.`, `Give it ${key}.`);
}

function nameOf(key: string): string {
  return key === orchestratorName ? key : `agents/${key}`;
}
