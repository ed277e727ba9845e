import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { compileFiles } from '../../config/compile.ts';
import type { Revision, SourceFile } from '../../config/revision.ts';
import { factsInComments } from '../../config/source/halves.ts';
import { readConfigPaths } from '../../config/source/read-yaml.ts';

/** An edit that is not in force: what it means, and the content hashes that its author confirmed. */
export type Candidate = { revision: Revision; files: SourceFile[]; confirmed: string[] };

const annotated = z.object({
  kind: z.literal('ConfigMap'),
  metadata: z.object({ annotations: z.record(z.string(), z.string()) }),
});
const listed = z.object({ items: z.array(z.unknown()) });
const annotation = 'k8s-monitor.io/confirm';

/** Reads what stands at the paths: a folder, Markdown files, or the YAML of the ConfigMaps. */
export async function readCandidate(paths: readonly string[]): Promise<Candidate> {
  const { files, problems } = await readConfigPaths(paths);
  const compiled = compileFiles(files);
  const comments = (['orchestrator', 'agents'] as const).map((half) => factsInComments(files, half).confirm);
  const manifests = [...new Set(files.map(({ file }) => file))].filter((file) => !file.endsWith('.md'));
  const annotations = await Promise.all(manifests.map(readConfirmations));
  return {
    files,
    revision: { ...compiled, problems: [...problems, ...compiled.problems] },
    confirmed: [...comments.filter((hash) => hash !== undefined), ...annotations.flat()],
  };
}

async function readConfirmations(path: string): Promise<string[]> {
  const documents = parseAllDocuments(await readFile(path, 'utf8'));
  if ('empty' in documents) return [];
  return documents
    .map((document): unknown => document.toJS({ maxAliasCount: 0 }))
    .flatMap((value) => [value, ...(listed.safeParse(value).data?.items ?? [])])
    .flatMap((value) => annotated.safeParse(value).data?.metadata.annotations[annotation] ?? []);
}
