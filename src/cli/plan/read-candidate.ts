import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { compileFiles } from '../../config/compile.ts';
import type { Revision, SourceFile } from '../../config/revision.ts';
import { factsInComments, halfNames } from '../../config/source/halves.ts';
import { readConfigPaths } from '../../config/source/read-yaml.ts';
import { completeFiles } from '../complete-files.ts';

/** An edit that is not in force: what it means, and the content hashes that its author confirmed. */
export type Candidate = {
  revision: Revision;
  files: SourceFile[];
  /** Names of files that were not given and are those in force. */
  added: string[];
  confirmed: string[];
};

const annotated = z.object({
  kind: z.literal('ConfigMap'),
  metadata: z.object({ annotations: z.record(z.string(), z.string()) }),
});
const listed = z.object({ items: z.array(z.unknown()) });
const annotation = 'k8s-monitor.io/confirm';

/** Reads what stands at the paths: a folder, Markdown files, or the YAML of the ConfigMaps. What is not given is as it is in force. */
export async function readCandidate(paths: readonly string[], inForce: readonly SourceFile[] = []): Promise<Candidate> {
  const { files: given, problems } = await readConfigPaths(paths);
  const { files, added } = completeFiles(paths, given, inForce);
  const compiled = compileFiles(files);
  // Who confirmed what is in force did not confirm this.
  const comments = halfNames.map((half) => factsInComments(given, half).confirm);
  const manifests = [...new Set(given.map(({ file }) => file))].filter((file) => !file.endsWith('.md'));
  const annotations = await Promise.all(manifests.map(readConfirmations));
  return {
    files,
    added: added.map(({ name }) => name),
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
