import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import type { Problem, Revision } from '../../../src/config/revision.ts';
import { compileInWorker } from '../../../src/config/source/compile-in-worker.ts';
import { filesOfConfigMaps } from '../../../src/config/source/config-maps.ts';

export const mapNames = ['k8s-monitor-orchestrator', 'k8s-monitor-agents'] as const;
export type MapName = (typeof mapNames)[number];
/** What stands in both ConfigMaps, by key. Bytes that are no UTF-8 go into `binaryData`, as kubectl puts them there. */
export type Texts = Record<MapName, Readonly<Record<string, string | Uint8Array>>>;

const manifest = z.object({
  metadata: z.object({ name: z.enum(mapNames) }),
  data: z.record(z.string(), z.string()),
});

/** The ConfigMap of a manifest. */
export function readManifest(file: string): { name: MapName; data: Record<string, string> } {
  const { metadata, data } = manifest.parse(parse(readFileSync(file, 'utf8')));
  return { name: metadata.name, data };
}

/** The data of the two manifests in a folder. */
export function readManifests(folder = join(import.meta.dirname, '..', '..', '..', 'k8s')): Texts {
  return {
    'k8s-monitor-orchestrator': readManifest(join(folder, 'orchestrator-configmap.yaml')).data,
    'k8s-monitor-agents': readManifest(join(folder, 'agents-configmap.yaml')).data,
  };
}

/** A ConfigMap's two fields; a key of another content before is taken out. */
export function fieldsOf(texts: Texts[MapName]): { data: Record<string, string>; binaryData: Record<string, string> } {
  const fields = { data: {} as Record<string, string>, binaryData: {} as Record<string, string> };
  for (const [key, held] of Object.entries(texts))
    if (typeof held === 'string') fields.data[key] = held;
    else fields.binaryData[key] = Buffer.from(held).toString('base64');
  return fields;
}

/** What the monitor makes of two ConfigMaps, told by its own compiler: the id that it must show, and its problems. */
export async function compileTexts(texts: Texts): Promise<{ revision: Revision; problems: Problem[] }> {
  const [first, second] = mapNames.map((name) => ({ name, ...fieldsOf(texts[name]) }));
  const { files, problems } = filesOfConfigMaps(first, second);
  const revision = await compileInWorker(files, { timeoutMs: 2000 });
  return { revision, problems: [...problems, ...revision.problems] };
}
