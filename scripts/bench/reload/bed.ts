import { join } from 'node:path';
import type { SourceFile } from '../../../src/config/revision.ts';
import { readConfigPaths } from '../../../src/config/source/read-yaml.ts';
import type { ConfigMapNames } from '../../../src/daemon/config-source.ts';
import { type Api, openApi } from './api.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** A namespace of its own with the two ConfigMaps as `k8s/` ships them. */
export type Bed = {
  kubeconfig: string;
  api: Api;
  names: ConfigMapNames;
  files: SourceFile[];
  /** Writes another CLAUDE.md into the ConfigMap, as `kubectl apply` does. */
  write(text: string): Promise<unknown>;
  writeAgents(files: readonly SourceFile[]): Promise<unknown>;
  remove(): Promise<void>;
};

/** On the embedded server nothing is cleaned up: it ends with the measurement. */
export async function makeBed(kubeconfig: string, isEmbedded: boolean): Promise<Bed> {
  const api = await openApi(kubeconfig);
  const namespace = `bench-reload-${process.pid}`;
  const names = { namespace, orchestrator: 'k8s-monitor-orchestrator', agents: 'k8s-monitor-agents' };
  const { files } = await readConfigPaths(
    ['orchestrator', 'agents'].map((half) => join(root, 'k8s', `${half}-configmap.yaml`)),
  );
  const maps = `/api/v1/namespaces/${namespace}/configmaps`;
  await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const [name, role] of [
    [names.orchestrator, 'orchestrator'],
    [names.agents, 'agent'],
  ] as const) {
    const own = files.filter((file) => file.role === role).map((file) => [file.name, file.text]);
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: Object.fromEntries(own) };
    await api.send('POST', maps, map);
  }
  return {
    kubeconfig,
    api,
    names,
    files,
    write: (text) => api.send('PATCH', `${maps}/${names.orchestrator}`, { data: { 'CLAUDE.md': text } }),
    writeAgents: (agents) =>
      api.send('PATCH', `${maps}/${names.agents}`, {
        data: Object.fromEntries(agents.map(({ name, text }) => [name, text])),
      }),
    async remove() {
      if (isEmbedded) return api.close();
      // Without controllers nothing in a deleted namespace goes by itself.
      for (const path of [
        maps,
        maps.replace('configmaps', 'pods'),
        `/apis/apps/v1/namespaces/${namespace}/deployments`,
      ])
        await api.send('DELETE', `${path}?gracePeriodSeconds=0`);
      await api.send('DELETE', `/api/v1/namespaces/${namespace}`);
      return api.close();
    },
  };
}

/** CLAUDE.md as shipped, with a line that no edit had before. */
export function editOf(bed: Pick<Bed, 'files'>, edit: string | number): string {
  const text = bed.files.find(({ role }) => role === 'orchestrator')?.text ?? '';
  return text.replace('Main application backend', `Main application backend, edit ${edit}.`);
}

/** So many edits come before those that count: the compiler's code is warm in a monitor that runs. */
export const warmUp = 10;
