import type { Connection } from '../cluster/api/connection.ts';
import { compileFiles, hasErrors } from '../config/compile.ts';
import { defaultFiles } from '../config/default/default-files.ts';
import { isError } from '../config/problems.ts';
import type { Revision, SourceFile } from '../config/revision.ts';
import { readConfigPaths } from '../config/source/read-yaml.ts';
import type { SourceSet } from '../config/source/source-set.ts';
import { configMapSource } from '../daemon/config-source.ts';
import { findNamespace, type Settings } from '../settings.ts';
import { sayProblem } from './config-check.ts';
import type { Output } from './output.ts';

/**
 * The configuration for one command: from the given paths or the configured folder, else the cluster's two ConfigMaps, else the
 * built-in default with a warning. Throws an Error that lists every error where it would be refused: a cycle under a
 * configuration that nobody wrote would mislead.
 */
export async function loadRevision(
  paths: readonly string[] | undefined,
  connection: Connection | undefined,
  settings: Settings,
  output: Output,
): Promise<Revision> {
  return (await loadConfiguration(paths, connection, settings, output)).revision;
}

/** The same with the files it was compiled from. */
export async function loadConfiguration(
  paths: readonly string[] | undefined,
  connection: Connection | undefined,
  settings: Settings,
  output: Output,
): Promise<{ revision: Revision; files: readonly SourceFile[] }> {
  const source = await findSource(paths, connection, settings, output);
  if (!source) {
    output.warn(
      'no configuration found (give --config DIR): the built-in default is used, it knows none of your services',
    );
    return { revision: compileFiles(defaultFiles()), files: defaultFiles() };
  }
  const revision = compileFiles(source.files);
  const problems = [...source.problems, ...revision.problems];
  if (hasErrors({ ...revision, problems })) {
    const errors = problems.filter(isError);
    throw new Error(
      `the configuration is refused:\n${errors.map((problem) => sayProblem(problem, { ...output, colour: false })).join('\n')}`,
    );
  }
  return { revision: { ...revision, problems }, files: source.files };
}

async function findSource(
  paths: readonly string[] | undefined,
  connection: Connection | undefined,
  settings: Settings,
  output: Output,
): Promise<SourceSet | undefined> {
  const folder = settings.K8S_MONITOR_CONFIG_DIR;
  const given = paths && paths.length > 0 ? [...paths] : folder ? [folder] : undefined;
  if (given) return readConfigPaths(given);
  if (!connection) return undefined;
  const source = configMapSource(connection, {
    namespace: findNamespace(settings),
    orchestrator: settings.K8S_MONITOR_ORCHESTRATOR_CONFIGMAP,
    agents: settings.K8S_MONITOR_AGENTS_CONFIGMAP,
  });
  const live = await source.read().catch((error: Error) => {
    // Who may not read them still gets a judgement, and hears why it is not by their own words.
    output.warn(`the ${source.name} could not be read: ${error.message}`);
    return undefined;
  });
  return live && live.files.length > 0 ? live : undefined;
}
