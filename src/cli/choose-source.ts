import { existsSync } from 'node:fs';
import type { Settings } from '../settings.ts';

/** Where the shipped deployment mounts the ConfigMaps. */
const usualMount = '/app/.claude';

/** Files alone, or the two ConfigMaps through the API, with the folder that they are mounted at where there is one. */
export type SourceChoice = { files: readonly string[] } | { mount?: string };

/**
 * What `run` is steered by: the paths that were given; in a cluster the ConfigMaps with their mount; elsewhere a configured folder, else
 * the ConfigMaps of the cluster that the kubeconfig names.
 */
export function chooseSource(
  given: readonly string[],
  settings: Pick<Settings, 'K8S_MONITOR_CONFIG_DIR' | 'inCluster'>,
  exists: (path: string) => boolean = existsSync,
): SourceChoice {
  if (given.length > 0) return { files: given };
  const folder = settings.K8S_MONITOR_CONFIG_DIR ?? (exists(usualMount) ? usualMount : undefined);
  if (folder === undefined) return {};
  return settings.inCluster ? { mount: folder } : { files: [folder] };
}
